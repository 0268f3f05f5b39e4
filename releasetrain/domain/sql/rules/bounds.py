"""Which rows an UPDATE or DELETE takes: those that it names, a range of keys, as many as a LIMIT says, or all."""

from collections.abc import Iterator
from typing import Any

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.parsing import Node, columns_in, named, strings
from releasetrain.domain.sql.words import BETWEEN

LESS, MORE = frozenset({"<", "<="}), frozenset({">", ">="})
AND, ANY = 1, 3  # BoolExprType, SubLinkType
SEVERAL = 2
IS_NULL = 1  # NullTestType


def hold(case: Case, node: Node) -> bool:
    """Return whether a statement takes few rows, whatever the table holds."""
    where = node.where_clause
    return names_its_rows(case, where) or is_range(case, where, node) or is_limited(case, node)


def names_its_rows(case: Case, where: Node) -> bool:
    """Return whether the rows are named one by one: ``key = 7``, ``key IN (7, 8)``."""
    return any(_is_key(case, one.a_expr) and _is_named(one.a_expr) for one in _tests(where))


def is_range(case: Case, where: Node, node: Node = None) -> bool:
    """Return whether the key lies between two values: BETWEEN, or one bound each way.

    In a statement ``node`` that joins, what is no constant is another column; in a body of code it is a variable.
    """
    joins = node is not None and bool(_joined(node))
    tests = [one.a_expr for one in _tests(where) if _is_key(case, one.a_expr) and _is_bound(case, one.a_expr, joins)]
    signs = {_operator(one) for one in tests}
    return any(one.kind in BETWEEN for one in tests) or (bool(signs & LESS) and bool(signs & MORE))


def width(case: Case, where: Node) -> int:
    """Return how many keys a range spans, 0 where that cannot be told."""
    found: list[int] = []
    for one in _tests(where):
        if _is_key(case, one.a_expr):
            right = one.a_expr.rexpr
            parts = right.list.items if right.HasField("list") else [right]
            found += [number for part in parts if (number := _number(part)) is not None]
    return max(found) - min(found) if len(found) >= SEVERAL else 0


def _number(node: Node) -> int | None:
    """A whole number as it is written; what is too large for four bytes is kept as text."""
    constant = node.a_const
    if constant.HasField("ival"):
        return int(constant.ival.ival)
    said = constant.fval.fval if constant.HasField("fval") else ""
    return int(said) if said.isdigit() else None


def limit(node: Node) -> int:
    """Return the largest LIMIT that stands in it as a number, 0 without one."""
    found = (_number(one.limit_count) for one in named(node, "SelectStmt"))
    return max((one for one in found if one is not None), default=0)


def is_told(case: Case, node: Node) -> bool:
    """Return whether the range says how wide it is: in numbers, or in the parameters of whoever runs it."""
    bounds = [one.a_expr.rexpr for one in _tests(node.where_clause) if _is_key(case, one.a_expr)]
    parameters = [one for one in bounds if one.HasField("param_ref")]
    return bool(width(case, node.where_clause)) or len(parameters) >= SEVERAL


def _is_bound(case: Case, test: Node, joins: bool) -> bool:
    """Whether a key is compared with one value for all rows: no other column of them, no query."""
    if selects(test.rexpr):
        return False
    in_code = case.statement is not None and case.statement.base is None
    return not _varies(test) or (in_code and not joins)


def where_null(where: Node) -> set[str]:
    """Return the columns of which the rows must have nothing yet: a second run leaves what the first one wrote."""
    tests = (one.null_test for one in _conditions(where) if one.HasField("null_test"))
    return {name for test in tests if test.nulltesttype == IS_NULL for name in columns_in(test)}


def selects(node: Node) -> bool:
    """Return whether a query stands in it."""
    return any(True for _ in named(node, "SelectStmt"))


def is_limited(case: Case, node: Node) -> bool:
    """Return whether the keys come from a query with a LIMIT, asked once: in the condition, in WITH or in FROM."""
    limited = _limited(case, node)
    return any(_is_from_limited(case, one, node.relation, limited) for one in _conditions(node.where_clause))


