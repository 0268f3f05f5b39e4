"""New objects: tables, tables from queries, views, functions, triggers, types."""

from releasetrain.domain.sql import bodies
from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.parsing import Node, Statement, named, qualified, relation, strings
from releasetrain.domain.sql.rules import writing
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.sql.words import CONSTRAINT
from releasetrain.domain.stages import Stage


def create_table(case: Case, statement: Statement) -> None:
    """Judge CREATE TABLE: it locks what it refers to or becomes a part of; whoever is new harms nobody."""
    node = statement.node
    if case.stage is Stage.BACKFILL:
        case.find("wrong-stage", node.relation, Severity.WARNS, what="CREATE TABLE", stage=case.stage.value)
    for one in named(node, "Constraint"):
        if CONSTRAINT[one.contype] == "FOREIGN" and relation(one.pktable) != relation(node.relation):
            case.locks(relation(one.pktable))
    for parent in node.inh_relations:
        _joins(case, statement, relation(parent.range_var))


def _joins(case: Case, statement: Statement, parent: str) -> None:
    """A new partition locks the whole; where another takes what no partition does, that one is read for its rows."""
    case.locks(parent)
    known = case.known.tables.get(parent)
    if statement.node.HasField("partbound") and known is not None and known.default_part and not known.is_fresh:
        case.find("partition-locks", statement.node.relation, table=parent, name=known.default_part)


def create_from_query(case: Case, statement: Statement) -> None:
    """Judge CREATE TABLE AS and CREATE MATERIALIZED VIEW: both read their sources whole."""
    node = statement.node
    _rebuilds(case, "view", relation(node.into.rel))
    if node.into.skip_data:
        return
    source = writing.first_large_source(case, node.query)
    if source:
        case.is_slow(source)
        case.find_slow("copies-rows", source, node.into.rel, into=relation(node.into.rel))


def create_view(case: Case, statement: Statement) -> None:
    """Judge CREATE VIEW: in the place of another it is what old code reads."""
    name = relation(statement.node.view)
    if _replaces(case, "view", name, statement.node):
        case.find("replaces-code", statement.node.view, what="view", name=name)
    _rebuilds(case, "view", name)


def _replaces(case: Case, kind: str, name: str, node: Node) -> bool:
    """Whether something that old code uses makes room: it was seen before, or may be there for all that is known.

    Without OR REPLACE nothing makes room.
    """
    if not node.replace or case.known.is_new(kind, name):
        return False
    return (kind, name) in case.known.seen or case.known.is_unknown(kind)


def _rebuilds(case: Case, kind: str, name: str) -> None:
    """Add to the DROP before that another takes the place: what is made here by itself harms nobody."""
    dropped = case.known.dropped.get((kind, name))
    if dropped is not None:
        here, case.statement = case.statement, dropped
        case.find("replaces-code", None, what=kind, name=name)
        case.statement = here


def create_function(case: Case, statement: Statement) -> None:
    """Judge CREATE FUNCTION: a new one is called by nobody; another body under an old name is called at once.

    Without OR REPLACE it is new, or one of that name for other arguments.
    """
    node = statement.node
    name = strings(node.funcname)[-1]
    known = case.known.functions.get(name)
    _rebuilds(case, "function", qualified(strings(node.funcname)))
    if not node.replace or (known is not None and (known.is_fresh or known.statement.canonical == statement.canonical)):
        return
    if known is not None or case.known.is_unknown("function"):
        case.find("replaces-code", None, what="function", name=name)


