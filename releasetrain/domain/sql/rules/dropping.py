"""What is taken away: columns, tables, indexes, views, functions, triggers, types; and what is renamed."""

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.known import dropped_kind, dropped_names, kind_of, renamed
from releasetrain.domain.sql.parsing import Node, Statement, relation
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.sql.words import CASCADE, OBJECT
from releasetrain.domain.stages import Stage

# What running code does not call by its name.
UNCALLED = frozenset({"index", "trigger", "statistics ext", "publication", "subscription", "rule", "policy"})
# A new name for these is a new name in code that runs.
RENAMES_BREAK = frozenset(
    [
        "TABLE",
        "COLUMN",
        "VIEW",
        "MATVIEW",
        "FUNCTION",
        "PROCEDURE",
        "ROUTINE",
        "AGGREGATE",
        "TYPE",
        "DOMAIN",
        "ATTRIBUTE",
        "SCHEMA",
        "DATABASE",
        "SEQUENCE",
        "FOREIGN_TABLE",
        "ROLE",
    ]
)


def drop_column(case: Case, table: str, command: Node) -> None:
    """Judge DROP COLUMN: right in one stage for one field, and wrong everywhere else."""
    name = command.name
    known = case.known.column(table, name)
    if command.behavior == CASCADE:
        case.find("cascade", None, name=f"{table}.{name}")
    if known is not None and known.is_fresh:
        return
    case.known.dropped[("column", f"{table}.{name}")] = case.statement
    for constraint in case.known.constraints(table).values():
        if constraint.refers_to and name in constraint.columns:
            case.locks(constraint.refers_to)
    _judge_drop(case, table, name)


def _judge_drop(case: Case, table: str, name: str) -> None:
    facts = {"table": table, "column": name}
    is_of_it = case.is_of_the_change(table)
    if name in case.new and is_of_it:
        case.find("drops-new-field", None, None, **facts)
    elif case.stage is Stage.DROP and case.old:
        declared = name in case.old and is_of_it
        case.find("watched-by-gate" if declared else "drops-undeclared", None, None, **facts)
    else:
        case.find("drops-column", None, Severity.WARNS if case.stage is Stage.DROP else None, **facts)


def drop(case: Case, statement: Statement) -> None:
    """Judge DROP of anything but a column."""
    node, kind = statement.node, dropped_kind(statement.node)
    names = [name for name in dropped_names(node) if not case.known.is_new(kind, name)]
    if node.behavior == CASCADE and names:
        case.find("cascade", None, name=", ".join(names))
    if kind == "index":
        _drop_index(case, node, names)
        return
    for name in names:
        _drop_one(case, kind, name)


def _drop_index(case: Case, node: Node, names: list[str]) -> None:
    on_existing = [name for name in names if not case.known.is_fresh(case.known.indexes.get(name, ""))]
    if node.concurrent:
        if case.is_one_transaction and on_existing:
            case.find("concurrently-in-transaction", None, name=", ".join(on_existing))
        return
    for name in on_existing:
        table = case.known.indexes.get(name, "")
        case.find("drop-index-not-concurrent", None, name=name, table=table)
        case.locks(table or name)


def _drop_one(case: Case, kind: str, name: str) -> None:
    severity = Severity.WARNS if case.stage is Stage.DROP else None
    if kind == "table":
        case.find("drops-table", None, severity, table=name)
        case.locks(name)
        for constraint in case.known.constraints(name).values():
            if constraint.refers_to:
                case.locks(constraint.refers_to)
    elif kind == "trigger":
        case.find("drops-object", None, severity, what=kind, name=name)
        case.locks(name.rpartition(".")[0])
    elif kind in UNCALLED:
        case.find("drops-object", None, Severity.WARNS, what=kind, name=name)
    else:
        case.find("drops-object", None, severity, what=kind, name=name)


def rename(case: Case, statement: Statement) -> None:
    """Judge RENAME: old code calls the old name, at every stage."""
    node = statement.node
    kind, table = OBJECT[node.rename_type], relation(node.relation)
    if kind not in RENAMES_BREAK:
        return  # an index, a constraint, a trigger: no code calls it
    column = case.known.column(table, node.subname)
    if case.known.is_fresh(table) or (kind == "COLUMN" and column is not None and column.is_fresh):
        return
    old = node.subname or renamed(node)
    if kind != "COLUMN" and case.known.is_new(kind_of(node.rename_type), old):
        return
    case.known.dropped[("column", f"{table}.{node.subname}")] = statement
    case.find("renames", None, what=kind.lower(), old=old, new=node.newname, table=table)


def move_schema(case: Case, statement: Statement) -> None:
    """Judge SET SCHEMA: a new name, too."""
    name = relation(statement.node.relation)
    if not case.known.is_fresh(name):
        case.find("renames", None, what="schema", old=name, new=f"{statement.node.newschema}.{name}", table=name)


def drop_owned(case: Case, statement: Statement) -> None:
    """Judge what drops things without naming them."""
    case.find("cascade", None, name=statement.kind.removesuffix("_stmt").replace("_", " "))


JUDGES = {
    "drop_stmt": drop,
    "rename_stmt": rename,
    "alter_object_schema_stmt": move_schema,
    "drop_owned_stmt": drop_owned,
    "dropdb_stmt": drop_owned,
    "drop_table_space_stmt": drop_owned,
    "drop_role_stmt": drop_owned,
    "drop_subscription_stmt": drop_owned,
}
