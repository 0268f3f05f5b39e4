"""Say what a database costs: a forecast there uses it in place of what was measured elsewhere."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.measuring import profile_seen, set_profile
from releasetrain.boarding.backfills import outlook
from releasetrain.domain.errors import Refused
from releasetrain.schema.models import Profile
from tests.factories import NOW, clock, create_table
from tests.measured import create_change, create_measurement


@pytest.fixture
def table(db):
    return create_table(name="payment", rows=0)


def put(by, database="main", runs=3, **coefficients):
    return set_profile(database=database, coefficients=coefficients, runs=runs, by=by, clock=clock())


def test_a_forecast_there_uses_it(cast, table):
    create_measurement(table, by=cast.ines)
    table.refresh_from_db()
    table.measurement.wal_bytes_s = None
    table.measurement.save()
    change = create_change(table=table)
    before = outlook(change, now=NOW).ways[0].forecast.seconds

    put(cast.ines, wall=2.5)

    after = outlook(change, now=NOW)
    assert after.ways[0].forecast.seconds > 1.9 * before
    assert after.profile.runs == 3
    assert Entry.objects.get().verb == "profile.set"


def test_what_is_as_it_was_measured_elsewhere_is_not_kept(cast, table):
    put(cast.ines, wall=1.25, index_s=5e-6)

    assert Profile.objects.get().coefficients == {"index_s": 5e-6}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"nonsense": 1.0}, "unknown-coefficient"),
        ({"wall": 0.0}, "coefficient-out-of-range"),
        ({"wall": 1000.0}, "coefficient-out-of-range"),
        ({"wall": float("nan")}, "coefficient-out-of-range"),
        ({"runs": -1}, "out-of-range"),
        ({"database": "nowhere"}, "no-such-database"),
    ],
)
def test_what_cannot_be_is_refused(cast, table, said, code):
    with pytest.raises(Refused, match=code):
        put(cast.ines, **said)


def test_only_who_keeps_the_catalogue_sets_it(cast, table):
    with pytest.raises(Refused, match="forbidden"):
        put(cast.ada, wall=2.0)


def test_what_was_saved_since_is_not_undone(cast, table):
    seen = profile_seen("main")
    put(cast.cleo, wall=2.0)

    with pytest.raises(Refused, match="changed-meanwhile"):
        set_profile(database="main", coefficients={"wall": 3.0}, by=cast.ines, clock=clock(), seen=seen)
