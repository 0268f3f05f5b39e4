"""Plans as rows: a run that is done, with one proposal and its moves, as a worker would have left them."""

from collections.abc import Mapping, Sequence
from typing import Any

from releasetrain.planning.models import Move, PlanRun, Proposal
from releasetrain.releases.models import Release
from releasetrain.teams.models import User
from releasetrain.trains.models import Slot
from tests.factories import NOW
from tests.riding import place_of


def create_run(*, by: User, state: str = PlanRun.State.DONE, **facts: Any) -> PlanRun:
    """A run that ended as it began; one that has not ended if its ``state`` says so."""
    over = state not in (PlanRun.State.WAITING, PlanRun.State.RUNNING)
    known = {"kind": PlanRun.Kind.PLAN, "asked_at": NOW, "revision": 0, "finished_at": NOW if over else None}
    return PlanRun.objects.create(asked_by=by, state=state, **{**known, **facts})


def propose(
    moves: Mapping[Release, Slot],
    *,
    by: User,
    run: PlanRun | None = None,
    aim: str = "fewest-moves",
    needs: Mapping[Release, Sequence[Release]] | None = None,
    levels: Sequence[Mapping[str, Any]] = (),
) -> Proposal:
    """A proposal that moves each release from where it rides to a slot."""
    proposal = Proposal.objects.create(run=run or create_run(by=by), aim=aim, levels=list(levels))
    for release, slot in moves.items():
        needed = [other.pk for other in (needs or {}).get(release, ())]
        Move.objects.create(
            proposal=proposal,
            release=release,
            old_id=place_of(release),
            new=slot,
            new_start_at=slot.start_at,
            reason={"code": "boards" if place_of(release) is None else "in-time", "amounts": {"days": 2}},
            needs=needed,
        )
    return proposal
