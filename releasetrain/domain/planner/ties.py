"""What releases ask of each other's departures: dependencies, stages and the soak between them, tables kept closed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, SlotKind, fact
from releasetrain.domain.picture import Picture
from releasetrain.domain.planner.openings import Openings
from releasetrain.domain.planner.problem import NEVER, Closure, Order, Problem
from releasetrain.domain.planner.seconds import up_to
from releasetrain.domain.stages import Stage
from releasetrain.domain.waivers import covers
from releasetrain.domain.world import Change

HOUR = 3600
SECOND = timedelta(seconds=1)
Step = tuple[Stage, int]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A problem whose releases are known, and what ties them is not. ``at``: where each release stands in it, by id."""

    openings: Openings
    problem: Problem

    @cached_property
    def at(self) -> Mapping[int, int]:
        """The place of each release in the problem, by its id."""
        return {int(one.id): at for at, one in enumerate(self.problem.releases)}

    @property
    def picture(self) -> Picture:
        """The calendar that it is made from."""
        return self.openings.picture

    def stays(self, release: int) -> bool:
        """Return whether a release is settled."""
        return self.problem.releases[self.at[release]].settled

    def slots_of(self, release: int) -> dict[int, int]:
        """Return the ids of the slots in which a release may ride, by their place in the problem."""
        return {at: int(self.problem.slots[at].id) for at in self.problem.releases[self.at[release]].options}

    def last_departure(self, release: int) -> datetime:
        """Return the last instant at which a release may depart."""
        return max(self.picture.departures[id].slot.departs.start for id in self.slots_of(release).values())

    def is_open(self, *releases: int) -> bool:
        """Return whether all have a place in the problem and not all of them stay."""
        return all(one in self.at for one in releases) and not all(self.stays(one) for one in releases)


def dependencies(draft: Draft) -> Iterator[Order]:
    """Yield an order for everybody who needs somebody."""
    for need in draft.picture.world.needs:
        if draft.is_open(need.on, need.release):
            lag = 0 if need.lag is None else need.lag // SECOND
            before, then = draft.at[need.on], draft.at[need.release]
            yield Order(before=before, then=then, code="dependency", lag=lag, together=need.lag is None)


def stages(draft: Draft) -> Iterator[Order]:
    """Yield two orders for each two stages that follow each other: one after the other, and the soak between them."""
    for change in draft.picture.world.changes:
        for (_, one), later in neighbours(change):
            if one != later[1] and draft.is_open(one, later[1]):
                before, then = draft.at[one], draft.at[later[1]]
                yield Order(before=before, then=then, code="stage-order")
                yield Order(before=before, then=then, code="soak", lag=_soak(draft, change, one, later) * HOUR)


def neighbours(change: Change) -> Iterable[tuple[Step, Step]]:
    """Return each two stages of a change that follow each other; none once it was abandoned."""
    return pairwise(change.steps) if change.abandoned_at is None else ()


def _soak(draft: Draft, change: Change, one: int, later: Step) -> int:
    """The hours agreed, less those that a waiver for the two leaves out."""
    stage, other = later
    basis = Basis(frozenset({fact("change", change.id), f"stage:{stage}"}))
    a, b = sorted((Side.release(one), Side.release(other)))
    missing = Conflict("soak", a, b, basis, draft.last_departure(other))
    waived = [waiver.basis.amounts.get("hours", 0) for waiver in draft.picture.waivers if covers(waiver, missing)]
    return max(0, change.soak_hours - max(waived, default=0))


def closures(draft: Draft) -> Iterator[Closure]:
    """Yield the tables that are closed to others while a change on them is under way."""
    for change in draft.picture.world.changes:
        carriers = tuple(dict.fromkeys(draft.at[one] for _, one in change.steps if one in draft.at))
        touchers = tuple(draft.at[one] for one in _touching(draft, change))
        closed = (*carriers, *touchers)
        if carriers and touchers and not all(draft.problem.releases[at].settled for at in closed):
            yield Closure(
                table=change.table,
                change=change.id,
                carriers=carriers,
                touchers=touchers,
                last=_last(draft, change),
                until=NEVER if change.abandoned_at is None else up_to(change.abandoned_at),
            )


def _last(draft: Draft, change: Change) -> int | None:
    """Who ends it: the drop, where every stage has a place."""
    drop = change.carriers.get(Stage.DROP)
    is_whole = drop is not None and all(one in draft.at for one in change.carriers.values())
    return draft.at[drop] if is_whole and drop is not None else None


def _touching(draft: Draft, change: Change) -> Iterator[int]:
    """Who touches its table without carrying a stage of it, and has no waiver for that. History touches nothing."""
    for release in sorted(draft.at.keys() - set(change.carriers.values())):
        rider, slots = draft.picture.riders[release], draft.slots_of(release)
        changed = {one.table for one in draft.picture.world.changes_of.get(release, ())}
        touches = change.table in rider.tables | changed and not _is_history(draft, slots.values())
        if touches and not _is_waived(draft, release, change):
            yield release


def _is_history(draft: Draft, slots: Iterable[int]) -> bool:
    return any(draft.picture.departures[id].slot.kind is SlotKind.PAST for id in slots)


def _is_waived(draft: Draft, release: int, change: Change) -> bool:
    basis = Basis(frozenset({fact("table", change.table), fact("change", change.id)}))
    sides = Side.release(release), Side(SideKind.TABLE, change.table)
    met = Conflict("same-table", *sides, basis, draft.last_departure(release))
    return any(covers(waiver, met) for waiver in draft.picture.waivers)