def joins(case: Case, node: Node) -> bool:
    """Return whether it reads tables beside its own, other than by a query with a LIMIT."""
    limited = _limited(case, node)
    return any((one.range_var.relname or one.range_subselect.alias.aliasname) not in limited for one in _joined(node))


def limited_in(node: Node) -> frozenset[str]:
    """Return the names of the queries with a LIMIT in its WITH."""
    parts = (one.common_table_expr for one in node.with_clause.ctes)
    return frozenset(one.ctename for one in parts if one.ctequery.select_stmt.HasField("limit_count"))


def _limited(case: Case, node: Node) -> set[str]:
    """The names of what is limited before it is joined or asked for."""
    names = case.limited | limited_in(node)
    parts = [one.range_subselect for one in _joined(node) if one.HasField("range_subselect")]
    found = {one.alias.aliasname for one in parts if one.subquery.select_stmt.HasField("limit_count")}
    again = {one.range_var.alias.aliasname for one in _joined(node) if one.range_var.relname in names}
    return found | names | (again - {""})


def _joined(node: Node) -> Any:
    """What an UPDATE or DELETE joins."""
    return node.from_clause if node.DESCRIPTOR.name == "UpdateStmt" else node.using_clause


def _is_from_limited(case: Case, condition: Node, target: Node, limited: set[str]) -> bool:
    test = condition.a_expr
    if condition.HasField("sub_link"):
        link = condition.sub_link
        return link.sub_link_type == ANY and _are_keys(case, link.testexpr) and _limits(link, target, limited)
    if not _is_key(case, test) or _operator(test) != "=":
        return False
    if test.rexpr.HasField("sub_link"):
        return _limits(test.rexpr.sub_link, target, limited)
    return len(test.rexpr.column_ref.fields) == SEVERAL and strings(test.rexpr.column_ref.fields)[0] in limited


def _limits(link: Node, target: Node, limited: set[str]) -> bool:
    """Whether a sub-select gives as many keys as its LIMIT says; one that reads the row gives as many for each row."""
    select = link.subselect.select_stmt
    sources = {one.alias.aliasname or one.relname for one in named(select, "RangeVar")}
    outer = {target.alias.aliasname or target.relname} - sources
    if any(strings(one.fields)[0] in outer for one in named(select, "ColumnRef") if len(one.fields) == SEVERAL):
        return False
    return select.HasField("limit_count") or bool(sources and sources <= limited)


def _are_keys(case: Case, node: Node) -> bool:
    """Whether it is the key, or several columns together, which are one then."""
    return node.HasField("row_expr") or _names_key(case, node)


def _conditions(where: Node) -> Iterator[Node]:
    """The conditions that must all hold."""
    waiting = [where]
    while waiting:
        one = waiting.pop()
        if one.HasField("bool_expr") and one.bool_expr.boolop == AND:
            waiting.extend(one.bool_expr.args)
        elif one.WhichOneof("node"):
            yield one


def _tests(where: Node) -> Iterator[Node]:
    return (one for one in _conditions(where) if one.HasField("a_expr"))


def _operator(test: Node) -> str:
    return str(test.name[-1].string.sval) if test.name else ""


def _is_key(case: Case, test: Node) -> bool:
    return _names_key(case, test.lexpr)


def _names_key(case: Case, node: Node) -> bool:
    names = strings(node.column_ref.fields)
    if len(names) == SEVERAL and case.target and names[0] != case.target:
        return False
    return bool(set(names[-1:]) & {case.subject.key, "id", "uuid", "ctid"})


def _is_named(test: Node) -> bool:
    return _operator(test) == "=" and not _varies(test) and not selects(test.rexpr)


def _varies(test: Node) -> bool:
    """Whether it compares with a column, or a variable."""
    return any(True for _ in named(test.rexpr, "ColumnRef"))
