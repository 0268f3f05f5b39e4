"""What the query answers is read; what it cannot have answered is refused with what is wrong."""

import json

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast.measured import LONGEST, read

INDEX = {"name": "t_pkey", "bytes": 10, "is_primary": True, "correlation": None, "columns": ["id"]}
SAID = {
    "facts": 1,
    "kind": "r",
    "rows": 1000,
    "heap_bytes": 81920,
    "fillfactor": 100,
    "indexes": [INDEX],
    "checkpoint_s": 300,
    "max_wal_bytes": 2**30,
    "full_page_writes": True,
    "wal_compression": False,
    "oldest_snapshot_s": 0,
    "slots_that_hold_rows": 0,
}


def pasted(**said) -> str:
    return json.dumps({**SAID, **said})


def index(**said):
    return {"indexes": [{**INDEX, **said}]}


def test_what_it_answers_is_read_with_what_was_typed():
    facts = read(pasted(), free_disk_bytes=5, server="docs-03")

    assert (facts.rows, facts.heap_bytes, facts.free_disk_bytes, facts.server) == (1000, 81920, 5, "docs-03")
    assert (facts.indexes[0].name, facts.indexes[0].is_ordered) == ("t_pkey", True)


def test_the_frame_that_psql_draws_is_passed_over():
    framed = f" json_build_object \n-------------------\n {pasted()}\n(1 row)\n"

    assert read(framed) == read(pasted())


@pytest.mark.parametrize(
    ("said", "is_ordered"),
    [({}, True), ({"is_primary": False}, False)]
    + [({"is_primary": False, "correlation": how}, abs(how) >= 0.9) for how in (1.0, 0.9, 0.89, 0, -0.95)],
)
def test_an_index_is_in_order_where_it_follows_the_table(said, is_ordered):
    assert read(pasted(**index(**said))).indexes[0].is_ordered is is_ordered


@pytest.mark.parametrize(
    ("said", "old"),
    [
        ({}, False),
        ({"oldest_snapshot_s": 599}, False),
        ({"oldest_snapshot_s": 600}, True),
        ({"slots_that_hold_rows": 1}, True),
    ],
)
def test_a_long_transaction_or_a_slot_that_holds_rows_is_an_old_snapshot(said, old):
    assert read(pasted(**said)).old_snapshot is old


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "facts-unreadable"),
        ("nonsense", "facts-unreadable"),
        ("}{", "facts-unreadable"),
        ("[1]", "facts-unreadable"),
        ("{}", "facts-unreadable"),
        ('{"facts": 2}', "facts-unreadable"),
        ("{" * 5000 + "}" * 5000, "facts-unreadable"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "facts-unreadable"),
        ('{"facts": 1, "rows": ' + "9" * 5000 + "}", "facts-unreadable"),
        ("x" * (LONGEST + 1), "facts-too-long"),
        (pasted(kind="p"), "no-plain-table"),
        (pasted(rows=-1), "never-analyzed"),
        (pasted(rows=0), "never-analyzed"),
        (pasted(rows=10**16), "out-of-range"),
        (pasted(heap_bytes=0), "out-of-range"),
    ],
)
def test_nonsense_is_refused(text, code):
    with pytest.raises(Refused, match=code):
        read(text)


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"rows": "many"}, "rows"),
        ({"rows": True}, "rows"),
        ({"rows": 1.5}, "rows"),
        ({"heap_bytes": None}, "heap_bytes"),
        ({"full_page_writes": "on"}, "full_page_writes"),
        ({"indexes": {}}, "indexes"),
        ({"indexes": [1]}, "indexes"),
        ({"indexes": [INDEX] * 301}, "indexes"),
        (index(bytes="big"), "bytes"),
        (index(correlation="high"), "correlation"),
        (index(columns="id"), "columns"),
        (index(is_primary=None), "is_primary"),
    ],
)
def test_a_part_that_cannot_be_read_is_named(said, part):
    with pytest.raises(Refused) as refused:
        read(pasted(**said))

    assert refused.value.code == "facts-unreadable"
    assert refused.value.details["part"] == part
