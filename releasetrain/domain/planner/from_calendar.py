"""The problem of a calendar: what a plan may move, where to, and what it must respect.

Each rule keeps its knowledge: what depends on one release and one slot is asked from the rules themselves; what ties
releases together becomes the problem's orders, closures and limits. ``tests/calendar`` and ``tests/domain/planner``
hold the two to one another.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from releasetrain.domain.conflicts.values import LargeMode, SlotKind
from releasetrain.domain.picture import Departure, Picture
from releasetrain.domain.planner import runs, ties
from releasetrain.domain.planner.beside import Beside, stuck
from releasetrain.domain.planner.lacking import LeftOut, lacking
from releasetrain.domain.planner.openings import Openings, in_order
from releasetrain.domain.planner.problem import DAY, Id, LargeRule, Order, Problem, Release, Slot
from releasetrain.domain.planner.seconds import HOUR, midnight, since_1970, up_to, wall_clock
from releasetrain.domain.planner.ties import Draft
from releasetrain.domain.sizes import Size

__all__ = ["Asked", "LeftOut", "problem_of"]

LARGE_RULES = {LargeMode.ALONE: LargeRule.ALONE, LargeMode.APART: LargeRule.APART}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A problem whose ids are those of the calendar, and the releases that no plan can place, each with its reason."""

    problem: Problem
    left_out: tuple[LeftOut, ...]


def problem_of(
    picture: Picture,
    *,
    wanted: Mapping[int, int],
    reserve: Mapping[int, int] | None = None,
    leave_out: Collection[int] = (),
    pinned: Collection[int] = (),
    must: Mapping[int, int] | None = None,
    trains: Collection[int] | None = None,
) -> Asked:
    """Return what a plan for a picture must respect.

    ``wanted``: the train of everybody who only asks. ``reserve``: the points that plans keep free, per train.
    ``leave_out``: who is not planned: it stays, or goes on asking. ``pinned``: who stays. ``must``: the slot that a
    release is to ride in. ``trains``: those that are planned, None: all; whoever rides another stays.
    """
    calendar = _Calendar(openings=Openings(picture, trains), reserve=reserve or {})
    calendar.sort_out(wanted, leave_out=leave_out, pinned=pinned, must=must or {})
    return calendar.asked()


