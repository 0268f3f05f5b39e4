"""Constraints added, validated, altered; NOT NULL."""

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.known import not_null_of
from releasetrain.domain.sql.nulls import passes_null
from releasetrain.domain.sql.parsing import Node, columns_in, relation
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.sql.words import CONSTRAINT
from releasetrain.domain.stages import Stage

_BUILDS = ("UNIQUE", "PRIMARY", "EXCLUSION")


def add_constraint(case: Case, table: str, command: Node) -> None:
    """Judge a constraint on a table that exists."""
    added = getattr(command, "def").constraint
    kind, name = CONSTRAINT[added.contype], added.conname
    if kind == "FOREIGN":
        case.locks(relation(added.pktable))
    if kind in _BUILDS:
        if not added.indexname:
            case.find_slow("unique-builds-index", table, added, name=name)
        elif kind == "PRIMARY":
            _requires_the_key(case, table, added)
        return
    if not added.skip_validation and kind in ("CHECK", "FOREIGN", "NOTNULL"):
        rule = "set-not-null-scans" if kind == "NOTNULL" else "constraint-scans"
        if kind != "NOTNULL" or not case.known.says_not_null(table, not_null_of(added)):
            case.find_slow(rule, table, added, name=name or not_null_of(added), column=not_null_of(added))
        return
    case.not_validated.add(name)
    if kind in ("CHECK", "NOTNULL"):
        _binds_old_writers(case, table, added)


def _requires_the_key(case: Case, table: str, added: Node) -> None:
    """A primary key makes its columns NOT NULL, also those of an index that is there."""
    index = case.known.keys.get(added.indexname)
    for name in index.columns if index else ():
        column = case.known.column(table, name)
        if column is not None and not column.is_required and not case.known.says_not_null(table, name):
            case.find_slow("set-not-null-scans", table, added, column=name, name=name)


def _binds_old_writers(case: Case, table: str, added: Node) -> None:
    """A check that is not valid yet is enforced at once on whatever running code inserts or updates (measured).

    Old code leaves the change's own columns null, which many a check lets pass.
    """
    if case.stage not in (None, Stage.EXPAND):
        return
    free = {name for name in columns_in(added) if _is_left_out(case, table, name)}
    if CONSTRAINT[added.contype] == "CHECK" and passes_null(added.raw_expr, free):
        return
    columns = ", ".join(sorted(columns_in(added))) or not_null_of(added)
    made_here = {name for name in columns_in(added) if _is_new(case, table, name)}
    severity = None if case.stage is Stage.EXPAND or made_here else Severity.WARNS
    case.find("check-binds-old-writers", added, severity, table=table, name=added.conname, column=columns)


def _is_new(case: Case, table: str, name: str) -> bool:
    column = case.known.column(table, name)
    return column is not None and column.is_fresh


def _is_left_out(case: Case, table: str, name: str) -> bool:
    column = case.known.column(table, name)
    return column is not None and column.is_fresh and column.may_be_null


def validate(case: Case, table: str, command: Node) -> None:
    """Judge VALIDATE CONSTRAINT: it reads the whole table, beside readers and writers."""
    known = case.known.constraints(table).get(command.name)
    columns = known.columns if known else frozenset()
    holds = known is not None and known.passes_null
    if case.stage is Stage.EXPAND and (columns & case.new) and case.is_of_the_change(table) and not holds:
        case.find("validate-before-data", table=table, name=command.name)
    elif command.name in case.not_validated and case.may_be_one_transaction:
        severity = None if case.is_one_transaction else Severity.WARNS
        case.find("validate-in-same-transaction", None, severity, table=table, name=command.name)
    else:
        case.is_slow(table)


def alter_constraint(case: Case, table: str, command: Node) -> None:
    """Judge ALTER CONSTRAINT: old code meets another moment at which it is checked."""
    case.find("constraint-altered", None, table=table, name=command.name)


def set_not_null(case: Case, table: str, command: Node) -> None:
    """Judge SET NOT NULL: it reads every row under a lock, unless a valid check says the same (PostgreSQL 12)."""
    facts = {"table": table, "column": command.name}
    if case.stage in (Stage.EXPAND, Stage.BACKFILL):
        case.find("wrong-stage", None, **facts, what="SET NOT NULL", stage=case.stage.value)
    elif not case.known.says_not_null(table, command.name):
        case.find_slow("set-not-null-scans", table, None, column=command.name, name=command.name)


def drop_not_null(case: Case, table: str, command: Node) -> None:
    """Judge DROP NOT NULL: the step that relaxes the old field; elsewhere readers meet what they never met."""
    is_the_step = command.name in case.old and case.is_of_the_change(table)
    if case.stage is Stage.RELAX and (is_the_step or not case.old):
        return
    known = case.known.column(table, command.name)
    if known is not None and known.is_fresh:
        return
    case.find("readers-meet-null", None, table=table, column=command.name)
