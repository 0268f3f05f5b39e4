"""Words, "holds": when the old and the new version of a release may run side by side."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.holds import Ran, hold, planned_hold
from releasetrain.domain.windows import Window
from tests.domain.claims import DAY, FIRST, HOUR

DEPARTS = Window(FIRST, FIRST + HOUR)


def held(*, started: float | None = None, finished: float | None = None, now: float = 0) -> Window:
    """The hold of a release that soaks a day; all in hours after the slot's start."""
    finished_at = None if finished is None else FIRST + finished * HOUR
    ran = None if started is None else Ran(started_at=FIRST + started * HOUR, finished_at=finished_at)
    return hold(DEPARTS, soak_hours=24, ran=ran, now=FIRST + now * HOUR)


def test_planned_it_holds_from_the_slots_start_to_its_end_and_the_soak():
    assert held() == Window(FIRST, FIRST + 25 * HOUR) == planned_hold(DEPARTS, soak_hours=24)


def test_who_finished_in_time_holds_as_planned():
    assert held(started=0, finished=0.5, now=3) == held()


def test_who_took_longer_soaks_from_its_real_end():
    assert held(started=0, finished=5, now=6).end == FIRST + 29 * HOUR


def test_while_it_is_going_on_the_hold_grows_with_the_clock():
    assert held(started=0, now=9).end == FIRST + 33 * HOUR
    assert held(started=0, now=10).end == FIRST + 34 * HOUR


def test_going_on_within_its_slot_it_holds_as_planned():
    assert held(started=0, now=0.5) == held()


def test_who_started_early_holds_from_then():
    assert held(started=-2, finished=0, now=1).start == FIRST - 2 * HOUR


def test_who_started_after_the_slot_holds_from_the_slots_start_all_the_same():
    assert held(started=4, finished=5, now=6) == Window(FIRST, FIRST + 29 * HOUR)


hours = st.floats(-48, 240, allow_nan=False)


@given(hours, st.none() | hours, hours)
def test_a_hold_is_never_shorter_than_planned(started, finished, now):
    real, planned = held(started=started, finished=finished, now=now), held()

    assert real.start <= planned.start
    assert real.end >= planned.end


@given(hours, hours, hours)
def test_a_hold_never_shrinks_while_the_departure_goes_on(started, one, other):
    earlier, later = sorted((one, other))

    assert held(started=started, now=earlier).end <= held(started=started, now=later).end


windows = st.builds(
    lambda start, length: Window(FIRST + start * HOUR, FIRST + (start + length) * HOUR), hours, st.floats(0, 99)
)


@given(windows, windows)
def test_meeting_is_mutual_and_joining_covers_both(one, other):
    joined = one.joined_with(other)

    assert one.meets(other) == other.meets(one)
    assert joined.start <= min(one.start, other.start)
    assert joined.end >= max(one.end, other.end)


def test_windows_that_touch_do_not_meet():
    assert not Window(FIRST, FIRST + HOUR).meets(Window(FIRST + HOUR, FIRST + DAY))
    assert Window(FIRST, FIRST + HOUR).meets(Window(FIRST + HOUR - timedelta(microseconds=1), FIRST + DAY))
