"""Say when a database has low load: what locks it heavily at other hours stands."""

from datetime import time

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.low_load import low_load_seen, set_low_load
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.trains.freeze_fields import LowHours, hours_of
from releasetrain.trains.models import Database, LowLoad
from tests.factories import NOW, clock, create_slot, create_table
from tests.freezes import NIGHTS, create_low_load, locks_heavily
from tests.riding import aboard, place_of

LATE = LowHours(weekdays=(1,), since=time(22, 30), until=time(5))


def put(by, *hours, database="main", zone="UTC", **said):
    return set_low_load(database=database, zone=zone, hours=hours, by=by, clock=clock(), **said)


@pytest.fixture
def table(db):
    return create_table(database="main")


def test_hours_are_kept_with_their_zone(cast, table):
    put(cast.cleo, NIGHTS, zone="Europe/Berlin")

    kept = Database.objects.get(name="main")
    assert (kept.zone, hours_of(kept)) == ("Europe/Berlin", [NIGHTS])
    assert Entry.objects.get().verb == "low-load.set"


def test_a_heavy_lock_outside_them_stands_and_moves_nobody(cast, table):
    slot = create_slot()  # Tuesday 22:00 to 23:00
    rider = aboard(slot, team=cast.pay)
    locks_heavily(rider, table)
    assert standing(NOW) == []

    put(cast.cleo, LATE)

    (found,) = standing(NOW)
    assert (found.conflict.code, found.conflict.basis.amounts) == ("peak-hours", {"minutes": 30})
    assert place_of(rider) == slot.pk


def test_without_any_it_is_never_at_its_peak(cast, table):
    rider = aboard(create_slot(), team=cast.pay)
    locks_heavily(rider, table)
    create_low_load(hours=[LATE])
    assert [one.conflict.code for one in standing(NOW)] == ["peak-hours"]

    put(cast.cleo)

    assert standing(NOW) == []
    assert not LowLoad.objects.exists()


def test_saying_the_same_again_changes_nothing(cast, table):
    create_low_load()

    put(cast.cleo, NIGHTS)

    assert not Entry.objects.exists()


def test_a_second_tab_is_told(cast, table):
    seen = low_load_seen("UTC", [])
    put(cast.cleo, NIGHTS)

    with pytest.raises(Refused) as refused:
        put(cast.cleo, LATE, seen=seen)

    assert refused.value.details["changed"] == ["hours"]
    assert hours_of(Database.objects.get()) == [NIGHTS]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"database": "archive"}, "no-such-database"),
        ({"zone": "Mars/Olympus"}, "unknown-zone"),
        ({"hours": [LowHours(weekdays=(), since=time(1), until=time(2))]}, "weekday-missing"),
        ({"hours": [LowHours(weekdays=(7,), since=time(1), until=time(2))]}, "out-of-range"),
        ({"hours": [NIGHTS] * 21}, "out-of-range"),
    ],
)
def test_what_can_never_be_is_refused(cast, table, said, code):
    with pytest.raises(Refused, match=code):
        put(cast.cleo, *said.pop("hours", [NIGHTS]), **said)

    assert not Database.objects.exists()


def test_whoever_sets_up_the_catalogue_sets_them(cast, table):
    put(cast.ines, NIGHTS)

    with pytest.raises(Refused, match="forbidden"):
        put(cast.ada, LATE)
