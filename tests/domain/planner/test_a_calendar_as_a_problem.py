"""A calendar's problem agrees with the conflict rules, in both directions, over random calendars.

Some in every run; ``PLANNED_CALENDARS=5000`` (``make test-calendar``) draws as many.
"""

import os
import random
from collections import Counter

import pytest

from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.planner import check
from releasetrain.domain.planner.from_calendar import problem_of
from tests.domain.planner.agreeing import (
    NOT_PLANNED,
    after,
    careful_plan,
    changes,
    disagreements,
    in_the_way,
    random_plan,
    told_by_check,
)
from tests.domain.planner.pictures import calendar

CALENDARS = int(os.environ.get("PLANNED_CALENDARS", "200"))
PARTS = 4  # so that several cores share them
PLANS = 4  # of each calendar
TOLD = {
    "large-rides-alone",
    "large-overlap",
    "capacity",
    "team-limit",
    "dependency",
    "stage-order",
    "soak",
    "same-table",
}


def drawn(seed, *, waivers=True):
    found = calendar(seed, waivers=waivers)
    asked = problem_of(found.picture, wanted=found.wanted, pinned=found.pinned, trains={1, 2})
    return found, asked


def judged(seed, waivers):
    """Some random plans of the calendar of a seed, and of what the two say different things."""
    found, asked = drawn(seed, waivers=waivers)
    dice = random.Random(seed)
    for _ in range(PLANS if asked.problem.free else 0):
        plan = random_plan(asked.problem, dice)
        yield asked.problem, plan, disagreements(asked, found.picture, plan)


@pytest.mark.parametrize("waivers", [False, True])
@pytest.mark.parametrize("part", range(PARTS))
def test_the_checker_and_the_rules_say_the_same_of_any_plan(part, waivers):
    told = Counter()
    for seed in range(part, CALENDARS, PARTS):
        for problem, plan, differences in judged(seed, waivers):
            assert differences == [], f"seed {seed}: {plan}"
            told.update(code for code, _ in told_by_check(problem, plan))

    assert told.keys() >= TOLD


@pytest.mark.parametrize("part", ["_places", "_rooms", "_large", "_orders", "_closures"])
def test_a_checker_that_lacks_a_part_is_found_out(part, monkeypatch):
    monkeypatch.setattr(check, part, lambda problem, plan: ())

    assert any(differences for seed in range(40) for *_, differences in judged(seed, waivers=False))


@pytest.mark.parametrize("waivers", [False, True])
def test_a_plan_that_the_checker_passes_is_applied_and_leaves_nothing_standing(waivers):
    passed = 0
    for seed in range(CALENDARS):
        found, asked = drawn(seed, waivers=waivers)
        if (plan := careful_plan(asked.problem, random.Random(seed))) is None or not asked.problem.free:
            continue
        moves, then = changes(found.picture, asked.problem, plan), after(found.picture, asked.problem, plan)
        free = [asked.problem.releases[at].id for at in asked.problem.free]
        standing = [one for one in then.blocking_of(free) if one.code not in NOT_PLANNED]
        passed += 1
        assert [found.picture.refusal(one, slot) for one, slot in moves.items()] == [""] * len(moves), f"seed {seed}"
        assert found.picture.made_by(then, releases=list(moves)) == [], f"seed {seed}: {plan}"
        assert standing == [], f"seed {seed}: {plan}"

    assert passed > CALENDARS / 3


def test_whoever_is_left_out_could_ride_nowhere():
    """Tried in plans that hold for all others."""
    tried = 0
    for seed in range(CALENDARS):
        found, asked = drawn(seed, waivers=False)
        plan = careful_plan(asked.problem, random.Random(seed))
        then = found.picture if plan is None else after(found.picture, asked.problem, plan)
        for one in outside_circles(asked.left_out) if plan is not None else ():
            tried += 1
            free = [slot for slot in open_to(one.release, found) if not in_the_way(then, one.release, slot)]
            assert free == [] or one.reason == "rolled-back", f"seed {seed}: {one} could ride in {free}"

    assert tried > CALENDARS / 3


def outside_circles(left_out):
    """Who waits for whom in a circle, all of them are left out, though some might ride if the others did not."""
    of = {one.release: one.of for one in left_out}
    return [one for one in left_out if not any(one.release in of.get(other, ()) for other in one.of)]


def open_to(release, found):
    """The regular departures to come of the train of a release."""
    picture = found.picture
    place = picture.places.get(release)
    train = found.wanted[release] if place is None else picture.departures[place.slot].slot.train
    every = (one.slot for one in picture.departures.values())
    return [
        one.id
        for one in every
        if one.train == train and one.kind is SlotKind.REGULAR and one.departs.start > picture.now
    ]
