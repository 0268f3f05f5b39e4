"""The states of a release are derived from what is known of it."""

import pytest

from releasetrain.domain.states import BEFORE_DEPARTURE, OVER, Facts, State, state
from releasetrain.domain.windows import Window
from tests.domain.claims import DAY, FIRST, HOUR

DEPARTS = Window(FIRST, FIRST + HOUR)
HOLDS = Window(FIRST, FIRST + 5 * DAY)
BEFORE, DURING, SOAK, AFTER = FIRST - DAY, FIRST + HOUR / 2, FIRST + DAY, FIRST + 5 * DAY


def aboard(**facts):
    return Facts(submitted=True, departs=DEPARTS, holds=HOLDS, **facts)


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        (Facts(submitted=False), BEFORE, State.DRAFT),
        (Facts(submitted=False, asks=True), BEFORE, State.DRAFT),
        (Facts(submitted=True), BEFORE, State.WAITING),
        (Facts(submitted=True, asks=True), BEFORE, State.ASKING),
        (aboard(), BEFORE, State.BOARDED),
        (aboard(), FIRST, State.DEPARTING),
        (aboard(departed=True), DURING, State.DEPARTING),
        (aboard(departed=True, finished=True), DURING, State.SOAKING),
        (aboard(departed=True, finished=True), SOAK, State.SOAKING),
        (aboard(departed=True, finished=True), AFTER, State.DONE),
        (Facts(submitted=True, withdrawn=True), BEFORE, State.WITHDRAWN),
        (Facts(submitted=False, withdrawn=True), BEFORE, State.WITHDRAWN),
        (Facts(submitted=True, rolled_back=True), SOAK, State.ROLLED_BACK),
    ],
)
def test_a_state_follows_from_the_facts(facts, now, expected):
    assert state(facts, now=now) is expected


def test_what_nobody_reported_is_still_departing_however_late():
    assert state(aboard(), now=AFTER + 30 * DAY) is State.DEPARTING


def test_a_state_is_before_departure_under_way_or_over():
    under_way = set(State) - OVER - BEFORE_DEPARTURE

    assert under_way == {State.DEPARTING, State.SOAKING}
    assert not OVER & BEFORE_DEPARTURE
