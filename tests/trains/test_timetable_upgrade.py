"""A database of before rules keeps its weekly departures, and the way back keeps what a week can say."""

from datetime import date, time

import pytest
from django.core.management import call_command
from django.db import connection

from releasetrain.boarding.timetables import timetable_of
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.trains.models import TimetableEntry, Train
from tests.factories import create_train

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TUE, SUN = weekly(weekday=1, at=time(22), minutes=60), weekly(weekday=6, at=time(9), minutes=30)


@pytest.fixture
def back():
    """Go back to before rules; the tables are as they are now afterwards."""
    yield lambda: call_command("migrate", "trains", "0003", verbosity=0)
    call_command("migrate", verbosity=0)


def old(sql, *facts):
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall() if cursor.description else None


def test_weekly_departures_become_rules(back):
    train = create_train().pk
    back()
    for weekday, at, minutes in ((1, time(22), 60), (6, time(9), 30)):
        old(
            "INSERT INTO trains_timetableentry (train_id, weekday, at, minutes) VALUES (%s, %s, %s, %s)",
            *(train, weekday, at, minutes),
        )

    call_command("migrate", verbosity=0)

    assert timetable_of(Train.objects.get()) == [TUE, SUN]


def test_the_way_back_keeps_plain_weeks_and_leaves_the_rest(back):
    train = create_train(weekly=[(1, time(22), 60), (6, time(9), 30)])
    monthly = Recurring(rule="FREQ=MONTHLY;BYDAY=1TU", at=time(22), minutes=60)
    later = Recurring(rule=TUE.rule, at=time(22), minutes=90, first_on=date(2031, 1, 1))  # the same day and time
    for one in (monthly, later):
        TimetableEntry.objects.create(train=train, rule=one.rule, at=one.at, minutes=one.minutes, first_on=one.first_on)

    back()

    found = old("SELECT weekday, at, minutes FROM trains_timetableentry ORDER BY weekday")
    assert found == [(1, time(22), 60), (6, time(9), 30)]
