"""What is known of the schema at a point of a script: learnt from its history and from the statements before.

An object is ``fresh`` while it was made by the change itself: nobody uses it yet, and it is empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from releasetrain.domain.sql.column_types import ColumnType, type_of
from releasetrain.domain.sql.nulls import passes_null
from releasetrain.domain.sql.parsing import Node, Statement, columns_in, named, qualified, relation, strings
from releasetrain.domain.sql.words import ALTER, CONSTRAINT, OBJECT


@dataclass(slots=True)
class Column:
    """A column: its type, and what a writer must know."""

    type: ColumnType | None = None
    is_required: bool = False
    has_default: bool = False
    is_fresh: bool = False
    is_virtual: bool = False

    @property
    def may_be_null(self) -> bool:
        """Whether who leaves it out stores NULL."""
        return not self.is_required and not self.has_default


@dataclass(slots=True)
class Constraint:
    """A constraint: its kind, its columns; ``not_null``: the column of which it says just that it is not null.

    ``passes_null``: it holds for rows that have nothing in its columns. ``refers_to``: a foreign key's other table.
    """

    kind: str
    columns: frozenset[str] = frozenset()
    is_valid: bool = True
    not_null: str = ""
    is_fresh: bool = False
    passes_null: bool = False
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its table and its columns; ``computed``: those that an expression or its WHERE reads."""

    table: str
    columns: tuple[str, ...] = ()
    computed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Table:
    """A table; ``columns`` holds those that were seen, all of them only where ``is_whole``.

    ``is_parted``: it has partitions; ``default_part``: the one that takes what no other does.
    """

    is_fresh: bool = False
    is_whole: bool = False
    is_parted: bool = False
    default_part: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)


@dataclass(slots=True)
class Function:
    """A function as it was written."""

    statement: Statement
    is_fresh: bool = False


@dataclass(slots=True)
class Known:
    """Tables, indexes (name: table), functions, and the fresh among views, types, triggers and the rest by kind."""

    tables: dict[str, Table] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Index] = field(default_factory=dict)
    checked_domains: set[str] = field(default_factory=set)
    functions: dict[str, Function] = field(default_factory=dict)
    fresh: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    dropped: dict[tuple[str, str], int] = field(default_factory=dict)
    has_history: bool = False

    def is_fresh(self, table: str) -> bool:
        """Return whether the change made this table."""
        known = self.tables.get(table)
        return bool(known and known.is_fresh) or ("view", table) in self.fresh

    def column(self, table: str, name: str) -> Column | None:
        """Return a column, if it was seen."""
        known = self.tables.get(table)
        return known.columns.get(name) if known else None

    def constraints(self, table: str) -> dict[str, Constraint]:
        """Return the constraints of a table that were seen."""
        known = self.tables.get(table)
        return known.constraints if known else {}

    def says_not_null(self, table: str, column: str) -> bool:
        """Return whether a valid check says that a column is not null, so that SET NOT NULL need not look."""
        return any(one.is_valid and one.not_null == column for one in self.constraints(table).values())

    def made(self, kind: str, name: str, *, fresh: bool) -> None:
        """Note that something was made."""
        self.seen.add((kind, name))
        if fresh:
            self.fresh.add((kind, name))

    def gone(self, kind: str, name: str) -> None:
        """Note that something was dropped."""
        self.seen.discard((kind, name))
        self.fresh.discard((kind, name))

    def learn(self, statement: Statement, *, fresh: bool) -> None:
        """Take in what a statement makes of the schema."""
        learn = _LEARNT_FROM.get(statement.kind)
        if learn is not None:
            learn(self, statement, fresh)


def _table(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    name = relation(node.relation)
    if node.if_not_exists and name in known.tables:
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


def _add_column(table: Table, node: Node, *, fresh: bool) -> None:
    kinds = {CONSTRAINT[one.constraint.contype] for one in node.constraints}
    table.columns[node.colname] = Column(
        type=type_of(node.type_name),
        is_required=bool(kinds & {"NOTNULL", "PRIMARY"}),
        has_default=bool(kinds & {"DEFAULT", "IDENTITY", "GENERATED"}),
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


def not_null_of(node: Node) -> str:
    """Return the column of which a constraint says just that it is not null; else nothing."""
    if CONSTRAINT[node.contype] == "NOTNULL":
        return "".join(strings(node.keys)[:1])
    test = node.raw_expr.null_test
    if CONSTRAINT[node.contype] != "CHECK" or not node.raw_expr.HasField("null_test") or test.nulltesttype != IS_NOT:
        return ""
    return "".join(strings(test.arg.column_ref.fields)[-1:])


IS_NOT = 2  # NullTestType.IS_NOT_NULL


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
    is_new = (was is None or was.is_fresh) and ("function", name) not in known.dropped
    known.functions[name] = Function(statement, fresh and is_new)


def _view(known: Known, statement: Statement, fresh: bool) -> None:
    name = relation(statement.node.view)
    is_new = ("view", name) not in known.seen and ("view", name) not in known.dropped
    known.made("view", name, fresh=fresh and is_new)


def _made_from_query(known: Known, statement: Statement, fresh: bool) -> None:
    name = relation(statement.node.into.rel)
    if OBJECT[statement.node.objtype] == "MATVIEW":
        known.made("view", name, fresh=fresh and ("view", name) not in known.dropped)
    else:
        known.tables[name] = Table(is_fresh=fresh)


def _trigger(known: Known, statement: Statement, fresh: bool) -> None:
    known.made("trigger", f"{relation(statement.node.relation)}.{statement.node.trigname}", fresh=fresh)


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
        known.dropped[(kind, name)] = statement.index
        known.gone(kind, name)
        if kind == "table":
            known.tables.pop(name, None)
        elif kind == "index":
            known.indexes.pop(name, None)
            known.keys.pop(name, None)
        elif kind == "function":
            known.functions.pop(name.rpartition(".")[2], None)


def dropped_kind(node: Node) -> str:
    """Return what is dropped, in a word: ``table``, ``index``, ``view``, ``function``, ``trigger``, ``type``, ..."""
    kind = OBJECT[node.remove_type]
    same = {"MATVIEW": "view", "PROCEDURE": "function", "ROUTINE": "function", "DOMAIN": "type"}
    return str(same.get(kind, kind.lower().replace("_", " ")))


def dropped_names(node: Node) -> Iterator[str]:
    """Yield the names that are dropped; a trigger's, rule's or policy's as ``table.name``."""
    for one in node.objects:
        kind = one.WhichOneof("node")
        if kind == "list":
            yield qualified(strings(one.list.items))
        elif kind == "object_with_args":
            yield qualified(strings(one.object_with_args.objname))
        elif kind == "type_name":
            yield qualified(strings(one.type_name.names))
        elif kind == "string":
            yield one.string.sval


def _rename(known: Known, statement: Statement, fresh: bool) -> None:
    node = statement.node
    kind, name = OBJECT[node.rename_type], relation(node.relation)
    if kind == "TABLE" and name in known.tables:
        known.tables[qualified([node.relation.schemaname or "public", node.newname])] = known.tables.pop(name)
    elif kind == "COLUMN" and name in known.tables and node.subname in known.tables[name].columns:
        columns = known.tables[name].columns
        columns[node.newname] = columns.pop(node.subname)


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
    "drop_stmt": _drop,
    "rename_stmt": _rename,
}
