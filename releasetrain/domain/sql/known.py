"""What is known of the schema at a point of a script: learnt (``learning``) from its history and what stands before.

An object is ``fresh`` while it was made by the change itself: nobody uses it yet, and it is empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from releasetrain.domain.sql.column_types import ColumnType
from releasetrain.domain.sql.parsing import Node, Statement, qualified, relation, strings
from releasetrain.domain.sql.words import CONSTRAINT, OBJECT


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
    """Tables, indexes (name: table), functions, and the fresh among views, types, triggers and the rest by kind.

    ``dropped``: what running code used and the change took away, and where. ``told``: the kinds of which the history
    made any. Of others nobody knows what there is: it may be the history of one table only.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Index] = field(default_factory=dict)
    checked_domains: set[str] = field(default_factory=set)
    functions: dict[str, Function] = field(default_factory=dict)
    fresh: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    dropped: dict[tuple[str, str], Statement | None] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def is_fresh(self, table: str) -> bool:
        """Return whether the change made this table."""
        return self.is_empty(table) or ("view", table) in self.fresh

    def is_empty(self, table: str) -> bool:
        """Return whether there is nothing in it but what the change itself put there: its own table, but not a view."""
        known = self.tables.get(table)
        return bool(known and known.is_fresh)

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
        else:
            self.told.add(kind)

    def gone(self, kind: str, name: str) -> None:
        """Note that something was dropped."""
        self.seen.discard((kind, name))
        self.fresh.discard((kind, name))

    def is_new(self, kind: str, name: str) -> bool:
        """Return whether the change made an object, which nobody uses yet; of a trigger or policy: its table, too."""
        if kind == "table":
            return self.is_fresh(name)
        if kind == "function":
            known = self.functions.get(name.rpartition(".")[2])
            return known is not None and known.is_fresh
        table = name.rpartition(".")[0]
        return (kind, name) in self.fresh or (kind in ("trigger", "policy", "rule") and self.is_fresh(table))

    def is_unknown(self, kind: str) -> bool:
        """Return whether nobody knows what objects of this kind there are: the history made none."""
        return kind not in self.told


def not_null_of(node: Node) -> str:
    """Return the column of which a constraint says just that it is not null; else nothing."""
    if CONSTRAINT[node.contype] == "NOTNULL":
        return "".join(strings(node.keys)[:1])
    test = node.raw_expr.null_test
    if CONSTRAINT[node.contype] != "CHECK" or not node.raw_expr.HasField("null_test") or test.nulltesttype != IS_NOT:
        return ""
    return "".join(strings(test.arg.column_ref.fields)[-1:])


IS_NOT = 2  # NullTestType.IS_NOT_NULL


def dropped_kind(node: Node) -> str:
    """Return what is dropped, in a word: ``table``, ``index``, ``view``, ``function``, ``trigger``, ``type``, ..."""
    return kind_of(node.remove_type)


def kind_of(number: int) -> str:
    """Return a kind of object in a word, the same for those that are used alike."""
    kind = OBJECT[number]
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


def renamed(node: Node) -> str:
    """Return the old name of what is renamed, unless it is a part of a table."""
    parts = node.object.object_with_args.objname or node.object.list.items or node.object.type_name.names
    named_by = qualified(strings(parts)) or str(node.object.string.sval)
    return relation(node.relation) or named_by or str(getattr(node, "subname", ""))
