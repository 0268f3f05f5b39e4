"""The one door to the parser: PostgreSQL's own grammar (libpg_query) behind postgast, whose trees go no further up.

A script that does not parse as a whole is cut at its semicolons and parsed piece by piece, so that one wrong statement
does not hide the others.
"""

import re
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import postgast
from google._upb import _message as upb
from google.protobuf.message import DecodeError

Node = Any  # a message of postgast.pg_query_pb2

BLANK = re.compile(rb"(?:\s+|--[^\n]*|/\*.*?\*/)*", re.DOTALL)
DEEP_STACK = 256 * 1024 * 1024  # bytes: holds the deepest tree of a megabyte of SQL (tried: half a million levels)
SHALLOW = 8_000  # bytes of SQL that an ordinary stack holds, however they are nested
SEMICOLON = postgast.pg_query_pb2.Token.ASCII_59
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a script, from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Text:
    """A script's text. Positions of the parser count bytes."""

    sql: str

    @cached_property
    def raw(self) -> bytes:
        """The bytes that the parser saw."""
        return self.sql.encode()

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self.raw))]

    def place(self, offset: int) -> Place:
        """Return where a byte stands."""
        line = bisect_right(self._line_starts, offset)
        start = self._line_starts[line - 1]
        return Place(line, len(self.raw[start:offset].decode(errors="replace")) + 1)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement: its ``kind`` (the grammar's name, ``alter_table_stmt``), its tree, and where it stands.

    ``kind`` is empty where it could not be parsed; ``error`` says why and ``error_at`` where. ``base``: what is added
    to a position in the tree to get one in the text; None: the tree is of a text of its own.
    """

    index: int
    start: int
    end: int
    text: Text = field(repr=False)
    kind: str = ""
    node: Node = field(default=None, repr=False)
    raw: Node = field(default=None, repr=False)
    base: int | None = 0
    error: str = ""
    error_at: int = 0

    @property
    def sql(self) -> str:
        """The statement as written."""
        return self.text.raw[self.start : self.end].decode(errors="replace")

    def place(self, location: int | None = None) -> Place:
        """Return where it starts, or where a ``location`` of its tree stands."""
        if location is None or self.base is None:
            return self.text.place(self.start)
        return self.text.place(location + self.base)

    @cached_property
    def canonical(self) -> str:
        """The statement as the parser reads it: spacing, case of words and comments make no difference."""
        try:
            return _deparsed(self.raw) if self.kind and self.end - self.start < SHALLOW else " ".join(self.sql.split())
        except (postgast.PgQueryError, DecodeError):
            return " ".join(self.sql.split())


def _deparsed(raw: Node) -> str:
    tree = postgast.ParseResult()
    tree.stmts.append(raw)
    return str(postgast.deparse(tree))


def parse(sql: str) -> list[Statement]:
    """Return the statements of a script, those that could not be read among them."""
    sql = sql.encode(errors="backslashreplace").decode()  # half a surrogate pair is no character
    text = Text(sql)
    if "\0" in sql:
        return [_unread(0, text, 0, len(text.raw), "a NUL byte", text.raw.index(b"\0"))]
    try:
        return list(_statements(_tree(sql), text))
    except (postgast.PgQueryError, DecodeError, UnicodeError) as error:
        return _by_pieces(text, error)


def _by_pieces(text: Text, error: Exception) -> list[Statement]:
    try:
        cuts = [token.end for token in postgast.scan(text.sql).tokens if token.token == SEMICOLON]
    except (postgast.PgQueryError, DecodeError, UnicodeError):
        cuts = []
    if not cuts:
        return [_unread(0, text, _blank(text.raw), len(text.raw), *_said(error, 0))]
    found: list[Statement] = []
    for begins, ends in pairwise([0, *cuts, len(text.raw)]):
        found += _piece(text, begins, ends, len(found))
    return found


def _piece(text: Text, begins: int, ends: int, index: int) -> list[Statement]:
    raw = text.raw[begins:ends]
    if _blank(raw) == len(raw.rstrip(b"; \t\r\n")) or not raw.strip():
        return []
    try:
        return list(_statements(_tree(raw.decode()), text, base=begins, until=ends, first=index))
    except (postgast.PgQueryError, DecodeError, UnicodeError) as error:
        return [_unread(index, text, begins + _blank(raw), ends, *_said(error, begins))]


def _said(error: Exception, base: int) -> tuple[str, int]:
    """Why it could not be read, and where: the parser counts characters from 1."""
    if isinstance(error, DecodeError):
        return "nested too deeply", base
    return str(error).splitlines()[0][:200], base + max((getattr(error, "cursorpos", 0) or 1) - 1, 0)


def _unread(index: int, text: Text, start: int, end: int, why: str, at: int) -> Statement:
    return Statement(index=index, start=start, end=end, text=text, error=why, error_at=at)


def _statements(
    tree: Node, text: Text, *, base: int = 0, until: int | None = None, first: int = 0
) -> Iterator[Statement]:
    for number, raw in enumerate(tree.stmts):
        begins = base + raw.stmt_location
        ends = begins + raw.stmt_len if raw.stmt_len else (len(text.raw) if until is None else until)
        kind = raw.stmt.WhichOneof("node") or ""
        yield Statement(
            index=first + number,
            start=begins + _blank(text.raw[begins:ends]),
            end=ends,
            text=text,
            kind=kind,
            node=getattr(raw.stmt, kind) if kind else None,
            raw=raw,
            base=base,
            error="" if kind else "an empty statement",
        )


def _blank(raw: bytes) -> int:
    match = BLANK.match(raw)
    return match.end() if match else 0


def _tree(sql: str) -> Node:
    """The tree. The decoder stops at a hundred levels; what is deeper is read once more on a stack that holds it."""
    with _one_at_a_time:
        if len(sql) > SHALLOW:
            return _on_a_deep_stack(sql)
        try:
            return postgast.parse(sql)
        except DecodeError:
            return _on_a_deep_stack(sql)


def _on_a_deep_stack(sql: str) -> Node:
    done: list[Node] = []
    failed: list[Exception] = []

    def read() -> None:
        try:
            done.append(postgast.parse(sql))
        except (postgast.PgQueryError, DecodeError, UnicodeError) as error:
            failed.append(error)

    before = threading.stack_size(DEEP_STACK)
    upb.SetAllowOversizeProtos(True)
    try:
        thread = threading.Thread(target=read, name="deep-parse")
        thread.start()
        thread.join()
    finally:
        upb.SetAllowOversizeProtos(False)
        threading.stack_size(before)
    if failed:
        raise failed[0]
    return done[0]


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and every node below it, in the order of the text; never deeper than a loop."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        below: list[Node] = []
        for descriptor, value in one.ListFields():
            if descriptor.message_type is not None:
                below.extend(value if descriptor.is_repeated else (value,))
        waiting.extend(reversed(below))


def named(node: Node, name: str) -> Iterator[Node]:
    """Yield the nodes below ``node`` of one type (``FuncCall``)."""
    return (one for one in walk(node) if one.DESCRIPTOR.name == name)


def strings(nodes: Any) -> list[str]:
    """Return the names in a list of ``String`` nodes: ``["pg_catalog", "int8"]``."""
    return [one.string.sval for one in nodes if one.WhichOneof("node") == "string"]


def columns_in(node: Node) -> set[str]:
    """Return the names of the columns that an expression reads, without their tables."""
    found = (strings(one.fields) for one in named(node, "ColumnRef"))
    return {names[-1] for names in found if names}


def functions_in(node: Node) -> set[str]:
    """Return the names of the functions that are called, without their schemas."""
    return {strings(one.funcname)[-1] for one in named(node, "FuncCall")}


def relation(node: Node) -> str:
    """Return the name of a ``RangeVar``, with its schema unless that is ``public``."""
    schema = node.schemaname
    return f"{schema}.{node.relname}" if schema and schema != "public" else node.relname


def qualified(names: list[str]) -> str:
    """Return a name from its parts, with its schema unless that is ``public``."""
    return ".".join(name for place, name in enumerate(names) if name != "public" or place == len(names) - 1)
