"""What the runs of backfills ask of departures: each begins when its expand has soaked."""

from collections.abc import Iterator, Mapping

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rules.backfills import begins_at, done_when, minutes_of_runs
from releasetrain.domain.planner.problem import NEVER, Order
from releasetrain.domain.planner.seconds import up_to
from releasetrain.domain.planner.ties import Draft
from releasetrain.domain.stages import Stage
from releasetrain.domain.waivers import standing
from releasetrain.domain.world import Backfill


def at_the_peak(draft: Draft) -> Iterator[Order]:
    """Yield an order for each run at any hour: whether its expand's departure lets it run outside the peak."""
    for release, expand, backfill in _runs(draft):
        if backfill.at_any_hour:
            ready = {at: 0 if _is_quiet(draft, release, there) else NEVER for at, there in _places(draft, expand)}
            yield _order(draft, expand, release, "peak-hours", ready)


def unfinished(draft: Draft) -> Iterator[Order]:
    """Yield an order for each backfill that can be forecast: when the departure that rests on it may be.

    The rule only warns while it is planned, but blocks in the end.
    """
    for release, expand, backfill in _runs(draft):
        if backfill.takes is not None and backfill.is_written:
            ready = {at: _ready(draft, release, backfill, there) for at, there in _places(draft, expand)}
            yield _order(draft, expand, release, "backfill-unfinished", ready)


def _runs(draft: Draft) -> Iterator[tuple[int, int, Backfill]]:
    """Each backfill that is not verified yet, with the release that rests on it and the one that expands."""
    expands = {change.id: change.carriers.get(Stage.EXPAND) for change in draft.picture.world.changes}
    for release in draft.at:
        for backfill in draft.picture.world.of(release).backfills:
            expand = expands.get(backfill.change)
            if backfill.verified_at is None and expand not in (None, release) and draft.is_open(expand, release):
                yield release, expand, backfill


def _places(draft: Draft, expand: int) -> Iterator[tuple[int, Claim]]:
    return ((at, draft.openings.claim(expand, id)) for at, id in draft.slots_of(expand).items())


def _order(draft: Draft, expand: int, release: int, code: str, ready: Mapping[int, int]) -> Order:
    return Order(before=draft.at[expand], then=draft.at[release], code=code, ready=ready)


def _claim(draft: Draft, release: int) -> Claim:
    """The release anywhere: a run depends on where its expand rides."""
    return draft.openings.claim(release, next(iter(draft.slots_of(release).values())))


def _ready(draft: Draft, release: int, backfill: Backfill, expand: Claim) -> int:
    claim = _claim(draft, release)
    begins = begins_at(backfill, claim, Booked([expand]))
    done_at = None if begins is None else done_when(backfill, claim, begins)
    return NEVER if done_at is None else up_to(done_at)


def _is_quiet(draft: Draft, release: int, expand: Claim) -> bool:
    """Whether no run goes on at the peak, or a waiver covers it. Beside work at the peak no waiver is counted."""
    claim, beside = _claim(draft, release), Booked([expand])
    if claim.world.of(release).work:
        return not any(minutes for _, minutes in minutes_of_runs(claim, beside))
    found = conflicts.judge([claim], booked=beside, codes={"peak-hours"})
    return not standing(found, draft.picture.waivers)
