"""UPDATE, DELETE, INSERT, MERGE, COPY, TRUNCATE: rows that are there, moved in bounded batches or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.parsing import Node, Statement, columns_in, functions_in, named, relation
from releasetrain.domain.sql.rules import bounds
from releasetrain.domain.sql.words import STEADY
from releasetrain.domain.stages import Stage

CATALOGUE = ("pg_", "information_schema.")
SEVERAL = 2


def update(case: Case, statement: Statement) -> None:
    """Judge UPDATE: one bounded template that may run twice, in the backfill."""
    node = statement.node
    table = relation(node.relation)
    if _is_no_matter(case, table, node):
        return
    if _is_of_another_stage(case, table, node, "UPDATE"):
        return
    written = {one.res_target.name for one in node.target_list}
    _written_fields(case, table, written)
    if _is_bounded(case, table, node):
        _judge_batch(case, table, node, written)


def delete(case: Case, statement: Statement) -> None:
    """Judge DELETE."""
    node = statement.node
    table = relation(node.relation)
    if _is_no_matter(case, table, node) or _is_of_another_stage(case, table, node, "DELETE"):
        return
    if _is_bounded(case, table, node):
        _count_batch(case, table, node.where_clause)


def _is_no_matter(case: Case, table: str, node: Node) -> bool:
    """Whether the table is the change's own, or a system's, which is a matter of its own."""
    if table.startswith(CATALOGUE):
        case.find("writes-catalogue", node.relation, table=table)
        return True
    if case.known.is_fresh(table):
        return True
    judge_within(case, node)
    case.target = node.relation.alias.aliasname or node.relation.relname
    return False


def judge_within(case: Case, node: Node) -> None:
    """Judge the statements that stand in WITH: each does what it would do alone."""
    before = case.limited
    case.limited |= bounds.limited_in(node)
    for one in node.with_clause.ctes:
        query = one.common_table_expr.ctequery
        kind = query.WhichOneof("node")
        if kind in JUDGES and kind != "select_stmt" and case.statement is not None:
            _judge_part(case, kind, getattr(query, kind))
    case.limited = before


def _judge_part(case: Case, kind: str, node: Node) -> None:
    whole = case.statement
    assert whole is not None  # noqa: S101
    case.statement = replace(whole, kind=kind, node=node)
    JUDGES[kind](case, case.statement)
    case.statement = whole


def _is_of_another_stage(case: Case, table: str, node: Node, what: str) -> bool:
    case.is_slow(table)
    if case.stage in (None, Stage.BACKFILL) or bounds.names_its_rows(case, node.where_clause):
        return False
    case.find("data-in-wrong-stage", node.relation, table=table, what=what, stage=case.stage.value)
    return True


def _written_fields(case: Case, table: str, written: set[str]) -> None:
    if not case.is_of_the_change(table):
        return
    for column in sorted(written & case.old):
        case.find("writes-old-field", None, table=table, column=column)
    if case.new and case.stage is Stage.BACKFILL and not written & case.new:
        case.find("misses-new-field", None, table=table, column=", ".join(sorted(case.new)))


def _is_bounded(case: Case, table: str, node: Node) -> bool:
    """Whether it changes a bounded range of keys, or rows that it names; where not, that is found."""
    where = node.where_clause
    if where.WhichOneof("node") is None:
        rule = "changes-every-row"
    elif bounds.hold(case, node):
        return True
    else:
        rule = "unbounded-batch"
    case.find_slow(rule, table, node.relation, key=case.subject.key)
    return False


def _judge_batch(case: Case, table: str, node: Node, written: set[str]) -> None:
    """What a bounded batch may still lack."""
    where = node.where_clause
    _count_batch(case, table, where)
    width = max(bounds.width(case, where), bounds.limit(node))
    if width > case.subject.batch_rows:
        case.find("wide-batch", node.relation, table=table, rows=str(width), most=str(case.subject.batch_rows))
    fine = _may_run_twice(case, table, where, written)
    joins = bounds.joins(case, node) or (bounds.selects(where) and not bounds.is_limited(case, node))
    if joins:
        case.find("joins-in-batch", None, table=table)
    # What follows from an old field is verified against it, so that a guard alone does not make it steady.
    followed = case.new if case.old and case.is_of_the_change(table) else frozenset()
    unsteady = _unsteady(node.target_list, bounds.where_null(where) - followed)
    if unsteady:
        case.find("volatile-in-batch", None, table=table, function=min(unsteady))
    is_narrow = bounds.is_told(case, node) and width <= case.subject.batch_rows
    if fine and case.stage is Stage.BACKFILL and is_narrow and not unsteady and not joins:
        case.find("bounded-batch", node.relation, table=table, key=case.subject.key)


def _count_batch(case: Case, table: str, where: Node) -> None:
    """Several batches in one transaction are one batch; rows that are named one by one are none."""
    if bounds.names_its_rows(case, where):
        return
    case.batches += 1
    if case.is_one_transaction and case.batches == SEVERAL:
        case.find_slow("batches-in-one-transaction", table)


def _unsteady(targets: Iterable[Node], filled_once: set[str]) -> set[str]:
    """Which functions give another value when the batch runs again, and write it."""
    written_again = (one for one in targets if one.res_target.name not in filled_once)
    return {name for target in written_again for name in functions_in(target)} - STEADY


def _may_run_twice(case: Case, table: str, where: Node, written: set[str]) -> bool:
    """Whether a guard keeps fresher values: ``new IS NULL``, ``new IS DISTINCT FROM``."""
    if case.stage is not Stage.BACKFILL or not written:
        return True
    if written & columns_in(where):
        return True
    case.find("not-idempotent", None, table=table, column=min(written))
    return False


def insert(case: Case, statement: Statement) -> None:
    """Judge INSERT: rows that are written out are seeds; rows read from a table are a copy."""
    node = statement.node
    table = relation(node.relation)
    if table.startswith(CATALOGUE):
        case.find("writes-catalogue", node.relation, table=table)
        return
    judge_within(case, node)
    source = first_large_source(case, node.select_stmt)
    if source:
        case.is_slow(source)
        case.find_slow("copies-rows", source, node.relation, into=table)


def first_large_source(case: Case, query: Node) -> str:
    """Return a table that a query reads whole; nothing where it reads none, or rows that it names or limits.

    What it only looks up, in a condition or for one value, gives no rows.
    """
    select = query.select_stmt
    where = select.where_clause
    if select.HasField("limit_count") or bounds.names_its_rows(case, where) or bounds.is_range(case, where):
        return ""
    own = {one.ctename for one in named(query, "CommonTableExpr")}
    tables = (relation(one) for source in _sources(select) for one in named(source, "RangeVar"))
    large = (one for one in tables if one not in own and not one.startswith(CATALOGUE) and not case.known.is_empty(one))
    return next(large, "")


def _sources(select: Node) -> Iterator[Node]:
    """What the rows of a query come from: its FROM and WITH, and those of the parts of a UNION."""
    yield from select.from_clause
    if select.HasField("with_clause"):
        yield select.with_clause
    for part in (select.larg, select.rarg) if select.HasField("larg") else ():
        yield from _sources(part)


def merge(case: Case, statement: Statement) -> None:
    """Judge MERGE: a copy and an update in one."""
    table = relation(statement.node.relation)
    if not case.known.is_fresh(table):
        case.is_slow(table)
        case.find_slow("copies-rows", table, statement.node.relation, into=table)


def copy(case: Case, statement: Statement) -> None:
    """Judge COPY: into a table that is in use it writes rows that nobody sees here; what it copies out may write."""
    node = statement.node
    kind = node.query.WhichOneof("node")
    if kind in JUDGES:
        _judge_part(case, kind, getattr(node.query, kind))
    table = relation(node.relation)
    if node.is_from and not case.known.is_fresh(table):
        case.find_slow("copies-rows", table, node.relation, into=table)


def truncate(case: Case, statement: Statement) -> None:
    """Judge TRUNCATE."""
    for one in statement.node.relations:
        table = relation(one.range_var)
        if not case.known.is_fresh(table):
            case.find("truncates", one.range_var, table=table)
            case.locks(table)


JUDGES = {
    "update_stmt": update,
    "delete_stmt": delete,
    "insert_stmt": insert,
    "merge_stmt": merge,
    "copy_stmt": copy,
    "truncate_stmt": truncate,
}
