"""What the SQL review finds in a script: asked of a process of its own, answered in words whatever happens to it.

Findings are a pure function of the rules' version, the script and what is known around it, so they are kept by that;
a verb asks before it takes the calendar's lock, and once more under it, where the answer is there already.
"""

import hashlib
import json
import logging
import os
import threading
import time
from collections import OrderedDict
from dataclasses import asdict

from releasetrain.domain.errors import Refused
from releasetrain.domain.sql.values import Finding, Severity, Subject
from releasetrain.domain.sql.wishes import Wish
from releasetrain.domain.stages import Stage
from releasetrain.schema.as_json import finding_from, subject_json
from releasetrain.schema.judge_client import Died, JudgeProcess, TooSlow
from releasetrain.schema.rules_version import rules_version

log = logging.getLogger(__name__)

JUDGE = "releasetrain.domain.sql"
DEADLINE = 2.0  # seconds for a script
PATIENCE = 6.0  # seconds until it is one's turn to ask
LONGEST = 1_000_000  # bytes of a script
MOST_AROUND = 4_000_000  # bytes of everything that is known around it
KEPT = 2000  # answers
PASSING = 60.0  # seconds that an answer is kept which says more of the machine than of the script

TOO_SLOW, DIED, TOO_LONG, UNREADABLE = "too-slow", "parser-died", "too-long", "unreadable"
OF_THE_MACHINE = frozenset({TOO_SLOW, DIED})  # the same script may pass another time


def digest_of(sql: str, subject: Subject) -> str:
    """Return what the findings of a script follow from: the rules' version, the script, and what is known around it."""
    plain = json.dumps([rules_version(), sql, subject_json(subject)], sort_keys=True)
    return hashlib.sha256(plain.encode("ascii")).hexdigest()


def is_passing(findings: tuple[Finding, ...]) -> bool:
    """Return whether the answer says only that the machine could not answer: worth asking again."""
    return any(one.rule in OF_THE_MACHINE for one in findings)


class Reviewer:
    """Asks one process at a time; safe for threads, and after a fork. ``judge``: the module whose ``judge`` answers."""

    def __init__(self, judge: str = JUDGE, *, deadline: float = DEADLINE) -> None:
        self._process = JudgeProcess(judge)
        self._deadline = deadline
        self._kept: OrderedDict[str, tuple[tuple[Finding, ...], float | None]] = OrderedDict()
        self._turn, self._keeping = threading.Lock(), threading.Lock()
        os.register_at_fork(after_in_child=self._begin_anew)

    def judge(self, sql: str, subject: Subject) -> tuple[Finding, ...]:
        """Return the findings; what cannot be judged is blocked with the reason, never passed. Nothing finds nothing.

        Answers within its deadline, once it is its turn.
        """
        if not sql.strip():
            return ()
        if (refused := _refused_unasked(sql, subject)) is not None:
            return (_of_all(refused),)
        digest = digest_of(sql, subject)
        if (known := self._known(digest)) is not None:
            return known
        if not self._turn.acquire(timeout=PATIENCE):
            return (_of_all(TOO_SLOW),)
        try:
            known = self._known(digest)  # somebody may have asked the same meanwhile
            return self._keep(digest, self._ask(sql, subject)) if known is None else known
        finally:
            self._turn.release()

    def propose(self, wish: Wish) -> dict[Stage, str]:
        """Return the SQL that is proposed for each stage; refuses what is no name, type or expression, at its field."""
        if not self._turn.acquire(timeout=PATIENCE):
            raise Refused("sql-unanswered")
        try:
            answer = self._process.ask({"wish": asdict(wish)}, within=self._deadline)
        except (TooSlow, Died, OSError) as error:
            raise Refused("sql-unanswered") from error
        finally:
            self._turn.release()
        if "scripts" not in answer:
            raise Refused(answer.get("refused", "sql-unanswered"), details=answer.get("details", {}))
        return {Stage(stage): sql for stage, sql in answer["scripts"].items()}

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._turn:
            self._process.end()

    def _ask(self, sql: str, subject: Subject) -> tuple[Finding, ...]:
        try:
            answer = self._process.ask({"sql": sql, "subject": subject_json(subject)}, within=self._deadline)
        except TooSlow:
            return (_of_all(TOO_SLOW),)
        except (Died, OSError):
            return (_of_all(DIED),)
        if "error" in answer:
            log.error("the SQL review failed: %s", answer["error"])
            return (_of_all(DIED),)
        return tuple(finding_from(one) for one in answer["findings"])

    def _known(self, digest: str) -> tuple[Finding, ...] | None:
        with self._keeping:
            found, until = self._kept.get(digest, (None, None))
            if found is None or (until is not None and until < time.monotonic()):
                return None
            self._kept.move_to_end(digest)
            return found

    def _keep(self, digest: str, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
        with self._keeping:
            self._kept[digest] = found, time.monotonic() + PASSING if is_passing(found) else None
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _begin_anew(self) -> None:
        """In a process that was forked off: other threads' locks are nobody's here, and the pipes are the parent's."""
        self._turn, self._keeping = threading.Lock(), threading.Lock()
        self._process.forget()


def _refused_unasked(sql: str, subject: Subject) -> str | None:
    if "\0" in sql:  # the parser would read no further, and pass what follows
        return UNREADABLE
    try:
        length = len(sql.encode())
    except UnicodeEncodeError:
        return UNREADABLE
    around = sum(map(len, (*subject.history, *(one.sql for one in subject.others))))
    return TOO_LONG if length > LONGEST or around > MOST_AROUND else None


def _of_all(rule: str) -> Finding:
    """A finding on a script as a whole."""
    return Finding(rule=rule, severity=Severity.BLOCKS, mark=hashlib.sha256(rule.encode()).hexdigest())


reviewer = Reviewer()
judge = reviewer.judge
propose = reviewer.propose
