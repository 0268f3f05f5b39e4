"""Ten thousand texts that nobody would write: each gives findings or a clear refusal, never an error, never a pass."""

import random
from collections.abc import Iterator

import postgast
import pytest
from google.protobuf.message import DecodeError

from releasetrain.domain.sql import Finding, Severity, Subject, judge
from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.examples import EXAMPLES
from releasetrain.domain.sql.registry import RULES
from releasetrain.domain.stages import Stage
from tests.data.statements import STATEMENTS

RUNS = 2_500  # of each of four kinds
SQL = [sql for _, sql in STATEMENTS] + [example.found for example in EXAMPLES]
WORDS = [
    *("select", "update", "table", "drop", "column", "(", ")", ";", ",", "'", '"', "$$", "--", "/*", "*/", "=", "null"),
    *("where", "id", "1", "begin", "commit", "do", "execute", "\\", "\0", "é", "😀"),
]
STAGES = [None, *Stage]


def _judged(sql: str, dice: random.Random) -> tuple[Finding, ...]:
    return judge(sql, Subject(stage=dice.choice(STAGES), table="orders", old="old_code", new="new_code"))


def _is_sql(text: str) -> bool:
    try:
        postgast.parse(text)
    except (postgast.PgQueryError, DecodeError, UnicodeError):
        return False
    return "\0" not in text


def _blocks(found: tuple[Finding, ...]) -> bool:
    return any(one.severity is Severity.BLOCKS for one in found)


def _whole(found: tuple[Finding, ...]) -> bool:
    """Whether each can be shown: a known rule, a place from 1."""
    return all(one.rule in RULES and one.line >= 1 and one.column >= 1 for one in found)


def _bytes(dice: random.Random) -> str:
    return dice.randbytes(dice.randrange(1, 200)).decode(dice.choice(["latin-1", "utf-8"]), errors="surrogateescape")


def _words(dice: random.Random) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randrange(1, 30)))


def _mutated(dice: random.Random) -> str:
    text = list(dice.choice(SQL))
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(text))
        deed = dice.randrange(4)
        if deed == 0:
            del text[at]
        elif deed == 1:
            text.insert(at, dice.choice(WORDS) or " ")
        elif deed == 2:
            text[at] = chr(dice.randrange(1, 0x2FF))
        else:
            text[at:at] = text[: dice.randrange(len(text))]
    return "".join(text)


@pytest.mark.parametrize("make", [_bytes, _words, _mutated])
def test_what_is_no_sql_is_never_let_pass(make: object) -> None:
    dice = random.Random(f"{make}"[:20])
    refused = 0

    for _ in range(RUNS):
        text = make(dice)  # type: ignore[operator]
        found = _judged(text, dice)

        assert _whole(found), text
        if not _is_sql(text):
            refused += 1
            assert _blocks(found), text

    assert refused > RUNS // 10  # else nothing was tried


def test_the_texts_would_tell_of_a_review_that_lets_what_it_cannot_read_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Case, "find_unreadable", lambda case, statement: None)
    dice = random.Random(1)
    texts = [text for text in (_words(dice) for _ in range(50)) if not _is_sql(text)]

    assert any(not _blocks(_judged(text, dice)) for text in texts)


def _hidden(sql: str, dice: random.Random) -> Iterator[str]:
    """The same statement as somebody might hide it."""
    yield dice.choice(["", "/* x */ ", "-- x\n", "\n\n\t", ";;", "SELECT 1; "])
    quoted = False
    for letter in sql:
        quoted ^= letter in "'$\""
        yield letter if quoted or letter != " " else dice.choice([" ", "\n", "\t ", " /* drop */ "])
    yield dice.choice(["", " -- fine", "; COMMENT ON TABLE t IS 'x'", ";;"])


def test_a_harm_is_found_however_it_is_written() -> None:
    dice = random.Random(7)
    harmful = [example for example in EXAMPLES if RULES[example.rule].severity is Severity.BLOCKS]

    for _ in range(RUNS):
        example = dice.choice(harmful)
        text = "".join(_hidden(example.found.rstrip("; "), dice))

        assert example.rule in {one.rule for one in judge(text, example.subject(example.stage))}, text


@pytest.mark.parametrize("depth", [100, 1_000, 10_000])
def test_deep_nesting_is_read_or_refused(depth: int) -> None:
    for sql in ("SELECT " + "(" * depth + "1" + ")" * depth, "SELECT " + "+".join("1" * depth), "((" * depth):
        found = judge(sql, Subject())

        assert found == () or _blocks(found)


def test_a_harm_below_deep_nesting_is_found() -> None:
    deep = "SELECT " + "+".join(["1"] * 3_000)

    found = judge(f"{deep}; DELETE FROM orders", Subject())

    assert [one.rule for one in found] == ["changes-every-row"]
