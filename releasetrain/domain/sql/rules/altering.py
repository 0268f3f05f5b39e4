"""ALTER TABLE: each sub-command, and the lock it takes."""

from collections.abc import Callable
from contextlib import nullcontext

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.column_types import keeps_the_data, type_of
from releasetrain.domain.sql.known import kind_of
from releasetrain.domain.sql.parsing import Node, Statement, relation, strings
from releasetrain.domain.sql.rules import adding, constraints, dropping
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.sql.words import ALTER, CASCADE, OBJECT
from releasetrain.domain.stages import Stage

Judge = Callable[[Case, str, Node], None]

# Sub-commands that change only what is written down, under a lock that nobody feels, or for a moment.
HARMLESS = frozenset(
    """
    SetStatistics SetOptions ResetOptions SetStorage SetCompression ClusterOn DropCluster SetRelOptions
    ResetRelOptions ReplaceRelOptions ReplicaIdentity SetIdentity DropExpression DropOids DetachPartitionFinalize
    AlterColumnGenericOptions GenericOptions
    """.split()  # noqa: SIM905
)
UNFELT = frozenset(
    ["ValidateConstraint", "SetStatistics", "SetOptions", "ResetOptions", "SetRelOptions", "ResetRelOptions"]
)
# What only the expand stage, or no stage of a change at all, does.
ONLY_IN_EXPAND = frozenset({"AddColumn"})


def alter_table(case: Case, statement: Statement) -> None:
    """Judge each sub-command; on what the change itself made nothing can go wrong."""
    node = statement.node
    if OBJECT[node.objtype] in ("VIEW", "INDEX", "SEQUENCE", "MATVIEW", "TYPE", "FOREIGN_TABLE"):
        _other(case, node)
        return
    table = relation(node.relation)
    if case.known.is_fresh(table):
        return
    felt = {ALTER[one.alter_table_cmd.subtype] not in UNFELT for one in node.cmds}
    # The strongest lock that any of its commands wants is held for all of them.
    with case.one_transaction() if len(felt) > 1 else nullcontext():
        if True in felt:
            case.locks(table)
        for one in node.cmds:
            _judge(case, table, one.alter_table_cmd)


def _other(case: Case, node: Node) -> None:
    """ALTER INDEX, SEQUENCE, VIEW ... written with table sub-commands: owners and options; a type's attributes."""
    name, kinds = relation(node.relation), {ALTER[one.alter_table_cmd.subtype] for one in node.cmds}
    if "ChangeOwner" in kinds:
        if not case.known.is_new(kind_of(node.objtype), name):
            case.find("changes-rights", node.relation, name=name)
    elif OBJECT[node.objtype] == "TYPE" and ("type", name) not in case.known.fresh:
        case.find("type-changed", node.relation, name=name)
    elif "AttachPartition" not in kinds and not kinds <= HARMLESS | {"ColumnDefault", "SetTableSpace"}:
        case.find("unlisted", node.relation, what=f"ALTER {OBJECT[node.objtype]} {min(kinds)}")


def _judge(case: Case, table: str, command: Node) -> None:
    kind = ALTER[command.subtype]
    if kind in ONLY_IN_EXPAND and case.stage not in (None, Stage.EXPAND):
        severity = None if case.stage is Stage.BACKFILL else Severity.WARNS
        case.find("wrong-stage", None, severity, table=table, what=_spaced(kind), stage=case.stage.value)
    judge = _JUDGES.get(kind)
    if judge is not None:
        judge(case, table, command)
    elif kind not in HARMLESS:
        case.find("unlisted", None, what=f"ALTER TABLE, {_spaced(kind)}")


def _spaced(kind: str) -> str:
    """``AddColumn`` as it is written: ADD COLUMN."""
    return "".join(f" {letter}" if letter.isupper() else letter for letter in kind).strip().upper()


def _change_type(case: Case, table: str, command: Node) -> None:
    said = getattr(command, "def").column_def
    new, known = type_of(said.type_name), case.known.column(table, command.name)
    collation = "".join(f' COLLATE "{name}"' for name in strings(said.coll_clause.collname)[-1:])
    facts = {"column": command.name, "new": f"{new}{collation}"}
    if known is None or known.type is None:
        case.find_slow("type-change-unknown", table, said, **facts)
    elif said.HasField("coll_clause") or _computes(said, command.name) or not keeps_the_data(known.type, new):
        case.find_slow("type-change-rewrites", table, said, **facts, old=str(known.type))
    else:
        _widens(case, table, command.name, said)


def _widens(case: Case, table: str, column: str, said: Node) -> None:
    """A type that keeps the data: what is computed from them is still computed anew, and a check looks again."""
    for name, index in case.known.keys.items():
        if index.table == table and column in index.computed:
            case.find_slow("unique-builds-index", table, said, name=name)
    for name, constraint in case.known.constraints(table).items():
        if constraint.kind == "CHECK" and column in constraint.columns:
            case.find_slow("constraint-scans", table, said, name=name)


