"""Types of columns, and which change of one rewrites nothing (PostgreSQL 15, ALTER TABLE, notes on SET DATA TYPE)."""

from dataclasses import dataclass

from releasetrain.domain.sql.parsing import Node, strings

SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"})
TEXTS = frozenset({"text", "varchar"})


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type: its name, its numbers (length; precision, scale), and whether it is an array of it."""

    name: str
    numbers: tuple[int, ...] = ()
    is_array: bool = False

    def __str__(self) -> str:
        numbers = f"({', '.join(map(str, self.numbers))})" if self.numbers else ""
        return f"{self.name}{numbers}{'[]' if self.is_array else ''}"


def type_of(node: Node) -> ColumnType:
    """Return the type that a ``TypeName`` names."""
    names = strings(node.names)
    numbers = tuple(one.a_const.ival.ival for one in node.typmods if one.a_const.HasField("ival"))
    return ColumnType(names[-1] if names else "", numbers, bool(node.array_bounds))


def keeps_the_data(old: ColumnType, new: ColumnType) -> bool:
    """Return whether a column may change from ``old`` to ``new`` without its rows being read or written anew."""
    if old == new:
        return True
    if old.is_array or new.is_array:
        return False
    if old.name in TEXTS and new.name in TEXTS:
        return not new.numbers or (bool(old.numbers) and new.numbers[0] >= old.numbers[0])
    if old.name != new.name:
        return (old.name, new.name) in {("cidr", "inet"), ("bpchar", "bpchar")}
    return _only_widens(old, new)


def _only_widens(old: ColumnType, new: ColumnType) -> bool:
    if old.name == "numeric":
        scale = (*old.numbers[1:], 0)[0] == (*new.numbers[1:], 0)[0]
        return not new.numbers or (bool(old.numbers) and scale and new.numbers[0] >= old.numbers[0])
    if old.name in ("varbit", "timestamp", "timestamptz", "time", "timetz", "interval"):
        return not new.numbers or (bool(old.numbers) and new.numbers[0] >= old.numbers[0])
    return False
