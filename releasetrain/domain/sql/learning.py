"""Take in what statements make of the schema."""

from collections.abc import Iterable

from releasetrain.domain.sql import bodies
from releasetrain.domain.sql.column_types import SERIAL, type_of
from releasetrain.domain.sql.known import (
    Column,
    Constraint,
    Function,
    Index,
    Known,
    Table,
    dropped_kind,
    dropped_names,
    kind_of,
    not_null_of,
    renamed,
)
from releasetrain.domain.sql.nulls import passes_null
from releasetrain.domain.sql.parsing import Node, Statement, columns_in, named, qualified, relation, strings
from releasetrain.domain.sql.words import ALTER, CONSTRAINT, OBJECT


def learn(known: Known, statement: Statement, *, fresh: bool) -> None:
    """Take in one statement; ``fresh``: what it makes is the change's own."""
    take = _LEARNT_FROM.get(statement.kind)
    if take is not None:
        take(known, statement, fresh)


def learn_all(known: Known, statements: Iterable[Statement], *, fresh: bool) -> None:
    """Take in a script, and what stands in its DO blocks, as far as that can be read."""
    for one in statements:
        for statement in bodies.within(one):
            learn(known, statement, fresh=fresh)


def _table(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    name = relation(node.relation)
    if name in known.tables and (node.if_not_exists or _is_there(known, name, fresh)):
        return
    table = Table(is_fresh=fresh, is_whole=not node.inh_relations, is_parted=node.HasField("partspec"))
    if node.partbound.is_default:
        for parent in node.inh_relations:
            known.tables.setdefault(relation(parent.range_var), Table()).default_part = name
    for element in node.table_elts:
        if element.WhichOneof("node") == "column_def":
            _add_column(table, element.column_def, fresh=fresh)
        elif element.WhichOneof("node") == "constraint":
            _add_constraint(table, element.constraint, fresh=fresh)
    known.tables[name] = table
    known.dropped.pop(("table", name), None)


def _is_there(known: Known, name: str, fresh: bool) -> bool:
    """Whether the change would make what others made before: it fails, and what is there stays theirs."""
    return fresh and not known.tables[name].is_fresh


def _add_column(table: Table, node: Node, *, fresh: bool) -> None:
    kinds = {CONSTRAINT[one.constraint.contype] for one in node.constraints}
    table.columns[node.colname] = Column(
        type=type_of(node.type_name),
        is_required=bool(kinds & {"NOTNULL", "PRIMARY"}),
        has_default=bool(kinds & {"DEFAULT", "IDENTITY", "GENERATED"}) or type_of(node.type_name).name in SERIAL,
        is_fresh=fresh,
        is_virtual=any(one.constraint.generated_kind == "v" for one in node.constraints),
    )
    for one in node.constraints:
        if CONSTRAINT[one.constraint.contype] in ("CHECK", "UNIQUE", "PRIMARY", "FOREIGN"):
            _add_constraint(table, one.constraint, fresh=fresh, column=node.colname)


def _add_constraint(table: Table, node: Node, *, fresh: bool, column: str = "") -> None:
    kind = CONSTRAINT[node.contype]
    columns = {column} if column else set(strings(node.keys)) | set(strings(node.fk_attrs))
    if kind == "CHECK":
        columns |= {strings(one.fields)[-1] for one in named(node, "ColumnRef") if strings(one.fields)}
    only = not_null_of(node)
    name = node.conname or f"{kind.lower()}_{len(table.constraints)}"
    free = {name for name in columns if name in table.columns and table.columns[name].may_be_null}
    table.constraints[name] = Constraint(
        kind,
        frozenset(columns),
        not node.skip_validation,
        only,
        fresh,
        passes_null=kind == "FOREIGN" or (kind == "CHECK" and passes_null(node.raw_expr, free)),
        refers_to=relation(node.pktable) if kind == "FOREIGN" else "",
    )
    if kind == "PRIMARY":
        for one in columns & table.columns.keys():
            table.columns[one].is_required = True


def _alter(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    table = known.tables.setdefault(relation(node.relation), Table())
    for one in node.cmds:
        _alter_one(table, one.alter_table_cmd, fresh)


def _alter_one(table: Table, command: Node, fresh: bool) -> None:
    kind, definition = ALTER[command.subtype], getattr(command, "def")
    column = table.columns.get(command.name)
    if kind == "AddColumn":
        _add_column(table, definition.column_def, fresh=fresh)
    elif kind == "DropColumn":
        table.columns.pop(command.name, None)
    elif kind == "AddConstraint":
        _add_constraint(table, definition.constraint, fresh=fresh)
    elif kind == "DropConstraint":
        table.constraints.pop(command.name, None)
    elif kind == "ValidateConstraint" and command.name in table.constraints:
        table.constraints[command.name].is_valid = True
    elif kind == "AlterColumnType":
        table.columns.setdefault(command.name, Column()).type = type_of(definition.column_def.type_name)
    elif kind in ("SetNotNull", "DropNotNull") and column:
        column.is_required = kind == "SetNotNull"
    elif kind == "ColumnDefault" and column:
        column.has_default = definition.WhichOneof("node") is not None


def _index(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    parts = [one.index_elem for one in node.index_params]
    computed = {name for one in parts if not one.name for name in columns_in(one.expr)} | columns_in(node.where_clause)
    index = Index(relation(node.relation), tuple(one.name for one in parts if one.name), frozenset(computed))
    known.indexes[node.idxname], known.keys[node.idxname] = index.table, index
    known.made("index", node.idxname, fresh=fresh)


def _function(known: Known, statement: Statement, fresh: bool) -> None:
    name = strings(statement.node.funcname)[-1]
    was = known.functions.get(name)
    if not fresh:
        known.told.add("function")
    known.functions[name] = Function(statement, fresh and (was is None or was.is_fresh))


def _view(known: Known, statement: Statement, fresh: bool) -> None:
    name = relation(statement.node.view)
    known.made("view", name, fresh=fresh and ("view", name) not in known.seen)


def _made_from_query(known: Known, statement: Statement, fresh: bool) -> None:
    name = relation(statement.node.into.rel)
    if OBJECT[statement.node.objtype] == "MATVIEW":
        known.made("view", name, fresh=fresh)
    elif name not in known.tables or not _is_there(known, name, fresh):
        known.tables[name] = Table(is_fresh=fresh)


def _trigger(known: Known, statement: Statement, fresh: bool) -> None:
    name = f"{relation(statement.node.relation)}.{statement.node.trigname}"
    known.made("trigger", name, fresh=fresh and ("trigger", name) not in known.seen)


def _schema(known: Known, statement: Statement, fresh: bool) -> None:
    known.made("schema", statement.node.schemaname, fresh=fresh)


def _type(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    if statement.kind == "composite_type_stmt":
        known.made("type", relation(node.typevar), fresh=fresh)
    elif statement.kind == "create_domain_stmt":
        known.made("type", qualified(strings(node.domainname)), fresh=fresh)
        if {CONSTRAINT[one.constraint.contype] for one in node.constraints} & {"CHECK", "NOTNULL"}:
            known.checked_domains.add(strings(node.domainname)[-1])
    else:
        known.made("type", qualified(strings(node.type_name)), fresh=fresh)


def _sequence(known: Known, statement: Statement, fresh: bool) -> None:
    known.made("sequence", relation(statement.node.sequence), fresh=fresh)


def _drop(known: Known, statement: Statement, fresh: bool) -> None:
    kind = dropped_kind(statement.node)
    for name in dropped_names(statement.node):
        if not known.is_new(kind, name):
            known.dropped[(kind, name)] = statement
        known.gone(kind, name)
        if kind == "table":
            known.tables.pop(name, None)
        elif kind == "index":
            known.indexes.pop(name, None)
            known.keys.pop(name, None)
        elif kind == "function":
            known.functions.pop(name.rpartition(".")[2], None)


def _rename(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    kind, name = OBJECT[node.rename_type], relation(node.relation)
    new = qualified([node.relation.schemaname or "public", node.newname])
    if kind == "TABLE" and name in known.tables:
        known.tables[new] = known.tables.pop(name)
        known.indexes = {index: new if table == name else table for index, table in known.indexes.items()}
    elif kind == "COLUMN" and name in known.tables and node.subname in known.tables[name].columns:
        columns = known.tables[name].columns
        columns[node.newname] = columns.pop(node.subname)
    elif kind == "INDEX" and name in known.indexes:
        known.indexes[new] = known.indexes.pop(name)
        if name in known.keys:
            known.keys[new] = known.keys.pop(name)
    else:
        _rename_object(known, node)


def _rename_object(known: Known, node: Node) -> None:
    kind, name = kind_of(node.rename_type), renamed(node)
    new = qualified([*name.split(".")[:-1], node.newname])
    if kind == "function" and name.rpartition(".")[2] in known.functions:
        known.functions[node.newname] = known.functions.pop(name.rpartition(".")[2])
    elif (kind, name) in known.seen:
        is_fresh = (kind, name) in known.fresh
        known.gone(kind, name)
        known.made(kind, new, fresh=is_fresh)


_LEARNT_FROM = {
    "create_stmt": _table,
    "alter_table_stmt": _alter,
    "index_stmt": _index,
    "create_function_stmt": _function,
    "view_stmt": _view,
    "create_table_as_stmt": _made_from_query,
    "create_trig_stmt": _trigger,
    "create_enum_stmt": _type,
    "composite_type_stmt": _type,
    "create_range_stmt": _type,
    "create_domain_stmt": _type,
    "create_seq_stmt": _sequence,
    "create_schema_stmt": _schema,
    "drop_stmt": _drop,
    "rename_stmt": _rename,
}
