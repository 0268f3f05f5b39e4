"""Code that runs at once: DO, CALL, SELECT of functions, EXECUTE."""

from collections.abc import Callable
from dataclasses import replace

from releasetrain.domain.sql import bodies
from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.learning import learn
from releasetrain.domain.sql.parsing import Node, Statement, functions_in, named, relation, strings
from releasetrain.domain.sql.rules import writing
from releasetrain.domain.sql.words import HARMLESS

Judge = Callable[[Case, Statement], None]
DEEPEST = 4  # functions that call functions


def do_block(case: Case, statement: Statement, judge: Judge, depth: int = 0) -> None:
    """Judge a DO block by the statements in it."""
    _judge_body(case, bodies.of_block(statement), "DO", judge, depth)


def _judge_body(case: Case, body: bodies.Body | None, name: str, judge: Judge, depth: int) -> None:
    if body is None:
        case.find("opaque-code", None, name=name)
        return
    if body.dynamic:
        case.find("opaque-code", None, name=f"{name}: EXECUTE")
    if body.commits and case.is_one_transaction:
        case.find("concurrently-in-transaction", None, name=f"{name}: COMMIT")
    if body.commits:
        _judge_statements(case, body, judge)
        return
    with case.one_transaction():
        _judge_statements(case, body, judge)


def _judge_statements(case: Case, body: bodies.Body, judge: Judge) -> None:
    whole = case.statement
    assert whole is not None  # noqa: S101
    for one in body.statements:
        # What is found stands where the block stands: its lines are not the script's.
        here = replace(one, index=whole.index, start=whole.start, end=whole.end, text=whole.text, base=None)
        case.statement = here
        judge(case, here)
        learn(case.known, here, fresh=True)
    case.statement = whole
    _judge_loops(case, body)


def _judge_loops(case: Case, body: bodies.Body) -> None:
    """A loop that commits nothing keeps every row that it wrote locked to its end, however small its steps."""
    written = sorted(one for one in bodies.tables_written(body) if not case.known.is_fresh(one))
    if body.loops and not body.commits and written:
        case.find("batches-in-one-transaction", None, table=written[0])


def select(case: Case, statement: Statement, judge: Judge, depth: int = 0) -> None:
    """Judge SELECT: reading is no matter, calling may be; INTO makes a table."""
    node = statement.node
    writing.judge_within(case, node)
    if node.HasField("into_clause"):
        _select_into(case, node)
    if node.locking_clause and node.where_clause.WhichOneof("node") is None:
        tables = [relation(one) for one in named(node, "RangeVar")]
        for table in tables[:1]:
            case.find_slow("locks-table", table, None, mode="FOR UPDATE")
    called(case, node, judge, depth)


def _select_into(case: Case, node: Node) -> None:
    for one in node.from_clause:
        source = relation(one.range_var)
        if one.HasField("range_var") and not case.known.is_fresh(source):
            case.find_slow("copies-rows", source, one.range_var, into=relation(node.into_clause.rel))
            return


def called(case: Case, node: Node, judge: Judge, depth: int) -> None:
    """Judge the functions that are called: harmless, written in the script, or not to be seen through."""
    for name in sorted(functions_in(node) - HARMLESS):
        known = case.known.functions.get(name)
        body = bodies.of_function(known.statement) if known and depth < DEEPEST else None
        _judge_body(case, body, f"{name}()", judge, depth)


def insert(case: Case, statement: Statement, judge: Judge, depth: int = 0) -> None:
    """Judge INSERT: its rows, and the functions that make them."""
    writing.insert(case, statement)
    called(case, statement.node, judge, depth)


def call(case: Case, statement: Statement, judge: Judge, depth: int = 0) -> None:
    """Judge CALL."""
    name = strings(statement.node.funccall.funcname)[-1]
    known = case.known.functions.get(name)
    _judge_body(case, bodies.of_function(known.statement) if known else None, f"{name}()", judge, depth)


def execute(case: Case, statement: Statement) -> None:
    """Judge EXECUTE of a prepared statement: its text stands elsewhere."""
    case.find("opaque-code", None, name=f"EXECUTE {statement.node.name}")


def explain(case: Case, statement: Statement, judge: Judge, depth: int = 0) -> None:
    """Judge EXPLAIN: with ANALYZE it runs what it explains."""
    query = statement.node.query
    if any(one.def_elem.defname == "analyze" for one in statement.node.options):
        kind = query.WhichOneof("node")
        judge(case, replace(statement, kind=kind, node=getattr(query, kind)))


JUDGES = {"execute_stmt": execute}
RUN = {"do_stmt": do_block, "insert_stmt": insert, "select_stmt": select, "call_stmt": call, "explain_stmt": explain}
