"""What a check says of a row whose columns are null: PostgreSQL lets it pass unless it comes out false."""

from releasetrain.domain.sql.parsing import Node, columns_in, strings

_AND, _OR, _NOT = 1, 2, 3  # BoolExprType
_IS_NULL = 1  # NullTestType.IS_NULL
_OF_NULL_IS_NULL = frozenset({1, 7, 8, 9, 11, 13})  # A_Expr_Kind: an operator, IN, LIKE, ILIKE, BETWEEN (SYMMETRIC)
_STRICT = frozenset({"length", "char_length", "lower", "upper", "abs", "trim", "btrim", "cardinality", "jsonb_typeof"})


def passes_null(test: Node, columns: set[str]) -> bool:
    """Return whether a check surely passes where all that it reads are ``columns``, and they are null."""
    return columns_in(test) <= columns and _passes(test)


def _passes(test: Node) -> bool:
    if test.HasField("bool_expr") and test.bool_expr.boolop in (_AND, _OR):
        some = all if test.bool_expr.boolop == _AND else any
        return some(_passes(one) for one in test.bool_expr.args)
    if test.HasField("null_test"):
        return bool(test.null_test.nulltesttype == _IS_NULL) and _is_null(test.null_test.arg)
    return _is_null(test)


def _is_null(value: Node) -> bool:
    """Whether a value is null for sure."""
    if value.HasField("column_ref"):
        return True
    if value.HasField("bool_expr") and value.bool_expr.boolop == _NOT:
        return _is_null(value.bool_expr.args[0])
    if value.HasField("type_cast"):
        return _is_null(value.type_cast.arg)
    if value.HasField("func_call"):
        call = value.func_call
        return strings(call.funcname)[-1] in _STRICT and any(_is_null(one) for one in call.args)
    is_operator = value.HasField("a_expr") and value.a_expr.kind in _OF_NULL_IS_NULL
    return is_operator and (_is_null(value.a_expr.lexpr) or _is_null(value.a_expr.rexpr))
