"""Measure a table: paste what the query answered, or type it."""

import json

import pytest

from releasetrain.releases.models import DataTable
from releasetrain.schema.models import Measurement
from tests.domain.test_measured_facts import SAID
from tests.factories import create_table
from tests.measured import create_change, create_measurement

TYPED = {
    "how": "typed",
    "rows": "1000000000",
    "heap_bytes": "220",
    "ordered": "3",
    "ordered_bytes": "66",
    "random": "6",
    "random_bytes": "144",
    "fillfactor": "100",
    "checkpoint_min": "5",
    "wal_mb_s": "200",
    "free_disk_bytes": "310",
    "target_indexed": "on",
}


@pytest.fixture
def table(cast):
    return create_table(name="payment_document", rows=0)


def address(table, query=""):
    return f"/setup/tables/{table.pk}/facts/{query}"


def test_the_page_offers_the_query_for_this_table(as_, cast, table):
    assert "c.oid = &#x27;payment_document&#x27;::regclass" in as_(cast.ines).get(address(table)).text


def test_what_it_answered_is_taken_over(as_, cast, table):
    said = {"how": "pasted", "pasted": json.dumps(SAID), "free_disk_bytes": "310.5", "server": "docs-03"}

    answer = as_(cast.ines).post(address(table), said)

    assert answer["Location"] == f"/setup/tables/{table.pk}/"
    kept = DataTable.objects.get()
    assert (kept.rows, kept.indexes, kept.free_disk_bytes) == (1000, 1, 310_500_000_000)
    assert Measurement.objects.get().server == "docs-03"


def test_whoever_came_from_a_change_goes_back_to_it(as_, cast, table):
    change = create_change(table=table)

    answer = as_(cast.ines).post(address(table, f"?change={change.pk}"), {"pasted": json.dumps(SAID)})

    assert answer["Location"] == f"/changes/{change.pk}/"


def test_the_same_is_typed(as_, cast, table):
    assert as_(cast.ines).post(address(table), TYPED).status_code == 302

    kept = Measurement.objects.get()
    assert (kept.heap_bytes, len(kept.indexes), kept.wal_bytes_s) == (220 * 10**9, 9, 200 * 10**6)
    assert kept.indexes[0] == {"name": "", "bytes": 22 * 10**9, "ordered": True, "columns": []}
    assert kept.target_indexed


def test_what_is_known_stands_in_the_form_to_be_changed(as_, cast, table):
    create_measurement(table, by=cast.ines)

    answer = as_(cast.ines).get(address(table))

    shown = answer.context["type"].initial
    assert (shown["ordered"], shown["ordered_bytes"], shown["wal_mb_s"]) == (3, 72 * 10**9, 200)
    assert "Measured by Ines" in answer.text


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("nonsense", "This is not what the query answers"),
        ("", "This field is required."),
        ("x" * 200_000, "at most 100000 characters"),
        (json.dumps({**SAID, "rows": -1}), "Run ANALYZE on it first."),
    ],
)
def test_nonsense_is_refused_with_a_sentence(as_, cast, table, pasted, words):
    answer = as_(cast.ines).post(address(table), {"pasted": pasted})

    assert answer.status_code == 422
    assert words in answer.text
    assert not Measurement.objects.exists()


def test_half_of_it_typed_is_refused_at_its_field(as_, cast, table):
    answer = as_(cast.ines).post(address(table), {**TYPED, "heap_bytes": "", "rows": "0"})

    assert answer.status_code == 422
    assert set(answer.context["type"].errors) == {"rows"}


def test_of_two_tabs_the_second_is_told_that_somebody_measured(as_, cast, table):
    seen = as_(cast.ines).get(address(table)).context["tab"]["seen"]
    create_measurement(table, by=cast.cleo)

    answer = as_(cast.ines).post(address(table), {**TYPED, "seen": seen})

    assert answer.status_code == 409
    assert "Measured: Cleo" in answer.text


def test_only_who_keeps_the_catalogue_finds_it(as_, cast, table):
    assert as_(cast.ada).get(address(table)).status_code == 404


def test_the_table_s_own_page_leads_there(as_, cast, table):
    create_measurement(table, by=cast.cleo)

    assert "Measured by Cleo" in as_(cast.ines).get(f"/setup/tables/{table.pk}/").text
