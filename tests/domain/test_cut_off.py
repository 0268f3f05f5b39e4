"""C: nobody boards at or after the cut-off, nor into a closed slot; who is aboard stays."""

from releasetrain.domain.conflicts.rules.cut_off import after_cut_off
from releasetrain.domain.conflicts.values import Side
from tests.domain.claims import FIRST, HOUR, claim, slot

CUT_OFF = FIRST - 4 * HOUR
INSTANT = HOUR / 3600


def test_the_last_instant_before_the_cut_off_is_in_time():
    assert after_cut_off(claim(1, boarded_at=CUT_OFF - INSTANT), booked=[]) == []


def test_at_the_cut_off_the_door_is_shut():
    (found,) = after_cut_off(claim(1, boarded_at=CUT_OFF), booked=[])

    assert (found.a, found.b) == (Side.release(1), Side.slot(1))
    assert found.basis.facts == {"slot:1"}


def test_a_slot_closed_early_is_shut_from_then_on():
    closed = slot(closed_at=CUT_OFF - HOUR)

    assert after_cut_off(claim(1, closed, boarded_at=CUT_OFF - HOUR), booked=[])
    assert after_cut_off(claim(1, closed, boarded_at=CUT_OFF - 2 * HOUR), booked=[]) == []


def test_closing_late_opens_no_door():
    """Closing adds the bumps; the instant itself shuts the door (S4)."""
    closed_late = slot(closed_at=CUT_OFF + HOUR)

    assert after_cut_off(claim(1, closed_late, boarded_at=CUT_OFF), booked=[])
