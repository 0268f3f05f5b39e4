"""Read a file of releases: rows and bad rows, whatever it holds."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain import release_file
from releasetrain.domain.release_file import Problem, Source
from releasetrain.domain.sizes import Size

OPENSTACK = "deliverable,team,type,model,version,repositories,requested_at,revised_at,released_at"


def read(*lines):
    return release_file.read("\n".join(lines))


def only(file):
    assert not file.bad
    return file.rows[0]


def problem(file):
    assert not file.rows
    return file.bad[0].problem


def test_our_own_columns_say_a_whole_release():
    row = only(
        read(
            "key,title,team,size,services,tables,train,slot,wish,earliest,due,weight,initiative,needs,description",
            "A-1,Fees,PAY,L,Main API; worker,main.payment,main,2026-12-01 22:00,this,2026-11-30,2026-12-02,3,QR,"
            "A-2; A-3+24h,Why",
        )
    )

    assert (row.number, row.key, row.title, row.team, row.size) == (2, "A-1", "Fees", "PAY", Size.LARGE)
    assert (row.services, row.tables, row.train) == (("Main API", "worker"), ("main.payment",), "main")
    assert (row.slot, row.wish) == (datetime(2026, 12, 1, 22, 0), "this")
    assert (row.earliest, row.due, row.weight) == (date(2026, 11, 30), date(2026, 12, 2), 3)
    assert (row.initiative, row.description) == ("QR", "Why")
    assert row.needs == (("A-2", None), ("A-3", 24))


def test_what_a_row_leaves_empty_has_its_plainest_value():
    row = only(read("key,title,team,size,due,weight", "A-1,Fees,PAY,,,"))

    assert (row.size, row.due, row.weight, row.needs) == (Size.SMALL, None, 1, ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_may_separate_cells_in_its_own_way(delimiter):
    assert only(read(delimiter.join(("key", "title", "team")), delimiter.join(("A-1", "Fees", "PAY")))).team == "PAY"


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert only(release_file.read("\ufeffkey,title,team\nA-1,Fees,PAY".encode())).key == "A-1"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"key": ""}, "missing"),
        ({"title": ""}, "missing"),
        ({"team": ""}, "missing"),
        ({"key": "x" * 181}, "too-long"),
        ({"title": "x" * 121}, "too-long"),
        ({"size": "XL"}, "bad-size"),
        ({"wish": "any"}, "bad-wish"),
        ({"weight": "0"}, "bad-weight"),
        ({"weight": "101"}, "bad-weight"),
        ({"due": "2.12.2026"}, "bad-date"),
        ({"slot": "2026-12-01T22:00Z"}, "bad-time"),
        ({"departed_at": "yesterday"}, "bad-time"),
        ({"needs": "A-2+99999h"}, "bad-need"),
        ({"earliest": "2026-12-02", "due": "2026-12-01"}, "due-before-earliest"),
        ({"description": "\x00"}, "not-text"),
    ],
)
def test_a_row_that_cannot_be_understood_is_bad_with_its_reason(cells, code):
    row = {"key": "A-1", "title": "Fees", "team": "PAY", **cells}

    found = problem(read(",".join(row), ",".join(row.values())))

    assert found.code == code


def test_a_bad_row_is_named_by_its_number_in_the_file_counting_headings_and_empty_lines():
    file = read("key,title,team", "A-1,Fees,PAY", "", ",Nothing,PAY")

    assert [bad.number for bad in file.bad] == [4]


def test_a_bad_row_keeps_none_of_the_others_out():
    file = read("key,title,team", "A-1,Fees,PAY", ",Nothing,PAY", "A-2,Taxes,PAY")

    assert [row.key for row in file.rows] == ["A-1", "A-2"]


def test_a_key_that_is_there_twice_is_bad_the_second_time_and_says_where_the_first_is():
    file = read("key,title,team", "A-1,Fees,PAY", "A-1,Fees again,PAY")

    assert [row.title for row in file.rows] == ["Fees"]
    assert file.bad[0].problem == Problem("key-twice", {"key": "A-1", "first": 2})


def test_a_row_with_more_cells_than_headings_is_bad():
    assert problem(read("key,title,team", "A-1,Fees,PAY,S")).code == "too-many-cells"


def test_a_file_with_other_headings_is_not_understood():
    file = read("name,when", "Fees,tomorrow")

    assert file.source is None
    assert problem(file).code == "unknown-headings"


def test_text_that_is_not_utf_8_makes_its_row_bad_and_no_other():
    file = release_file.read(b"key,title,team\nA-1,Fees,PAY\nA-2,\xcf\xeb\xe0\xf2,PAY\n")

    assert [row.key for row in file.rows] == ["A-1"]
    assert file.bad[0].problem.code == "not-text"


def openstack(*versions, requested="2024-04-01T09:00:00Z", released="2024-04-03T12:00:00Z"):
    rows = [f"nova,nova,service,cycle-with-rc,{version},1,{requested},{requested},{released}" for version in versions]
    return read(OPENSTACK, *rows)


def test_a_row_of_the_openstack_file_is_a_release_of_its_deliverable():
    file = openstack("29.0.0")
    row = only(file)

    assert file.source is Source.OPENSTACK
    assert (row.key, row.title, row.team, row.services) == ("nova:29.0.0", "nova 29.0.0", "nova", ("nova",))
    assert (row.earliest, row.due, row.wish) == (date(2024, 4, 1), date(2024, 4, 3), "first")
    assert row.departed_at == datetime(2024, 4, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "size"), [("29.0.0", "L"), ("29.1.0", "M"), ("29.1.1", "S"), ("29.0.0.0rc1", "S"), ("29.0.0.0b1", "S")]
)
def test_a_size_is_drawn_from_the_version_step(version, size):
    assert only(openstack(version)).size == size


def test_a_final_whose_own_candidate_is_in_the_file_is_small_and_without_it_large():
    with_candidate = openstack("29.0.0.0rc1", "29.0.0").rows[1]
    of_another = openstack("28.0.0.0rc1", "29.0.0").rows[1]

    assert (with_candidate.size, of_another.size) == ("S", "L")


def test_a_wrong_clock_is_a_warning_and_keeps_the_row():
    row = only(openstack("29.0.0", requested="2024-04-05T09:00:00Z"))

    assert row.warning.code == "wrong-clock"
    assert row.earliest == row.due


@given(st.binary())
def test_any_bytes_give_rows_or_bad_rows(content):
    file = release_file.read(content)

    assert file.rows or file.bad


CELLS = st.text(max_size=20) | st.sampled_from(["A-1", "2026-12-01", "2026-12-01 22:00", "0001-01-01T00:00+14:00", "9"])


@given(st.sampled_from([sorted(release_file.OWN), OPENSTACK.split(",")]), st.lists(st.lists(CELLS, max_size=17)))
def test_any_cells_under_known_headings_give_every_row_once_good_or_bad(names, records):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in record) for record in records]

    file = release_file.read("\n".join([",".join(names), *lines]))

    numbers = [row.number for row in file.rows] + [bad.number for bad in file.bad]
    assert len(numbers) == len(set(numbers))
    assert {row.key for row in file.rows}.isdisjoint({""})