def create_trigger(case: Case, statement: Statement) -> None:
    """Judge CREATE TRIGGER: one that only sets the row's own fields keeps old and new alike; one that writes
    elsewhere does so for old code, too, which may do it already, unless it cannot know the table yet; one that raises
    an error refuses what old code does."""
    node = statement.node
    table, name = relation(node.relation), node.trigname
    if case.known.is_fresh(table):
        return
    case.locks(table)
    if _replaces(case, "trigger", f"{table}.{name}", node):
        case.find("replaces-code", node.relation, what="trigger", name=name)
        return
    _rebuilds(case, "trigger", f"{table}.{name}")
    function = strings(node.funcname)[-1]
    if node.funcname and strings(node.funcname)[0] == "pg_catalog":
        return
    known = case.known.functions.get(function)
    body = bodies.of_function(known.statement) if known else None
    if body is None:
        case.find("trigger-unread", node.relation, table=table, name=name, function=function)
    else:
        _judge_body(case, node, body)


def _judge_body(case: Case, node: Node, body: bodies.Body) -> None:
    facts = {"table": relation(node.relation), "name": node.trigname}
    if body.refuses:
        case.find("trigger-refuses", node.relation, **facts)
    if elsewhere := sorted(one for one in bodies.tables_written(body) if not case.known.is_fresh(one)):
        case.find("trigger-writes-elsewhere", node.relation, **facts, other=elsewhere[0])


def create_rule(case: Case, statement: Statement) -> None:
    """Judge CREATE RULE: it rewrites what old code asks."""
    table = relation(statement.node.relation)
    if not case.known.is_fresh(table):
        case.find("replaces-code", statement.node.relation, what="rule", name=statement.node.rulename)


def event_trigger(case: Case, statement: Statement) -> None:
    """Judge an event trigger: it speaks in every later migration."""
    case.find("setting-for-everybody", None, name=statement.node.trigname)


def alter_enum(case: Case, statement: Statement) -> None:
    """Judge ALTER TYPE of an enumeration: old readers cannot decode a value that new code writes."""
    node = statement.node
    name = qualified(strings(node.type_name))
    if ("type", name) in case.known.fresh:
        return
    if node.old_val:
        case.find("renames", None, what="value", old=node.old_val, new=node.new_val, table=name)
    else:
        case.find("enum-value-added", None, name=name, value=node.new_val)


def alter_type(case: Case, statement: Statement) -> None:
    """Judge ALTER TYPE."""
    name = qualified(strings(statement.node.type_name))
    if ("type", name) not in case.known.fresh:
        case.find("type-changed", None, name=name)


def alter_domain(case: Case, statement: Statement) -> None:
    """Judge ALTER DOMAIN: a constraint that is not NOT VALID, and one that is validated, reads every table that uses
    it, while nobody can write there."""
    node = statement.node
    name = qualified(strings(node.type_name))
    reads = node.subtype in ("C", "O", "V")  # ADD CONSTRAINT, SET NOT NULL, VALIDATE
    is_checked = not getattr(node, "def").constraint.skip_validation
    if ("type", name) not in case.known.fresh and reads and is_checked:
        case.find("constraint-scans", None, table=name, name=node.name or name)


def alter_function(case: Case, statement: Statement) -> None:
    """Judge ALTER FUNCTION: what old code calls behaves in another way."""
    name = strings(statement.node.func.objname)[-1]
    known = case.known.functions.get(name)
    if known is None or not known.is_fresh:
        case.find("replaces-code", None, what="function", name=name)


def alter_trigger_or_policy(case: Case, statement: Statement) -> None:
    """Judge ALTER POLICY: old code sees other rows."""
    table = relation(statement.node.table)
    if not case.known.is_fresh(table):
        case.find("row-security", statement.node.table, table=table)


JUDGES = {
    "create_stmt": create_table,
    "create_table_as_stmt": create_from_query,
    "view_stmt": create_view,
    "create_function_stmt": create_function,
    "create_trig_stmt": create_trigger,
    "rule_stmt": create_rule,
    "create_event_trig_stmt": event_trigger,
    "alter_event_trig_stmt": event_trigger,
    "alter_enum_stmt": alter_enum,
    "alter_type_stmt": alter_type,
    "alter_domain_stmt": alter_domain,
    "alter_function_stmt": alter_function,
    "alter_policy_stmt": alter_trigger_or_policy,
}
