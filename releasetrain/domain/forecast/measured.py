"""A table's facts, typed or pasted from the query that the page offers, and whether they can be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast.values import Index

LONGEST = 100_000  # characters of what is pasted: a table with 300 indexes has a third of that
MOST_INDEXES = 300
MOST_BYTES, MOST_ROWS = 10**16, 10**15
IN_ORDER = 0.9  # from this correlation on, neighbours in the index lie beside each other in the table
OLD_S = 600  # a transaction that is open longer keeps dead rows through many batches


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a table and the server under it; bytes and seconds.

    ``server``: which of several this is, the tightest. The other fields are as in ``values.Table``.
    """

    rows: int
    heap_bytes: int
    indexes: tuple[Index, ...] = ()
    fillfactor: int = 100
    checkpoint_s: int = 300
    max_wal_bytes: int | None = None
    full_page_writes: bool = True
    wal_compression: bool = False
    wal_bytes_s: int | None = None
    target_indexed: bool = False
    old_snapshot: bool = False
    free_disk_bytes: int | None = None
    server: str = ""


LIMITS: Mapping[str, tuple[int, int]] = {
    "rows": (1, MOST_ROWS),
    "heap_bytes": (1, MOST_BYTES),
    "fillfactor": (10, 100),
    "checkpoint_s": (30, 86_400),
    "max_wal_bytes": (2 * 2**20, MOST_BYTES),
    "wal_bytes_s": (10_000, 10**12),
    "free_disk_bytes": (0, MOST_BYTES),
}


def checked(facts: Facts) -> Facts:
    """Return the facts, or raise ``Refused`` at the field that cannot be."""
    for name, (least, most) in LIMITS.items():
        value = getattr(facts, name)
        if value is not None and not least <= value <= most:
            raise Refused("out-of-range", details={"field": name, "least": least, "most": most})
    if len(facts.indexes) > MOST_INDEXES:
        raise Refused("out-of-range", details={"field": "indexes", "least": 0, "most": MOST_INDEXES})
    for index in facts.indexes:
        if not 0 <= index.bytes <= MOST_BYTES:
            raise Refused("out-of-range", details={"field": "index_bytes", "least": 0, "most": MOST_BYTES})
    return facts


def read(pasted: str, **typed: Any) -> Facts:
    """Return the facts of what the query answered, with ``typed`` beside it; psql's frame around it is passed over.

    Raise ``Refused``: ``facts-too-long``, ``facts-unreadable`` with the part, ``never-analyzed``, ``no-plain-table``.
    """
    said = _answer(pasted)
    if said.get("kind") != "r":
        raise Refused("no-plain-table", details={"field": "pasted"})
    if (rows := _whole(said, "rows")) <= 0:  # -1: never analyzed; 0: empty, or the same before PostgreSQL 14
        raise Refused("never-analyzed", details={"field": "pasted"})
    return checked(
        Facts(
            rows=rows,
            indexes=tuple(_index(one) for one in _list(said, "indexes")),
            full_page_writes=_yes_or_no(said, "full_page_writes"),
            wal_compression=_yes_or_no(said, "wal_compression"),
            old_snapshot=_whole(said, "oldest_snapshot_s") >= OLD_S or _whole(said, "slots_that_hold_rows") > 0,
            heap_bytes=_whole(said, "heap_bytes"),
            fillfactor=_whole(said, "fillfactor"),
            checkpoint_s=_whole(said, "checkpoint_s"),
            max_wal_bytes=_whole(said, "max_wal_bytes"),
            **typed,
        )
    )


def _answer(pasted: str) -> Mapping[str, Any]:
    if len(pasted) > LONGEST:
        raise Refused("facts-too-long", details={"field": "pasted", "most": LONGEST})
    first, last = pasted.find("{"), pasted.rfind("}")
    try:
        said = json.loads(pasted[first : last + 1]) if 0 <= first < last else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("facts") != 1:
        raise Refused("facts-unreadable", details={"field": "pasted", "part": "{"})
    return said


def _whole(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _unreadable(name)
    return value


def _yes_or_no(said: Mapping[str, Any], name: str) -> bool:
    value = said.get(name)
    if not isinstance(value, bool):
        raise _unreadable(name)
    return value


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    value = said.get(name)
    if not isinstance(value, list) or len(value) > MOST_INDEXES:
        raise _unreadable(name)
    return value


def _index(said: Any) -> Index:
    """The batches follow the primary key, so that is in order whatever the statistics say."""
    if not isinstance(said, dict):
        raise _unreadable("indexes")
    correlation, columns = said.get("correlation"), _list(said, "columns")
    if not isinstance(correlation, int | float | None):
        raise _unreadable("correlation")
    is_ordered = _yes_or_no(said, "is_primary") or abs(correlation or 0) >= IN_ORDER
    name, called = str(said.get("name", ""))[:130], tuple(str(one)[:130] for one in columns)
    return Index(bytes=_whole(said, "bytes"), is_ordered=is_ordered, name=name, columns=called)


def _unreadable(part: str) -> Refused:
    return Refused("facts-unreadable", details={"field": "pasted", "part": part})
