"""The planner's checker and the conflict rules say the same of plans for a calendar that was read from rows (C1).

Some in every run; ``PLANNED_ROWS=500`` (``make test-calendar``) draws as many. Many more are drawn as values in
``tests/domain/planner``.
"""

import os
import random

import pytest
from django.db import transaction

from releasetrain.boarding.actions.rebooking import Hand, rebook
from releasetrain.domain.planner.from_calendar import problem_of
from releasetrain.planning import reading
from tests.calendar.random_calendar import draw, ground
from tests.domain.planner.agreeing import NOT_PLANNED, careful_plan, changes, disagreements, random_plan
from tests.factories import NOW

ROWS = int(os.environ.get("PLANNED_ROWS", "8"))
PLANS = 4


@pytest.mark.usefixtures("unqueued")
def test_a_calendar_of_rows_is_planned_as_the_rules_judge_it(cast):
    on, planned, applied = ground(cast), 0, 0
    for seed in range(ROWS):
        draw(on, seed)
        picture, wanted, reserve = reading.calendar(NOW)
        asked, dice = problem_of(picture, wanted=wanted, reserve=reserve), random.Random(seed)
        for _ in range(PLANS if asked.problem.free else 0):
            plan = random_plan(asked.problem, dice)
            planned += 1
            assert disagreements(asked, picture, plan) == [], f"seed {seed}: {plan}"
        if asked.problem.free and (plan := careful_plan(asked.problem, dice)):
            applied += 1
            then = apply(picture, asked.problem, plan)
            free = [asked.problem.releases[at].id for at in asked.problem.free]
            assert [one for one in then.blocking_of(free) if one.code not in NOT_PLANNED] == [], f"seed {seed}: {plan}"

    assert planned > ROWS * PLANS / 2
    assert applied > ROWS / 3


def apply(picture, problem, plan):
    """Let the one writer of bookings write the plan, and read the calendar again; then take it back."""
    with transaction.atomic():
        rebook(changes(picture, problem, plan), hand=Hand(at=NOW, by=None))
        then, _, _ = reading.calendar(NOW)
        transaction.set_rollback(True)
    return then
