"""When each database has low load: whoever sets up the catalogue looks at what would stand, then keeps it."""

import pytest

from releasetrain.trains.freeze_fields import hours_of
from releasetrain.trains.models import Database
from tests.factories import create_table
from tests.freezes import NIGHTS, create_low_load, locks_heavily

LIST, PAGE = "/setup/low-load/", "/setup/low-load/main/"


@pytest.fixture
def table(db):
    return create_table(database="main")


def form(*rows, zone="UTC", **more):
    """The page's rows of (weekdays, since, until), and one that is empty."""
    every = [*rows, ((), "", "")]
    said = {"zone": zone, "form-TOTAL_FORMS": len(every), "form-INITIAL_FORMS": 0}
    for number, (weekdays, since, until) in enumerate(every):
        said |= {f"form-{number}-weekdays": weekdays, f"form-{number}-since": since, f"form-{number}-until": until}
    return said | more


LATE = ((1,), "22:30", "05:00")


def text(answer):
    return answer.content.decode()


def test_everybody_reads_the_list(as_, cast, table):
    create_low_load(zone="Europe/Berlin")
    create_table(database="archive")

    page = text(as_(cast.ben).get(LIST))

    assert "Mon–Fri 23:00–05:00" in page
    assert "at any hour" in page
    assert PAGE not in page
    assert PAGE in text(as_(cast.ines).get(LIST))


def test_without_a_table_it_says_what_would_be_here(as_, cast):
    assert "No data table names a database yet." in text(as_(cast.ines).get(LIST))


def test_only_who_sets_up_the_catalogue_changes_it(as_, cast, table):
    assert as_(cast.ada).get(PAGE).status_code == 404
    assert as_(cast.ada).post(PAGE, form(LATE, do="save")).status_code == 404


@pytest.mark.parametrize("is_known", [True, False])
def test_the_preview_names_both_sides_and_writes_nothing(as_, cast, scene, table, is_known):
    locks_heavily(scene.rides, table)
    if is_known:
        create_low_load(hours=())

    page = text(as_(cast.ines).post(PAGE, form(LATE, do="preview")))

    assert f"<b>{scene.rides.code}</b> QR payments" in page
    assert "Its heavy work runs 30 min outside the hours of low load of main." in page
    assert Database.objects.count() == is_known


def test_saving_keeps_the_hours_and_emptying_takes_them_away(as_, cast, table):
    client = as_(cast.ines)

    assert client.post(PAGE, form(LATE, ((6,), "00:00", "00:00"), zone="Europe/Berlin", do="save")).status_code == 302
    kept = Database.objects.get()
    assert (kept.zone, [one.weekdays for one in hours_of(kept)]) == ("Europe/Berlin", [(1,), (6,)])

    assert client.post(PAGE, form(zone="Europe/Berlin", do="save")).status_code == 302
    assert hours_of(Database.objects.get()) == []


@pytest.mark.parametrize("deed", ["preview", "save"])
@pytest.mark.parametrize(
    "row",
    [((), "22:00", "05:00"), ((1,), "", "05:00"), ((1,), "22:00", ""), ((9,), "22:00", "05:00"), ((1,), "x", "y")],
)
def test_half_a_row_is_refused(as_, cast, table, row, deed):
    assert as_(cast.ines).post(PAGE, form(row, do=deed)).status_code == 422
    assert not Database.objects.exists()


def test_an_unknown_zone_is_refused_at_its_field(as_, cast, table):
    for deed in ("preview", "save"):
        answer = as_(cast.ines).post(PAGE, form(LATE, zone="Mars", do=deed))
        assert answer.status_code == 422
        assert 'id="id_zone-said"' in text(answer)


def test_a_second_tab_is_told(as_, cast, table):
    client = as_(cast.ines)
    seen = client.get(PAGE).context["tab"]["seen"]
    create_low_load(hours=[NIGHTS])

    answer = client.post(PAGE, form(LATE, do="save", seen=seen))

    assert answer.status_code == 409
    assert "Mon–Fri 23:00–05:00" in text(answer)


def test_a_database_that_no_table_names_is_not_there(as_, cast, table):
    assert as_(cast.ines).get("/setup/low-load/archive/").status_code == 404


def test_a_name_may_hold_a_slash(as_, cast):
    create_table(database="shop/eu")

    assert as_(cast.ines).post("/setup/low-load/shop/eu/", form(LATE, do="save")).status_code == 302
    assert Database.objects.get().name == "shop/eu"
