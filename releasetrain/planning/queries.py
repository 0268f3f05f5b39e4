"""Questions about plans."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.picture import Picture
from releasetrain.outbox import queries as outbox
from releasetrain.planning import judging
from releasetrain.planning.judging import Gone
from releasetrain.planning.models import Move, PlanRun, Proposal
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Calendar, Request

__all__ = [
    "Comparison",
    "Gone",
    "LevelPair",
    "closed_with",
    "compare",
    "difference",
    "is_lost",
    "no_longer_holds",
    "picture_of",
    "proposal_of",
    "revision",
    "visible_to",
    "who_asks",
    "with_proposals",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPair:
    """A level of two plans side by side; None: the plan was not measured by it."""

    level: str
    one: int | None
    other: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two proposals side by side: levels, moves that only one of them makes, and releases that get other slots."""

    levels: tuple[LevelPair, ...]
    only_one: tuple[Move, ...]
    only_other: tuple[Move, ...]
    elsewhere: tuple[tuple[Move, Move], ...]


def visible_to(person: Person | None) -> QuerySet[PlanRun]:
    """Return the runs that ``person`` may see, latest first, with who asked: all but those thrown away."""
    runs = PlanRun.objects.filter(thrown_away_at__isnull=True).select_related("asked_by", "cancelled_by")
    return runs if may(person, Permission.SEE) else runs.none()


def with_proposals(runs: QuerySet[PlanRun]) -> QuerySet[PlanRun]:
    """Return the runs with their ``trains``, and their ``proposals`` with ``moves_count`` and ``applied_count``."""
    return runs.prefetch_related("trains", Prefetch("proposals", queryset=_counted()))


def _counted() -> QuerySet[Proposal]:
    done = Q(moves__applied_at__isnull=False)
    counts = {"moves_count": Count("moves"), "applied_count": Count("moves", filter=done)}
    return Proposal.objects.select_related("applied_by").annotate(**counts).order_by("pk")


def proposal_of(person: Person | None, proposal: int) -> Proposal | None:
    """Return a proposal with its run and the counts of ``with_proposals``, if ``person`` may see it; one query."""
    seen = visible_to(person).values("pk")
    return _counted().select_related("run__asked_by").filter(run__in=seen, pk=proposal).first()


def difference(proposal: Proposal) -> list[Move]:
    """Return the moves of a proposal in the order of departure, with release, team, and both slots with their trains.

    One query, however many there are.
    """
    moves = proposal.moves.select_related("release__team", "old__train", "new__train")
    return list(moves.order_by("new_start_at", "pk"))


def no_longer_holds(proposal: Proposal, *, now: datetime, chosen: Collection[int] | None = None) -> list[Gone]:
    """Return the moves (of ``chosen``, None: all) that are not applied and cannot be made any more, each with why.

    The others can be made together. The calendar as it is now is asked with the rules themselves; a constant number of
    queries.
    """
    open_moves = [move for move in difference(proposal) if move.applied_at is None]
    moves = [move for move in open_moves if chosen is None or move.release_id in chosen]
    return judging.gone(moves, picture_of(moves, now=now), asking=who_asks(moves))


def picture_of(moves: Iterable[Move], *, now: datetime) -> Picture:
    """Return the calendar as far as it matters to these moves."""
    releases, slots = {move.release_id for move in moves}, {move.new for move in moves if move.new is not None}
    return trains.picture(releases=releases, slots=slots, now=now)


def who_asks(moves: Iterable[Move]) -> frozenset[int]:
    """Return the releases among these that ask for a place now."""
    asking = Request.objects.filter(ended_at__isnull=True, asked_at__isnull=False)
    return frozenset(asking.filter(release__in=[move.release_id for move in moves]).values_list("release", flat=True))


def closed_with(proposal: Proposal, chosen: Collection[int]) -> frozenset[int]:
    """Return the chosen releases and all whose moves theirs rest on, without what is applied; one query."""
    return judging.closed(proposal.moves.all(), chosen)


def revision() -> int:
    """Return the calendar's revision now: a plan with an older one is judged anew."""
    return Calendar.objects.values_list("revision", flat=True).get()


def compare(one: Proposal, other: Proposal) -> Comparison:
    """Return two proposals side by side; two queries."""
    mine, theirs = ({move.release_id: move for move in difference(each)} for each in (one, other))
    both = [(mine[release], theirs[release]) for release in mine if release in theirs]
    return Comparison(
        levels=_side_by_side(one, other),
        only_one=tuple(move for release, move in mine.items() if release not in theirs),
        only_other=tuple(move for release, move in theirs.items() if release not in mine),
        elsewhere=tuple((a, b) for a, b in both if a.new_id != b.new_id),
    )


def _side_by_side(one: Proposal, other: Proposal) -> tuple[LevelPair, ...]:
    mine, theirs = ({said["level"]: said["value"] for said in each.levels} for each in (one, other))
    names = dict.fromkeys((*mine, *theirs))
    return tuple(LevelPair(level=name, one=mine.get(name), other=theirs.get(name)) for name in names)


def is_lost(run: PlanRun) -> bool:
    """Return whether no worker will do the run any more: its work failed too often."""
    return not run.is_over and run.message is not None and outbox.dead().filter(pk=run.message).exists()
