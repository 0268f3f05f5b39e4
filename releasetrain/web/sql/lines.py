"""SQL as lines of markup: keywords are bold, comments faint. It reads only as much of SQL as that takes."""

import re
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_TOKEN = re.compile(
    r"""(?P<note>--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<text>'(?:[^']|'')*(?:'|\Z) | (?P<tag>\$\w*\$).*?(?:(?P=tag)|\Z) | "(?:[^"]|"")*(?:"|\Z))
      | (?P<word>[^\W\d]\w*)""",
    re.S | re.X,
)
KEYWORD = re.compile(
    r"""add|all|alter|analyze|and|any|as|asc|begin|between|by|cascade|case|check|cluster|column|
        comment|commit|concurrently|constraint|create|cross|current|data|database|default|deferrable|
        delete|desc|distinct|do|domain|drop|else|end|enum|except|exclude|execute|exists|extension|
        fillfactor|for|foreign|from|full|function|generated|group|having|identity|if|immediate|in|
        index|inherits|initially|inner|insert|intersect|into|is|join|key|language|left|like|limit|
        lock|materialized|move|no|not|null|nulls|of|offset|on|only|or|order|outer|over|owner|
        partition|primary|procedure|references|refresh|reindex|rename|reset|restrict|returning|returns|
        right|rollback|row|schema|select|sequence|set|start|storage|stored|table|tablespace|temporary|
        then|to|transaction|trigger|truncate|type|union|unique|update|using|vacuum|valid|validate|
        values|view|when|where|with|work""",
    re.I | re.X,
)


def sql_lines(sql: str) -> list[SafeString]:
    """Return the lines of a script, each as safe markup; lines end where the review counts them."""
    found: list[list[str]] = [[]]
    for kind, text in _parts(sql.replace("\r\n", "\n")):
        first, *more = text.split("\n")
        found[-1].append(_marked(kind, first))
        found += [[_marked(kind, line)] for line in more]
    lines = ["".join(parts) for parts in found]
    return [mark_safe(line) for line in (lines[:-1] if len(lines) > 1 and not lines[-1] else lines)]  # noqa: S308


def _parts(sql: str) -> Iterator[tuple[str, str]]:
    at = 0
    for token in _TOKEN.finditer(sql):
        yield "", sql[at : token.start()]
        kind = "note" if token["note"] else "key" if KEYWORD.fullmatch(token["word"] or "") else ""
        yield kind, token[0]
        at = token.end()
    yield "", sql[at:]


def _marked(kind: str, text: str) -> str:
    if not text or not kind:
        return escape(text)
    return f"<b>{escape(text)}</b>" if kind == "key" else f'<span class="note">{escape(text)}</span>'