def _computes(said: Node, name: str) -> bool:
    """Whether USING says more than what happens without it: the column cast to its new type."""
    using = said.raw_default
    if not said.HasField("raw_default"):
        return False
    same_type = not using.HasField("type_cast") or type_of(using.type_cast.type_name) == type_of(said.type_name)
    column = using.type_cast.arg if using.HasField("type_cast") else using
    return not same_type or strings(column.column_ref.fields)[-1:] != [name]


def _drop_constraint(case: Case, table: str, command: Node) -> None:
    """DROP CONSTRAINT takes a moment, of a foreign key in both its tables; CASCADE drops those of others unseen."""
    known = case.known.constraints(table).get(command.name)
    if known is not None and known.refers_to:
        case.locks(known.refers_to)
    if command.behavior == CASCADE:
        case.find("cascade", None, name=f"{table}.{command.name}")


def _default(case: Case, table: str, command: Node) -> None:
    """SET DEFAULT concerns rows to come; DROP DEFAULT those of old code, which leaves the column out."""
    if getattr(command, "def").WhichOneof("node") is not None:
        return
    known = case.known.column(table, command.name)
    if known is not None and (known.is_fresh or not known.has_default):
        return
    severity = Severity.BLOCKS if known is not None and known.is_required else None
    case.find("drops-default", None, severity, table=table, column=command.name)


def _rewrites(case: Case, table: str, command: Node) -> None:
    case.find_slow("rewrites-table", table, None, what=_spaced(ALTER[command.subtype]))


def _expression(case: Case, table: str, command: Node) -> None:
    """Another expression: a virtual column stores nothing."""
    known = case.known.column(table, command.name)
    if known is None or not known.is_virtual:
        _rewrites(case, table, command)


def _disables_trigger(case: Case, table: str, command: Node) -> None:
    case.find("disables-trigger", None, table=table, name=command.name or "ALL")


def _enables_trigger(case: Case, table: str, command: Node) -> None:
    case.find("enables-trigger", None, table=table, name=command.name or "ALL")


def _rules(case: Case, table: str, command: Node) -> None:
    case.find("replaces-code", None, name=f"{command.name} ({table})", what="rule")


def _security(case: Case, table: str, command: Node) -> None:
    case.find("row-security", None, table=table)


def _owner(case: Case, table: str, command: Node) -> None:
    case.find("changes-rights", None, name=table)


def _partition(case: Case, table: str, command: Node) -> None:
    part = getattr(command, "def").partition_cmd
    if ALTER[command.subtype] == "DetachPartition" and part.concurrent:
        if case.is_one_transaction:
            case.find("concurrently-in-transaction", None, name=relation(part.name))
        return
    if ALTER[command.subtype] == "AttachPartition" and case.known.is_fresh(relation(part.name)):
        return
    name = relation(part.name)
    checks = case.known.constraints(name).values()
    # A valid check may say what the bounds do, and then nothing is read; whether it does, nobody sees here.
    is_checked = any(one.kind == "CHECK" and one.is_valid for one in checks)
    severity = Severity.WARNS if ALTER[command.subtype] == "AttachPartition" and is_checked else None
    case.find("partition-locks", None, severity, table=table, name=name)


def _inherits(case: Case, table: str, command: Node) -> None:
    case.find("inheritance", None, table=table)


def _identity(case: Case, table: str, command: Node) -> None:
    case.find("drops-default", None, table=table, column=command.name)


def _nothing(case: Case, table: str, command: Node) -> None:
    """An identity for a column that is there: its rows stay as they are."""


_JUDGES: dict[str, Judge] = {
    "AddColumn": adding.add_column,
    "DropColumn": dropping.drop_column,
    "AddConstraint": constraints.add_constraint,
    "DropConstraint": _drop_constraint,
    "ValidateConstraint": constraints.validate,
    "AlterConstraint": constraints.alter_constraint,
    "SetNotNull": constraints.set_not_null,
    "DropNotNull": constraints.drop_not_null,
    "AlterColumnType": _change_type,
    "ColumnDefault": _default,
    "SetExpression": _expression,
    "SetLogged": _rewrites,
    "SetUnLogged": _rewrites,
    "SetAccessMethod": _rewrites,
    "SetTableSpace": _rewrites,
    "DisableTrig": _disables_trigger,
    "DisableTrigAll": _disables_trigger,
    "DisableTrigUser": _disables_trigger,
    "EnableTrig": _enables_trigger,
    "EnableTrigAll": _enables_trigger,
    "EnableTrigUser": _enables_trigger,
    "EnableAlwaysTrig": _enables_trigger,
    "EnableReplicaTrig": _disables_trigger,
    "EnableRule": _rules,
    "EnableAlwaysRule": _rules,
    "EnableReplicaRule": _rules,
    "DisableRule": _rules,
    "EnableRowSecurity": _security,
    "DisableRowSecurity": _security,
    "ForceRowSecurity": _security,
    "NoForceRowSecurity": _security,
    "ChangeOwner": _owner,
    "AttachPartition": _partition,
    "DetachPartition": _partition,
    "AddInherit": _inherits,
    "DropInherit": _inherits,
    "AddOf": _inherits,
    "DropOf": _inherits,
    "AddIdentity": _nothing,
    "DropIdentity": _identity,
}
JUDGES = {"alter_table_stmt": alter_table}
