"""A timetable in a few words, whatever its rules."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from releasetrain.change_wording import rows
from releasetrain.domain.recurrence import EVER
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.timetable_wording import timetable_words

UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day 22:00"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days 22:00"),
        ("FREQ=WEEKLY;BYDAY=TH,TU", "Tue and Thu 22:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks Tue 22:00"),
        ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks Sat 22:00"),  # its first day's
        ("FREQ=MONTHLY;BYDAY=1TU", "the first Tue of the month 22:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR,3MO", "the last Fri of the month and the third Mon of the month 22:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "day 15 of the month and the last day of the month 22:00"),
        ("FREQ=MONTHLY", "day 1 of the month 22:00"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=1", "Tue 22:00, 1 time"),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20321231", "Tue 22:00, until 31 Dec 2032"),
    ],
)
def test_a_rule_is_said_in_words(rule, words):
    assert timetable_words([Recurring(rule=rule, at=time(22), minutes=60)]) == words


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=3",
        "FREQ=WEEKLY;BYDAY=TU;BYMONTH=3",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=-2TU",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=1TU",
    ],
)
def test_a_rule_for_which_there_are_no_words_stands_as_it_is(rule):
    assert timetable_words([Recurring(rule=rule, at=time(22), minutes=60)]) == f"{rule} 22:00"


def test_plain_weeks_that_share_a_time_stand_together_before_the_rest():
    monthly = Recurring(rule="FREQ=MONTHLY;BYDAY=1MO", at=time(9), minutes=60, first_on=date(2031, 3, 1))
    weeks = [weekly(weekday=day, at=time(hour), minutes=60) for day, hour in ((4, 10), (1, 22), (3, 22))]

    assert timetable_words([monthly, *weeks]) == (
        "Tue and Thu 22:00, Fri 10:00, the first Mon of the month 09:00, from 1 Mar 2031"
    )


def test_a_notice_of_before_rules_is_still_read():
    facts = {"changes": [["timetable", [[1, "22:00", 60]], [["FREQ=DAILY", "22:00", 60, EVER.isoformat()]]]]}

    (row,) = rows("train.timetable-set", facts, UTC_ZONE)

    assert (row.old, row.new) == ("Tue 22:00", "every day 22:00")
