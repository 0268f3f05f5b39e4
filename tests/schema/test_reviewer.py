"""The SQL review runs in a process of its own: whatever becomes of it, each question is answered in words."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from releasetrain.domain.sql.values import Script, Severity, Subject
from releasetrain.domain.stages import Stage
from releasetrain.embedded.places import ROOT
from releasetrain.schema.as_json import subject_from, subject_json
from releasetrain.schema.reviewer import LONGEST, Reviewer, digest_of

HARMLESS = "ALTER TABLE payment_document ADD COLUMN purpose_id bigint"


@pytest.fixture
def reviewer():
    made = Reviewer("tests.schema.stand_in")
    yield made
    made.close()


def rules(reviewer, sql, **known):
    return [one.rule for one in reviewer.judge(sql, Subject(**known))]


def pid(reviewer, sql="asked") -> int:
    (one,) = reviewer.judge(sql, Subject())
    return int(one.facts["pid"])


def works(reviewer) -> bool:
    """Whether the next question is answered as if nothing had been."""
    return rules(reviewer, HARMLESS + f" -- {time.monotonic()}") == ["parsed"]


def test_it_answers_with_what_the_judge_finds(reviewer):
    (one,) = reviewer.judge(HARMLESS, Subject(table="payment_document"))

    assert (one.rule, one.severity, one.facts) == ("parsed", Severity.CLEAR, {"table": "payment_document"})


def test_nothing_finds_nothing_and_starts_no_process(reviewer):
    assert reviewer.judge(" \n", Subject()) == ()
    assert reviewer._process.process is None


@pytest.mark.parametrize("word", ["crash", "leave"])
def test_a_process_that_dies_blocks_and_the_next_question_works(reviewer, word):
    (one,) = reviewer.judge(word, Subject())

    assert (one.rule, one.severity, one.statement) == ("parser-died", Severity.BLOCKS, -1)
    assert works(reviewer)


@pytest.mark.parametrize("word", ["eat", "raise"])
def test_a_fault_of_the_judge_blocks_and_the_process_lives(reviewer, word):
    before = pid(reviewer)

    assert rules(reviewer, word) == ["parser-died"]
    assert pid(reviewer, "asked again") == before


@pytest.mark.parametrize("word", ["hang", "spin"])
def test_what_takes_too_long_blocks_within_the_deadline(reviewer, word):
    pid(reviewer)
    began = time.monotonic()

    assert rules(reviewer, word) == ["too-slow"]
    assert time.monotonic() - began < 3
    assert works(reviewer)


def test_a_process_that_is_stopped_is_replaced(reviewer):
    stopped = pid(reviewer)
    os.kill(stopped, signal.SIGSTOP)

    assert rules(reviewer, "x" * 900_000) == ["too-slow"]  # more than a pipe holds: writing waits too
    assert works(reviewer)
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)


def test_a_process_that_is_killed_while_it_works_is_replaced(reviewer):
    working = pid(reviewer)
    threading.Timer(0.3, os.kill, (working, signal.SIGKILL)).start()

    assert rules(reviewer, "hang") == ["parser-died"]
    assert works(reviewer)


def test_a_process_that_was_killed_between_two_questions_costs_no_answer(reviewer):
    os.kill(pid(reviewer), signal.SIGKILL)
    reviewer._process.process.wait()

    assert works(reviewer)


@pytest.mark.parametrize("sql", ["(" * 100_000, "SELECT " + "(" * 100_000 + "1" + ")" * 100_000])
def test_deep_nesting_is_refused_in_words(reviewer, sql):
    pid(reviewer)
    began = time.monotonic()

    assert rules(reviewer, sql)[0] in ("unparsed", "parser-died", "too-slow")
    assert time.monotonic() - began < 3
    assert works(reviewer)


def test_a_megabyte_is_answered_and_more_is_not_asked(reviewer):
    line = "INSERT INTO kinds VALUES (1, 'one');\n"
    most = line * (LONGEST // len(line))
    pid(reviewer)
    began = time.monotonic()

    assert rules(reviewer, most)[0] in ("parsed", "too-slow")
    assert time.monotonic() - began < 3
    assert rules(reviewer, "é" * (LONGEST // 2 + 1)) == ["too-long"]


def test_so_much_around_it_is_not_asked_about(reviewer):
    assert rules(reviewer, HARMLESS, history=("x" * 4_000_001,)) == ["too-long"]


@pytest.mark.parametrize("sql", ["SELECT 1;\0DROP TABLE payment_document", "SELECT '\ud800'"])
def test_what_no_text_can_hold_is_blocked_unread(reviewer, sql):
    assert rules(reviewer, sql) == ["unreadable"]


def test_an_answer_is_kept_for_the_same_question_alone(reviewer):
    first = reviewer.judge("asked", Subject())

    assert reviewer.judge("asked", Subject()) is first
    assert reviewer.judge("asked", Subject(rows=5)) != first


def test_an_answer_that_says_more_of_the_machine_is_kept_for_a_minute(reviewer, monkeypatch):
    assert rules(reviewer, "leave") == ["parser-died"]
    monkeypatch.setattr("releasetrain.schema.reviewer.PASSING", 0)
    reviewer._kept.clear()
    rules(reviewer, "leave")

    assert reviewer._known(digest_of("leave", Subject())) is None


def test_eight_threads_are_answered_each_its_own(reviewer):
    found = {}

    def ask(number):
        for turn in range(5):
            (one,) = reviewer.judge(f"{HARMLESS} -- {turn}", Subject(table=f"t{number}"))
            found.setdefault(number, []).append(one.facts["table"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert found == {number: [f"t{number}"] * 5 for number in range(8)}


def test_eight_threads_are_answered_while_one_crashes_it(reviewer):
    found = []
    sqls = ["crash" if number == 3 else f"{HARMLESS} -- {number}" for number in range(8)]
    threads = [threading.Thread(target=lambda sql=sql: found.append((sql, rules(reviewer, sql)))) for sql in sqls]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert dict(found) == {sql: (["parser-died"] if sql == "crash" else ["parsed"]) for sql in sqls}


def test_a_fork_starts_its_own_and_leaves_its_parent_s_alone(reviewer):
    mine = pid(reviewer)
    into, out = os.pipe()
    if (child := os.fork()) == 0:
        os.write(out, str(pid(reviewer, "asked forked")).encode())
        reviewer._process.end()
        os._exit(0)
    os.waitpid(child, 0)

    theirs = int(os.read(into, 20))
    os.close(into), os.close(out)
    assert theirs != mine
    assert pid(reviewer, "asked after") == mine


ORPHAN = """
import sys, time
from releasetrain.schema.reviewer import Reviewer
from releasetrain.domain.sql.values import Subject
reviewer = Reviewer("tests.schema.stand_in")
print(reviewer.judge("asked", Subject())[0].facts["pid"], flush=True)
if sys.argv[1] == "hanging":
    import threading
    threading.Thread(target=reviewer.judge, args=("spin", Subject()), daemon=True).start()
    time.sleep(0.5)
"""


@pytest.mark.parametrize("how", ["idle", "hanging"])
def test_it_ends_when_whoever_asked_is_gone(how):
    done = subprocess.run([sys.executable, "-c", ORPHAN, how], cwd=ROOT, capture_output=True, text=True, check=True)

    until = time.monotonic() + 10
    while time.monotonic() < until and _is_there(int(done.stdout)):
        time.sleep(0.05)
    assert not _is_there(int(done.stdout))


def _is_there(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_pipe_is_left_open(reviewer):
    pid(reviewer)
    before = len(os.listdir("/proc/self/fd"))

    for number in range(5):
        rules(reviewer, f"leave {number}")
        works(reviewer)

    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_subject_comes_over_whole():
    subject = Subject(
        stage=Stage.BACKFILL,
        table="t",
        old="a",
        new="b",
        rows=5,
        in_transaction=True,
        history=("CREATE TABLE t ();",),
        others=(Script(stage=Stage.EXPAND, sql="ALTER"),),
        has_sync_trigger=True,
    )

    assert subject_from(subject_json(subject)) == subject
