"""The OpenStack cycle moves by whole weeks, whatever today is."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from releasetrain.demo import openstack

DAYS = [date(2026, 11, 23) + timedelta(days=day) for day in range(7)] + [date(2027, 1, 1), date(2028, 2, 29)]


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("today", DAYS)
def test_every_date_is_later_by_whole_weeks(today):
    assert openstack.weeks_to(today).days % 7 == 0
    assert openstack.weeks_to(today).seconds == 0


@pytest.mark.parametrize("today", DAYS)
def test_the_final_week_starts_four_weeks_after_this_weeks_monday(today):
    final = openstack.FINAL_WEEK + openstack.weeks_to(today)

    assert final.weekday() == 0
    assert final - timedelta(weeks=4) <= today < final - timedelta(weeks=3)


@pytest.mark.parametrize("today", DAYS)
def test_what_was_released_before_now_is_history_and_the_rest_a_plan(today):
    now = datetime(today.year, today.month, today.day, 12, 0, tzinfo=UTC)

    past, plan = map(rows_of, openstack.cycle(now))

    assert len(past) + len(plan) == 403
    assert all(datetime.fromisoformat(row["released_at"]) < now for row in past)
    assert all(datetime.fromisoformat(row["released_at"]) >= now for row in plan)


def test_weekdays_stay_as_they_were():
    past, plan = openstack.cycle(datetime(2026, 11, 25, tzinfo=UTC))
    original = (openstack.FOLDER / "releases.csv").read_bytes()

    assert weekdays(past) | weekdays(plan) == weekdays(original)


def weekdays(content):
    return {
        (row["deliverable"], row["version"]): datetime.fromisoformat(row["released_at"]).weekday()
        for row in rows_of(content)
    }
