"""Judge a script for its stage: the one entrance to the review."""

from releasetrain.domain.sql import across
from releasetrain.domain.sql.case import BIG, Case
from releasetrain.domain.sql.known import Known, Table
from releasetrain.domain.sql.learning import learn, learn_all
from releasetrain.domain.sql.parsing import Statement, parse
from releasetrain.domain.sql.rules import altering, dropping, indexes, keeping, making, running, writing
from releasetrain.domain.sql.values import Finding, Script, Severity, Subject
from releasetrain.domain.stages import ORDER

VERSION = 2  # of the rules: what was judged by an older one is judged anew

_JUDGES = {
    **altering.JUDGES,
    **dropping.JUDGES,
    **indexes.JUDGES,
    **keeping.JUDGES,
    **making.JUDGES,
    **running.JUDGES,
    **writing.JUDGES,
}


def judge(sql: str, subject: Subject) -> tuple[Finding, ...]:
    """Return what the rules say of ``sql``, in the order of its statements; nothing where all of it is allowed.

    What cannot be read, and every kind of statement that no rule knows, blocks. It raises nothing, whatever the text.
    """
    statements = parse(sql)
    case = Case.of(subject, known_before(subject))
    for statement in statements:
        _judge_one(case, statement)
    across.judge(case, statements)
    _lock_timeout(case)
    return tuple(sorted(case.findings, key=lambda one: one.statement))


def known_before(subject: Subject) -> Known:
    """Return what is known before the script runs: its history, then the change's stages before it."""
    known = Known()
    for sql in subject.history:
        learn_all(known, parse(sql), fresh=False)
    if subject.table:  # it is there, whatever a script says that makes one of its name
        known.tables.setdefault(subject.table.removeprefix("public."), Table())
    for script in before(subject):
        learn_all(known, parse(script.sql), fresh=True)
    known.dropped.clear()
    return known


def before(subject: Subject) -> list[Script]:
    """Return the scripts of the stages before the subject's, in their order."""
    if subject.stage is None:
        return []
    earlier = [one for one in subject.others if ORDER.index(one.stage) < ORDER.index(subject.stage)]
    return sorted(earlier, key=lambda one: ORDER.index(one.stage))


def _judge_one(case: Case, statement: Statement) -> None:
    case.statement = statement
    if not statement.kind:
        case.find_unreadable(statement)
        return
    dispatch(case, statement)
    case.statement = statement
    learn(case.known, statement, fresh=True)


def dispatch(case: Case, statement: Statement, depth: int = 0) -> None:
    """Judge one statement by the rules of its kind; a kind without rules blocks."""
    run = running.RUN.get(statement.kind)
    known = _JUDGES.get(statement.kind)
    if run is not None:
        run(case, statement, _deeper(depth), depth)
    elif known is not None:
        known(case, statement)
    else:
        case.find("unlisted", None, what=statement.kind.removesuffix("_stmt").replace("_", " ").upper())


def _deeper(depth: int) -> running.Judge:
    return lambda case, statement: dispatch(case, statement, depth + 1)


def _lock_timeout(case: Case) -> None:
    """Without a lock_timeout whoever comes later waits behind a lock that waits; said once for a change."""
    if case.wants_lock_timeout is None or not case.subject.table:
        return
    rows = case.subject.rows
    severity = Severity.BLOCKS if rows is not None and rows >= BIG else None
    case.find_in_script("no-lock-timeout", severity, table=case.subject.table)
