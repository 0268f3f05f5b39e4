"""A calendar's problem agrees with the conflict rules, in both directions, over random calendars.

Some hundred calendars in every run; ``PLANNED_CALENDARS=5000`` (``make test-calendar``) draws as many.
"""

import os
import random

import pytest

from releasetrain.domain.planner.from_calendar import problem_of
from tests.domain.planner.agreeing import disagreements, random_plan
from tests.domain.planner.pictures import calendar

CALENDARS = int(os.environ.get("PLANNED_CALENDARS", "200"))
PARTS = 4  # so that several cores share them
PLANS = 4  # of each calendar


def asked(seed, **kwargs):
    drawn = calendar(seed, **kwargs)
    return drawn.picture, problem_of(drawn.picture, wanted=drawn.wanted, pinned=drawn.pinned, trains={1, 2})


@pytest.mark.parametrize("waivers", [False, True])
@pytest.mark.parametrize("part", range(PARTS))
def test_the_checker_and_the_rules_say_the_same_of_any_plan(part, waivers):
    for seed in range(part, CALENDARS, PARTS):
        picture, problem = asked(seed, waivers=waivers)
        dice = random.Random(seed)
        for _ in range(PLANS if problem.problem.free else 0):
            plan = random_plan(problem.problem, dice)
            assert disagreements(problem, picture, plan) == [], f"seed {seed}: {plan}"
