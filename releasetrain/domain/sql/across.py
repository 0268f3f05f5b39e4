"""What no statement shows by itself: stages that do not fit each other, and names that lose their data."""

from collections.abc import Iterable, Iterator

from releasetrain.domain.sql import bodies
from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.parsing import Node, Statement, relation
from releasetrain.domain.sql.words import ALTER
from releasetrain.domain.stages import Stage

_CONTRACTS = frozenset({"drops-column", "drops-table", "drops-object", "set-not-null-scans"})


def judge(case: Case, statements: list[Statement]) -> None:
    """Add what the script as a whole, and beside the others of its change, does wrong."""
    _renames_in_disguise(case, statements)
    if case.stage is None:
        _mixes(case, statements)
        return
    if case.subject.table and case.new and any(one.kind for one in statements):
        _STAGES[case.stage](case, [one for statement in statements for one in bodies.within(statement)])


def _commands(statements: Iterable[Statement]) -> Iterator[tuple[Statement, str, Node]]:
    for statement in statements:
        if statement.kind == "alter_table_stmt":
            for one in statement.node.cmds:
                yield statement, relation(statement.node.relation), one.alter_table_cmd


def _renames_in_disguise(case: Case, statements: list[Statement]) -> None:
    """A column dropped and another of the same type added beside it is a rename that loses the data.

    Only where the names are made of the same words: ``a_b`` and ``b_a``.
    """
    dropped = {}
    for statement, table, command in _commands(statements):
        kind = ALTER[command.subtype]
        if kind == "DropColumn":
            dropped[(table, _words(command.name))] = (statement, command.name)
        elif kind == "AddColumn":
            added = getattr(command, "def").column_def.colname
            found = dropped.get((table, _words(added)))
            if found is not None and found[1] != added:
                case.statement = found[0]
                case.find("rename-in-disguise", None, table=table, old=found[1], new=added)


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.lower().split("_")))


def _mixes(case: Case, statements: list[Statement]) -> None:
    """A file that adds and takes away cannot ship without stopping: code for both is never running alone."""
    adds = any(ALTER[command.subtype] == "AddColumn" for _, _, command in _commands(statements))
    takes = any(one.rule in _CONTRACTS for one in case.findings)
    moves = any(one.rule in ("changes-every-row", "unbounded-batch", "copies-rows") for one in case.findings)
    if (adds and (takes or moves)) or (takes and moves):
        case.find_in_script("mixes-stages")


def _added(sql: Iterable[Statement], case: Case) -> set[str]:
    return {
        str(getattr(command, "def").column_def.colname)
        for _, table, command in _commands(sql)
        if ALTER[command.subtype] == "AddColumn" and case.is_of_the_change(table)
    }


def _expand(case: Case, statements: list[Statement]) -> None:
    missing = case.new - _added(statements, case) - _known_columns(case)
    if missing:
        case.find_in_script("new-field-not-added", column=", ".join(sorted(missing)), table=case.subject.table)


def _known_columns(case: Case) -> set[str]:
    known = case.known.tables.get(case.table)
    return set(known.columns) if known else set()


def _backfill(case: Case, statements: list[Statement]) -> None:
    """Every field that expand adds is filled."""
    written = {
        one.res_target.name
        for statement in statements
        if statement.kind == "update_stmt" and case.is_of_the_change(relation(statement.node.relation))
        for one in statement.node.target_list
    }
    updates = any(one.kind == "update_stmt" for one in statements)
    missing = case.new - written
    if (missing and updates and written & case.new) or (missing and not updates and not case.subject.has_sync_trigger):
        case.find_in_script("never-filled", column=", ".join(sorted(missing)), table=case.subject.table)


def _relax(case: Case, statements: list[Statement]) -> None:
    """The old field loses NOT NULL or gets a default, before code that does not know it inserts."""
    relaxed = {
        command.name
        for _, table, command in _commands(statements)
        if case.is_of_the_change(table) and ALTER[command.subtype] in ("DropNotNull", "ColumnDefault")
    }
    for column in sorted(case.old - relaxed):
        known = case.known.column(case.table, column)
        if known is None or (known.is_required and not known.has_default):
            case.find_in_script("old-not-relaxed", column=column, table=case.subject.table)


def _drop(case: Case, statements: list[Statement]) -> None:
    """What is dropped is judged at its statement."""


_STAGES = {Stage.EXPAND: _expand, Stage.BACKFILL: _backfill, Stage.RELAX: _relax, Stage.DROP: _drop}