@dataclass(kw_only=True)
class _Calendar:
    """Who stays, who is free and where it may ride (by slot: why not, "": it may), and who is left out."""

    openings: Openings
    reserve: Mapping[int, int]
    stays: dict[int, str] = field(default_factory=dict)
    free: dict[int, dict[int, str]] = field(default_factory=dict)
    left: dict[int, LeftOut] = field(default_factory=dict)

    @property
    def picture(self) -> Picture:
        return self.openings.picture

    def sort_out(
        self, wanted: Mapping[int, int], *, leave_out: Collection[int], pinned: Collection[int], must: Mapping[int, int]
    ) -> None:
        """Decide who stays and where everybody else may ride."""
        trains = {release: train for release, train in wanted.items() if release in self.picture.riders}
        for release, place in self.picture.places.items():
            trains[release] = self.picture.departures[place.slot].slot.train
            said = "pinned" if release in pinned else "left-out" if release in leave_out else ""
            if code := self.openings.stays(release) or said:
                self.stays[release] = code
        for release in sorted(trains.keys() - self.stays.keys() - (set(leave_out) - self.picture.places.keys())):
            self.free[release] = self._openings(release, trains[release], must.get(release))

    def _openings(self, release: int, train: int, must: int | None) -> dict[int, str]:
        known = self.openings.of(release, train)
        return known if must is None else {slot: code for slot, code in known.items() if slot == must}

    def asked(self) -> Asked:
        """Leave out whoever can ride nowhere, and whoever that leaves without a place, until all can."""
        while True:
            self._leave_out_the_impossible()
            draft = self._draft()
            found = stuck(draft.problem)
            if not found:
                left = tuple(one for _, one in sorted(self.left.items()))
                return Asked(problem=self._with_backfills(draft), left_out=left)
            ids = [int(one.id) for one in draft.problem.releases]
            for one in found:
                reason = LeftOut(release=ids[one.release], reason=one.code, of=tuple(ids[at] for at in one.of))
                self._leave(replace(reason, of=tuple(at for at in reason.of if at != reason.release)))

    def _leave_out_the_impossible(self) -> None:
        while True:
            placed = self.stays.keys() | self.free.keys()
            found = [lacking(self.openings, release, self.free[release], placed, self.left) for release in self.free]
            gone = [one for one in found if one is not None]
            if not gone:
                return
            for one in gone:
                self._leave(one)

    def _leave(self, one: LeftOut) -> None:
        """Who has a place stays there; who only asks goes on asking."""
        if self.free.pop(one.release, None) is None:
            return
        self.left[one.release] = one
        if one.release in self.picture.places:
            self.stays[one.release] = "left-out"

    def _draft(self) -> Draft:
        departures = self._departures()
        at = {one.slot.id: position for position, one in enumerate(departures)}
        ids = sorted(self.stays.keys() | self.free.keys())
        releases = tuple(self._settled(id, at) if id in self.stays else self._free(id, at) for id in ids)
        limits: dict[Id, int] = {self.picture.riders[id].team: self.picture.riders[id].team_limit for id in ids}
        problem = Problem(slots=self._slots(departures, releases), releases=releases, team_limits=limits)
        bare = Draft(openings=self.openings, problem=problem)
        orders = (*ties.dependencies(bare), *ties.stages(bare), *runs.at_the_peak(bare))
        tied = replace(problem, orders=orders, closures=tuple(ties.closures(bare)))
        return Draft(openings=self.openings, problem=tied)

    def _departures(self) -> list[Departure]:
        coming = {one.slot.id for departures in self.openings.coming.values() for one in departures}
        ridden = {self.picture.places[release].slot for release in (*self.stays, *self.free) if self._rides(release)}
        return sorted((self.picture.departures[id] for id in coming | ridden), key=in_order)

    def _rides(self, release: int) -> bool:
        return release in self.picture.places

    def _slots(self, departures: Iterable[Departure], releases: Iterable[Release]) -> tuple[Slot, ...]:
        load: dict[int, int] = {}
        for one in releases:
            if one.current is not None:
                load[one.current] = load.get(one.current, 0) + one.points
        return tuple(self._slot(one, load.get(at, 0)) for at, one in enumerate(departures))

    def _slot(self, departure: Departure, load: int) -> Slot:
        """Its reserve is not taken from who rides there today. Imported history claims no room."""
        known = departure.slot
        is_past = known.kind is SlotKind.PAST
        kept = self.reserve.get(known.train, 0)
        return Slot(
            id=known.id,
            start=since_1970(known.departs.start),
            end=up_to(known.departs.end),
            clock=wall_clock(known.departs.start, departure.on),
            capacity=None if is_past else max(known.capacity - kept, min(load, known.capacity)),
            large=LargeRule.FREE if is_past else LARGE_RULES[known.large_mode],
        )

    def _settled(self, id: int, at: Mapping[int, int]) -> Release:
        """Who stays counts on no level: no plan makes it late, early or moved."""
        place = self.picture.places[id]
        here, claim = at[place.slot], self.picture.claims[id]
        known = self._release(id, self.picture.departures[place.slot])
        known = replace(known, current=here, options=(here,), settled=True, stays=self.stays[id], due=None, weight=0)
        if claim.slot.kind is SlotKind.PAST:
            known = replace(known, points=0, is_large=False, team=None, resources=frozenset())
        if place.ran is None:
            return known
        holds = since_1970(claim.holds.start), up_to(claim.holds.end)
        return replace(known, holds=holds, ended=None if claim.over_at is None else up_to(claim.over_at))

    def _free(self, id: int, at: Mapping[int, int]) -> Release:
        openings = self.free[id]
        departure = self.picture.departures[next(iter(openings))]
        return replace(
            self._release(id, departure),
            current=at[self.picture.places[id].slot] if self._rides(id) else None,
            options=tuple(sorted(at[slot] for slot, code in openings.items() if not code)),
            refused={at[slot]: code for slot, code in openings.items() if code},
        )

    def _release(self, id: int, departure: Departure) -> Release:
        rider = self.picture.riders[id]
        services = (f"service:{one}" for one in rider.services)
        return Release(
            id=id,
            points=departure.points[rider.size],
            is_large=rider.size is Size.LARGE,
            team=rider.team,
            resources=frozenset((*services, *(f"table:{one}" for one in rider.tables))),
            soak=departure.soak_hours[rider.size] * HOUR,
            weight=rider.weight,
            due=None if rider.due is None else midnight(rider.due) + DAY,
        )

    def _with_backfills(self, draft: Draft) -> Problem:
        """Add what is only warned of while it is planned, wherever that leaves everybody somewhere to ride."""
        beside = Beside(draft.problem)
        added = (one for one in runs.unfinished(draft) if _can_be_kept(one, beside))
        return replace(draft.problem, orders=(*draft.problem.orders, *added))


def _can_be_kept(order: Order, beside: Beside) -> bool:
    latest = max((beside.problem.slots[slot].start for slot in _room(order.then, beside)), default=0)
    return any(beside.problem.ready_after(order, slot) <= latest for slot in _room(order.before, beside))


def _room(at: int, beside: Beside) -> tuple[int, ...]:
    known = beside.problem.releases[at]
    return known.options if known.settled else beside.room(at)
