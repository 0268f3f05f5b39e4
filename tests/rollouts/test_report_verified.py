"""Report what verifying a backfill found: with no row that differs it is finished."""

import pytest

from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.rollouts.actions import report_verified
from releasetrain.schema.models import Verification
from tests.factories import NOW, clock


def say(way, by, differing, at=NOW):
    report_verified(change=way.change.pk, differing=differing, by=by, clock=clock(at))


def unfinished(now=NOW):
    return [str(one.severity) for one in standing(now) if one.conflict.code == "backfill-unfinished"]


def written(way):
    """Somebody wrote the SQL of the backfill, and nobody knows how large its table is."""
    way.change.stages.filter(stage="backfill").update(sql="UPDATE t SET b = a WHERE id > $1 AND id <= $2 AND b IS NULL")


def test_what_nobody_wrote_yet_is_asked_for_at_its_departure_alone(cast, way):
    assert unfinished() == []
    assert unfinished(way.slots["backfill"].start_at) == ["blocks"]


def test_until_it_is_verified_the_stage_that_needs_it_is_warned_and_blocked_at_its_departure(cast, way):
    written(way)

    assert unfinished() == ["warns"]
    assert unfinished(way.slots["backfill"].start_at) == ["blocks"]


def test_with_no_row_that_differs_it_is_finished(cast, way):
    say(way, cast.ben, 0)

    assert unfinished(way.slots["backfill"].start_at) == []


def test_rows_that_differ_are_kept_and_end_nothing(cast, way):
    say(way, cast.ben, 17)

    assert Verification.objects.get().differing == 17
    assert unfinished(way.slots["backfill"].start_at) == ["blocks"]


def test_the_latest_report_counts(cast, way):
    written(way)

    say(way, cast.ben, 0)
    say(way, cast.ben, 3)

    assert unfinished() == ["warns"]


def test_another_team_may_not(cast, way):
    with pytest.raises(Refused, match="forbidden"):
        say(way, cast.dov, 0)


@pytest.mark.parametrize("differing", [-1, 2**62 + 1])
def test_a_number_that_cannot_be_is_refused(cast, way, differing):
    with pytest.raises(Refused, match="out-of-range"):
        say(way, cast.ben, differing)
