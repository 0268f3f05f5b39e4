"""The drawing of two hold windows: in its own units, so that a page needs no style for it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from releasetrain.domain.windows import Window
from releasetrain.web.conflict.holds import LEFT, RIGHT, drawing

START = datetime(2031, 12, 2, 22, tzinfo=UTC)
DAY = timedelta(days=1)


def drawn(a: Window, b: Window):
    return drawing(a, b, ZoneInfo("UTC"))


def window(start: float, end: float) -> Window:
    return Window(START + DAY * start, START + DAY * end)


def test_two_that_begin_together_share_the_shorter_one():
    found = drawn(window(0, 7), window(0, 5))

    assert (found.share, found.side_by_side) == ("5 of 7 days", "5 days side by side")
    assert (float(found.a.x), float(found.a.width)) == (LEFT, RIGHT - LEFT)
    assert (found.both.x, found.both.width) == (found.b.x, found.b.width)
    assert [label.words for label in found.labels] == ["2 Dec", "7 Dec", "9 Dec"]


def test_one_that_begins_later_is_drawn_later():
    found = drawn(window(0, 5), window(4, 9))

    assert found.share == "1 of 5 days"
    assert float(found.b.x) > LEFT
    assert found.both.x == found.b.x


def test_two_that_do_not_meet_have_nothing_in_common():
    found = drawn(window(0, 2), window(3, 5))

    assert (found.both, found.share, found.side_by_side) == (None, "none in common", "")


def test_a_few_hours_are_said_in_hours():
    assert drawn(window(0, 5), window(4.8, 9)).side_by_side == "5 hours side by side"


def test_days_that_would_lie_over_each_other_are_left_out():
    assert [label.words for label in drawn(window(0, 7), window(0, 6.9)).labels] == ["2 Dec", "9 Dec"]


def test_a_long_hold_has_no_forest_of_ticks():
    assert len(drawn(window(0, 80), window(0, 5)).ticks) <= 16
