"""Asks the conflict rules and the planner's checker about the same plan."""

import random
from collections.abc import Iterable, Mapping, Sequence

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.values import Conflict, SideKind, SlotKind, releases_in
from releasetrain.domain.picture import Picture
from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.from_calendar import Asked
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.waivers import standing

OF_ALL_ABOARD = ("capacity", "team-limit")
OF_ONE_SLOT = ("frozen", "cut-off")
NOT_PLANNED = ("not-cleared", "held", "old-version-running")
Key = tuple[str, frozenset[int]]


def random_plan(problem: Problem, dice: random.Random) -> list[int]:
    """Everybody somewhere on their own train; now and then where they may not ride."""
    plan = []
    for known in problem.releases:
        amiss = bool(known.refused) and not known.settled and dice.random() < 0.1
        stays = known.current in known.options and dice.random() < 0.3
        plan.append(known.current if stays else dice.choice(list(known.refused) if amiss else known.options))
    return plan


def careful_plan(problem: Problem, dice: random.Random) -> list[int] | None:
    """One that the checker passes: each in turn where it breaks nothing; None: that comes to no end."""
    plan = [known.options[0] if known.settled else None for known in problem.releases]
    for at in sorted(problem.free, key=lambda at: (len(problem.releases[at].options), dice.random())):
        for slot in dice.sample(problem.releases[at].options, len(problem.releases[at].options)):
            plan[at] = slot
            if all(one.code == "unplaced" for one in violations(problem, plan)):
                break
        else:
            return None
    return plan


def after(picture: Picture, problem: Problem, plan: Sequence[int]) -> Picture:
    """The calendar as the plan would have it."""
    return picture.moved(changes(picture, problem, plan))


def changes(picture: Picture, problem: Problem, plan: Sequence[int]) -> dict[int, int]:
    """The moves of a plan."""
    wanted = {known.id: problem.slots[plan[at]].id for at, known in enumerate(problem.releases) if not known.settled}
    places = picture.places
    return {one: slot for one, slot in wanted.items() if one not in places or places[one].slot != slot}


def key(conflict: Conflict, problem: Problem) -> Key:
    """A conflict as the checker would say it: its code and the releases it is about."""
    known = {one.id for one in problem.releases}
    if conflict.code in OF_ALL_ABOARD:
        return conflict.code, frozenset(releases_in(conflict.basis.facts))
    sides = {one.id for one in (conflict.a, conflict.b) if one.kind is SideKind.RELEASE}
    parties = conflict.parties if conflict.code == "same-table" else frozenset()
    return conflict.code, frozenset(sides | parties) & known


def told_by_check(problem: Problem, plan: Sequence[int]) -> set[Key]:
    """What the checker says of releases beside each other."""
    found = set()
    for one in violations(problem, plan):
        if len(one.releases) > 1 or one.code in OF_ALL_ABOARD:
            of = one.releases[-1:] if one.code in ("peak-hours", "backfill-unfinished") else one.releases
            found.add((one.code, frozenset(problem.releases[at].id for at in of)))
    return found


def told_by_rules(picture: Picture, problem: Problem, plan: Sequence[int]) -> tuple[set[Key], set[Key]]:
    """What stands with a free release as a side, and everything that the rules find, waived or not."""
    moved = after(picture, problem, plan)
    every = [one for one in moved.conflicts_of(moved.places) if one.code not in NOT_PLANNED]
    free = {problem.releases[at].id for at in problem.free}
    stands = {
        key(one, problem)
        for one in standing(every, picture.waivers)
        if one.blocks and any(one.has(release) for release in free) and one.code not in OF_ONE_SLOT
    }
    return stands, {key(one, problem) for one in every}


def refused_by_rules(picture: Picture, release: int, slot: int) -> set[str]:
    """Why a release may not enter a slot, as far as that depends on nobody else."""
    if code := picture.refusal(release, slot):
        return {code}
    if picture.departures[slot].slot.kind is not SlotKind.REGULAR:
        return {"no-such-slot"}
    moved = picture.moved({release: slot})
    rides_there = release in picture.places and picture.places[release].slot == slot
    codes = {"frozen", "cut-off", "peak-hours"}
    claim = moved.claims[release]
    found = conflicts.judge([claim], booked=[], codes=codes)
    return {one.code for one in standing(found, picture.waivers) if one.blocks or not rides_there}


def disagreements(asked: Asked, picture: Picture, plan: Sequence[int]) -> list[str]:
    """Everything of which the checker and the rules say different things."""
    problem = asked.problem
    told, (stands, every) = told_by_check(problem, plan), told_by_rules(picture, problem, plan)
    alone = {"peak-hours", "disk-headroom"}
    missed = {one for one in stands - told if one[0] not in alone}
    said = [f"the checker misses {one}" for one in missed]
    said += [f"the checker invents {one}" for one in told - every]
    if not picture.waivers:
        said += [f"the checker makes too much of {one}" for one in told - stands if one[0] in exact(stands)]
    return said + list(_of_places(asked, picture, plan))


def exact(_: Iterable[Key]) -> set[str]:
    """The rules that a problem says just as they are; the runs of backfills it may see more sharply."""
    return conflicts.RULES.keys() - {"peak-hours", "backfill-unfinished"}


def _of_places(asked: Asked, picture: Picture, plan: Sequence[int]) -> Iterable[str]:
    problem = asked.problem
    codes: Mapping[int, str] = {
        one.releases[0]: one.code
        for one in violations(problem, plan)
        if len(one.releases) == 1 and one.slot is not None
    }
    for at in problem.free:
        known, slot = problem.releases[at], problem.slots[plan[at]].id
        by_rules, by_check = refused_by_rules(picture, known.id, slot), codes.get(at)
        if (by_check in OF_ALL_ABOARD) or (by_check is None and not by_rules) or by_check in by_rules:
            continue
        yield f"{known.id} in {slot}: the checker says {by_check}, the rules {by_rules}"
