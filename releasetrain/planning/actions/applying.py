"""Apply a plan: all of its moves or some, in one step or not at all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding.actions.rebooking import Hand, rebook
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, require
from releasetrain.domain.picture import Picture
from releasetrain.planning import asked as asking
from releasetrain.planning import judging, queries
from releasetrain.planning.judging import Gone
from releasetrain.planning.models import Move, PlanRun, Proposal
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]


@retried
def apply(
    *,
    proposal: int,
    chosen: Collection[int] | None = None,
    by: User,
    clock: Clock,
    key: UUID | None = None,
    seen: int | None = None,
) -> frozenset[int]:
    """Move the releases of a proposal to where it wants them, all at once, and return whom; or raise ``Refused``.

    ``chosen``: of which releases, None: of all that are not applied yet. A choice that rests on moves that were not
    chosen is refused ("plan-needs-others" with ``releases``: what is missing); so is what no longer holds
    ("plan-no-longer-holds" with ``gone``: [{release, code, on}] and the conflicts, see ``queries.no_longer_holds``).
    ``seen``: how many of its moves were applied when the page was made; if others were since, it is refused
    ("plan-applied-since"). For release managers; once per ``key``.
    """
    with locked_calendar():
        who = person(by)
        require(who, Permission.PLAN)
        if (done := log.result_of(key, by=by.pk)) is not None:
            return frozenset(done)
        wanted, now = _to_be_applied(proposal), clock()
        every = queries.difference(wanted)
        moves = _chosen(every, chosen, seen)
        _allowed(who, moves)
        _move(wanted, moves, every, by=by, now=now)
        audit.keep_result(key, by=by.pk, result=sorted(move.release_id for move in moves))
        return frozenset(move.release_id for move in moves)


def _to_be_applied(proposal: int) -> Proposal:
    """The proposal of a search that is over, locked, so that a page thrown away meanwhile applies nothing."""
    found = Proposal.objects.select_related("run").select_for_update().filter(pk=proposal).first()
    if found is None or found.run.thrown_away_at is not None:
        raise Refused("no-such-plan")
    if found.run.state != PlanRun.State.DONE:
        raise Refused("plan-not-done")
    if asking.read(found.run.asked).tried:
        raise Refused("plan-only-tried")
    return found


def _chosen(every: Sequence[Move], chosen: Collection[int] | None, seen: int | None) -> list[Move]:
    """The moves to make, in the order of departure."""
    if seen is not None and seen != sum(move.applied_at is not None for move in every):
        raise Refused("plan-applied-since")
    if chosen is not None and (unknown := set(chosen) - {move.release_id for move in every}):
        raise Refused("plan-no-such-move", details={"release": min(unknown)})
    moves = [move for move in every if move.applied_at is None and (chosen is None or move.release_id in chosen)]
    if not moves:
        raise Refused("plan-nothing-to-apply")
    taken = {move.release_id for move in moves}
    _refuse_without(judging.closed(every, taken) - taken)
    return moves


def _refuse_without(missing: Collection[int]) -> None:
    if missing:
        raise Refused("plan-needs-others", details={"releases": sorted(missing)})


def _allowed(who: Person | None, moves: Sequence[Move]) -> None:
    for team in {move.release.team_id for move in moves}:
        require(who, Permission.BOOK, team=team)


def _move(wanted: Proposal, moves: Sequence[Move], every: Sequence[Move], *, by: User, now: datetime) -> None:
    picture = queries.picture_of(moves, now=now)
    if gone := judging.gone(moves, picture, asking=queries.who_asks(moves)):
        _refuse(gone, moves, every, now)
    changes = {move.release_id: move.new_id for move in moves if not _is_there(move, picture)}
    why = {move.release_id: _why(wanted, move) for move in moves}
    rebook(changes, hand=Hand(at=now, by=by.pk), picture=picture, because=why)
    _mark(wanted, moves, every, by=by, now=now)


def _is_there(move: Move, picture: Picture) -> bool:
    place = picture.places.get(move.release_id)
    return place is not None and place.slot == move.new_id


def _why(wanted: Proposal, move: Move) -> Mapping[str, Any]:
    """What is kept with the move, and told: the plan, and why it moves this one."""
    reason = {name: move.reason.get(name) for name in ("rule", "releases", "amounts") if move.reason.get(name)}
    return {"code": "planned", "plan": wanted.run_id, "aim": wanted.aim, "why": move.reason.get("code", ""), **reason}


def _mark(wanted: Proposal, moves: Sequence[Move], every: Sequence[Move], *, by: User, now: datetime) -> None:
    """A proposal is applied once all of it is."""
    Move.objects.filter(pk__in=[move.pk for move in moves]).update(applied_at=now)
    done = {move.pk for move in moves} | {move.pk for move in every if move.applied_at is not None}
    if len(done) == len(every):
        Proposal.objects.filter(pk=wanted.pk).update(applied_at=now, applied_by=by)
    facts = {"aim": wanted.aim, "moves": len(moves), "of": len(every)}
    audit.record("plan.applied", subject=f"plan:{wanted.run_id}", by=by.pk, at=now, **facts)


def _refuse(gone: Sequence[Gone], moves: Sequence[Move], every: Sequence[Move], now: datetime) -> None:
    """Say what else must move along, if that would do; else what no longer holds."""
    taken = {move.release_id for move in moves}
    open_moves = [move for move in every if move.applied_at is None]
    if len(open_moves) > len(moves) and all(one.code in ("conflict", "rests-on") for one in gone):
        wider = judging.widened(open_moves, taken, queries.picture_of(open_moves, now=now))
        _refuse_without((wider or frozenset()) - taken)
    conflicts = dict.fromkeys(conflict for one in gone for conflict in one.conflicts)
    said = [{"release": one.release, "code": one.code, "on": list(one.on)} for one in gone]
    raise Refused("plan-no-longer-holds", conflicts=tuple(conflicts), details={"gone": said})
