"""The quarter as a table, and what people take along: CSV without formulas, plain text in columns."""

import csv
import io
from datetime import timedelta

import pytest

from releasetrain.releases.models import Release
from releasetrain.teams.models import Team
from releasetrain.trains.models import Slot, Train
from tests.factories import NOW, TUESDAY, create_slot
from tests.riding import aboard
from tests.web.test_calendar import freeze

QUARTER = {"show": "quarter", "on": "2031-11-25"}


def cells(browser, **query) -> list[list[str]]:
    """The rows of the CSV, read by the standard library."""
    answer = browser.get("/calendar/table.csv", {**QUARTER, **query})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text)))


def test_a_quarter_has_a_row_per_departure_in_order_of_time(as_, cast, scene):
    create_slot(train=scene.train, start_at=TUESDAY - timedelta(days=55))  # 1 October
    create_slot(train=scene.train, start_at=TUESDAY + timedelta(days=37))  # 1 January

    answer = as_(cast.ines).get("/calendar/", QUARTER)

    said = [(row.stop.slot.start_at.date().isoformat(), row.load) for row in answer.context["rows"]]
    assert said == [
        ("2031-10-01", "0/10"),
        ("2031-11-25", "6/10 · 1 L"),
        ("2031-12-09", "0/10"),
        ("2031-12-23", "0/10"),
    ]
    assert "October – December 2031" in answer.text


def test_a_row_says_everything_of_its_departure(as_, cast, scene):
    Release.objects.update(size="M")
    also = aboard(scene.slots[0], team=cast.inv)
    freeze(by=cast.cleo, name="Year-end")

    row = cells(as_(cast.ines))[1]

    assert row[:6] == ["2031-11-25", "Tue", "22:00", "Train main", "2031-11-25 18:00", "4 of 10"]
    assert row[6] == ""
    assert row[7] == "2 conflicts: frozen; frozen: Year-end"
    assert row[8] == f"PAY: {scene.rides.code}; INV: {also.code}"


def test_times_are_the_reader_s_and_their_zone_is_named(as_, cast, scene):
    cast.ines.zone = "Asia/Tokyo"
    cast.ines.save()

    head, first, *_rest = cells(as_(cast.ines))

    assert head[2] == "Time (Asia/Tokyo)"
    assert first[:3] == ["2031-11-26", "Wed", "07:00"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r=", " =", "\n@"])
def test_no_cell_is_taken_for_a_formula(as_, cast, scene, begin):
    evil = f'{begin}cmd|"/c calc"!A1'
    Train.objects.update(name=evil, held_at=NOW, held_by=cast.cleo, held_because="x")

    name = cells(as_(cast.ines))[1][3]

    assert name == f"'{evil}"


def test_a_cell_that_is_harmless_stays_as_it_is(as_, cast, scene):
    Train.objects.update(name='Main, "fast" - really')

    assert cells(as_(cast.ines))[1][3] == 'Main, "fast" - really'


def test_a_skip_whose_reason_is_a_formula_is_no_formula(as_, cast, scene):
    Slot.objects.update(skipped_at=NOW, skipped_by=cast.cleo, skipped_because="=1+1")

    assert all(not row[7].startswith("=") and "skipped: =1+1 (Cleo)" in row[7] for row in cells(as_(cast.ines))[1:])


def test_one_team_s_table_lists_its_own_releases(as_, cast, scene):
    Release.objects.update(size="M")
    aboard(scene.slots[0], team=cast.inv)

    _head, *rows = cells(as_(cast.ines), team="PAY")

    assert [row[8] for row in rows] == [f"PAY: {scene.rides.code}"]


def test_the_file_is_named_after_its_days_and_kept_by_no_cache(as_, cast, scene):
    answer = as_(cast.ines).get("/calendar/table.csv", QUARTER)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="departures-2031-10-01-2031-12-31.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_plain_text_stands_in_columns_whatever_the_names_are(as_, cast, scene):
    Train.objects.update(name="Hauptdienst 主服务\tnachts")
    Team.objects.filter(pk=cast.pay.pk).update(code="КАС")

    answer = as_(cast.ines).get("/calendar/table.txt", QUARTER)
    title, empty, head, rule, *rows = answer.text.rstrip("\n").split("\n")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (title, empty) == ("October – December 2031", "")
    assert rule.replace(" ", "").strip("-") == ""
    assert head.index("Cut-off") == rows[0].index("2031-11-25 18:00") + 3  # three signs are two columns wide
    assert "Hauptdienst 主服务 nachts" in rows[0]
    assert len(rows) == 3
    assert not any(line.endswith(" ") for line in answer.text.split("\n"))


def test_plain_text_of_nothing_says_so(as_, cast, scene):
    answer = as_(cast.ines).get("/calendar/table.txt", {"show": "quarter", "on": "2035-01-01", "train": "main"})

    assert answer.text == "January – March 2035 · Train main\n\nNo departures.\n"


def test_imported_history_has_neither_cut_off_nor_capacity(as_, cast, scene):
    Slot.objects.filter(pk=scene.slots[0].pk).update(kind=Slot.Kind.PAST)

    row = cells(as_(cast.ines))[1]

    assert (row[4], row[5]) == ("", "1 release")


@pytest.mark.parametrize("path", ["/calendar/table.csv", "/calendar/table.txt"])
def test_a_stranger_is_sent_to_sign_in(client, scene, path):
    assert client.get(path).status_code == 302


def test_who_rode_and_left_is_not_in_it(as_, cast, scene):
    scene.rides.bookings.update(left_at=NOW, left_because={"code": "left"})

    assert Release.objects.filter(pk=scene.rides.pk).exists()
    assert cells(as_(cast.ines))[1][8] == ""
