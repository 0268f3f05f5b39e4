"""Indexes: made, rebuilt."""

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.parsing import Node, Statement, columns_in, relation
from releasetrain.domain.stages import Stage


def create_index(case: Case, statement: Statement) -> None:
    """Judge CREATE INDEX on a table that exists."""
    node = statement.node
    table = relation(node.relation)
    if case.known.is_fresh(table) or _is_of_the_whole_only(case, table, node):
        return
    if not node.concurrent:
        case.find_slow("index-not-concurrent", table, node.relation, name=node.idxname)
        case.is_slow(table)
        case.locks(table)
    elif case.is_one_transaction:
        case.find("concurrently-in-transaction", node.relation, name=node.idxname)
    _judge_target(case, statement, table)


def _is_of_the_whole_only(case: Case, table: str, node: Node) -> bool:
    """Whether it is ON ONLY a table of partitions: without theirs it is made at once."""
    known = case.known.tables.get(table)
    return not node.relation.inh and (known is None or not known.is_whole or known.is_parted)


def _judge_target(case: Case, statement: Statement, table: str) -> None:
    """An index on the field being filled turns every update into one of all indexes (measured: 17,000 rows/s for
    631,000)."""
    indexed = {one.index_elem.name for one in statement.node.index_params} | columns_in(statement.node)
    target = sorted(column for column in indexed if case.is_target(table, column))
    if not target:
        return
    comes_before = case.stage is Stage.EXPAND or (case.stage is Stage.BACKFILL and fills_later(case, statement))
    if comes_before:
        case.find(
            "index-before-data", statement.node.relation, table=table, column=target[0], name=statement.node.idxname
        )


def fills_later(case: Case, statement: Statement) -> bool:
    """Return whether an UPDATE follows in the same script."""
    return b"update" in statement.text.raw[statement.end :].lower()


def reindex(case: Case, statement: Statement) -> None:
    """Judge REINDEX: it shuts writers out, and readers of the index."""
    node = statement.node
    name = relation(node.relation) if node.HasField("relation") else node.name
    is_concurrent = any(one.def_elem.defname == "concurrently" for one in node.params)
    if not is_concurrent and not case.known.is_fresh(name):
        case.find_slow("index-not-concurrent", case.known.indexes.get(name, name), None, name=name)
    elif is_concurrent and case.is_one_transaction:
        case.find("concurrently-in-transaction", None, name=name)


JUDGES = {"index_stmt": create_index, "reindex_stmt": reindex}
