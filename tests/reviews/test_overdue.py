"""Late gates are told once a working day of the team's calendar, and a missed day is not told twice."""

from datetime import timedelta

import pytest

from releasetrain.notices.models import Notice
from releasetrain.outbox.models import Message
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.overdue import judge_unjudged, tell_overdue
from releasetrain.reviews.models import Gate, Overdue
from releasetrain.reviews.queries.clocks import waited
from tests.factories import NOW, clock, create_cast, create_train
from tests.riding import create_release, days, judged


@pytest.fixture
def waits(db):
    """A release that waits on its team since Monday morning; the gate's target is two working days."""
    cast = create_cast()
    release = create_release(team=cast.pay, train=create_train(default_of=[cast.pay]))
    judged(release)
    return release


def told() -> int:
    return Message.objects.filter(event="review.overdue").count()


def test_nobody_is_told_within_the_target(waits):
    assert tell_overdue(clock=clock(NOW + days(2))) == 0


def test_from_the_third_working_day_on_once_a_day(waits):
    late = NOW + days(3)  # Thursday, 10:00

    first = tell_overdue(clock=clock(late))
    again = tell_overdue(clock=clock(late + timedelta(hours=3)))
    next_day = tell_overdue(clock=clock(late + days(1)))

    assert (first, again, next_day) == (1, 0, 1)
    assert told() == 2


def test_not_before_nine_and_not_on_a_weekend(waits):
    assert tell_overdue(clock=clock(NOW + days(3) - timedelta(hours=2))) == 0
    assert tell_overdue(clock=clock(NOW + days(5))) == 0


def test_a_missed_day_is_not_told_afterwards(waits):
    tell_overdue(clock=clock(NOW + days(3)))
    tell_overdue(clock=clock(NOW + days(8)))  # the worker was away over the weekend and Monday

    assert told() == 2
    assert Overdue.objects.count() == 2


def test_a_public_holiday_of_the_team_is_no_working_day(waits):
    waits.team.holidays = "DE"
    waits.team.save()
    gate = Gate.objects.get(release=waits)
    since = NOW.replace(month=12, day=23)  # a Tuesday; 25 and 26 December are holidays
    gate.spans = [[since.isoformat(), None]]

    assert waited(gate, team=waits.team, now=since + days(6)).days == 2  # Wednesday and Monday


def test_what_nobody_judged_is_judged_and_nobody_is_mailed(waits):
    Gate.objects.all().delete()
    Release.objects.update(open_gates=None)

    assert judge_unjudged(clock=clock()) == 1

    assert Release.objects.get().open_gates == ["team"]
    assert Notice.objects.count() == 0
