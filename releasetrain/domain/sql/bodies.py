"""What code in the database does: DO blocks and functions in PL/pgSQL or SQL, read without running them.

The parser fails on trigger functions (their NEW, OLD and TG_ variables break its output), so their bodies are read
inside a function that declares those.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import postgast
from google.protobuf.message import DecodeError

from releasetrain.domain.sql.parsing import Statement, named, parse, relation, strings

_TRIGGER = (
    "CREATE FUNCTION f() RETURNS record LANGUAGE plpgsql AS $read$ DECLARE new record; old record; tg_op text; "
    "tg_name text; tg_when text; tg_level text; tg_relid oid; tg_table_name text; tg_table_schema text; "
    "tg_relname text; tg_nargs int; tg_argv text[]; tg_event text; tg_tag text; BEGIN {body}; END $read$"
)


@dataclass(frozen=True, slots=True)
class Body:
    """The statements of some code, all of it.

    ``statements``: its SQL, each parsed by itself; ``dynamic``: it runs SQL that it puts together first; ``loops``: it
    runs some again and again; ``commits``: it ends transactions; ``refuses``: it raises an error.
    """

    statements: tuple[Statement, ...] = ()
    dynamic: bool = False
    loops: bool = False
    commits: bool = False
    refuses: bool = False


def of_block(statement: Statement) -> Body | None:
    """Return what a DO block does; None where it cannot be read."""
    options = {one.def_elem.defname: one.def_elem.arg for one in statement.node.args}
    language = options["language"].string.sval if "language" in options else "plpgsql"
    return _plpgsql(statement.sql) if language.lower() == "plpgsql" else None


def within(statement: Statement) -> tuple[Statement, ...]:
    """Return a statement, or those of a block of code, as far as that can be read."""
    body = of_block(statement) if statement.kind == "do_stmt" else None
    return body.statements if body else (statement,)


def of_function(statement: Statement) -> Body | None:
    """Return what a function does; None where it cannot be read."""
    options = {one.def_elem.defname: one.def_elem.arg for one in statement.node.options}
    language = options["language"].string.sval.lower() if "language" in options else "sql"
    source = strings(options["as"].list.items) if "as" in options else []
    if language == "sql" and source:
        return _body(parse(source[0]))
    if language != "plpgsql" or not source:
        return None
    returned = strings(statement.node.return_type.names)[-1:]
    if returned in (["trigger"], ["event_trigger"]):
        return _plpgsql(_TRIGGER.format(body=source[0].strip().rstrip(";")))
    return _plpgsql(statement.sql)


def _plpgsql(sql: str) -> Body | None:
    try:
        tree = postgast.parse_plpgsql(sql)
    except (postgast.PgQueryError, ValueError, DecodeError, UnicodeError):
        return None
    queries: list[str] = []
    is_dynamic, kinds = _collect(tree, queries)
    read = _body([one for query in queries for one in parse(query)])
    if read is None:
        return None
    loops, commits, refuses = bool(_LOOPS & kinds), bool(_ENDS & kinds), _ERROR in kinds
    return replace(read, dynamic=is_dynamic, loops=loops, commits=commits, refuses=refuses)


def _body(statements: list[Statement]) -> Body | None:
    if any(not one.kind for one in statements):
        return None
    return Body(tuple(statements))


def _collect(tree: Any, queries: list[str]) -> tuple[bool, set[str]]:
    """Gather the SQL of a PL/pgSQL tree in the order of its text; return whether it runs SQL that it makes itself, and
    the kinds of its statements."""
    is_dynamic, kinds, waiting = False, set[str](), [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            kinds |= one.keys()
            if one.get("PLpgSQL_stmt_raise", {}).get("elog_level") == ERROR:
                kinds.add(_ERROR)
            if "PLpgSQL_expr" in one:
                queries.append(_as_statement(one["PLpgSQL_expr"]))
            for kind in _DYNAMIC & one.keys():
                is_dynamic |= not _constant(_expression(one[kind]), queries)
            waiting.extend(reversed(list(one.values())))
    return is_dynamic, kinds


ERROR, _ERROR = 21, "an error"  # elog.h
_LOOPS = frozenset(f"PLpgSQL_stmt_{kind}" for kind in ("loop", "while", "fori", "fors", "forc", "dynfors", "foreach_a"))
_ENDS = frozenset({"PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback"})
_DYNAMIC = frozenset({"PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"})
_STATEMENT, _EXPRESSION = 0, 2  # RawParseMode; above: assignments


def _as_statement(expression: dict[str, Any]) -> str:
    query, mode = str(expression.get("query", "")), expression.get("parseMode", 0)
    if mode == _STATEMENT:
        return query
    return f"SELECT {query if mode == _EXPRESSION else query.partition('=')[2]}"


def _expression(node: dict[str, Any]) -> str:
    return str(node.get("query", {}).get("PLpgSQL_expr", {}).get("query", ""))


def _constant(expression: str, queries: list[str]) -> bool:
    """Whether EXECUTE is given a string as it stands; then its SQL is read, too."""
    try:
        value = postgast.parse(f"SELECT {expression}").stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except (postgast.PgQueryError, DecodeError, IndexError):
        return False
    if not value.a_const.HasField("sval"):
        return False
    queries.append(value.a_const.sval.sval)
    return True


def tables_written(body: Body) -> Iterator[str]:
    """Yield the tables that some code writes."""
    if body.dynamic:
        yield "?"
    for statement in body.statements:
        for kind in ("UpdateStmt", "DeleteStmt", "InsertStmt", "MergeStmt"):
            yield from (relation(one.relation) for one in named(statement.node, kind))
