"""Questions about plans."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.planning.models import Move, PlanRun, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A move that cannot be made any more, by code.

    "moved": the release rides elsewhere than the plan found it, or asks no more; "withdrawn", "rolled-back",
    "has-departed", "needs-a-word", "slot-departed", "slot-skipped", "slot-closed", "before-earliest"; "conflict": the
    rules refuse it now, with what they say.
    """

    release: int
    code: str
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPair:
    """A level of two plans side by side; None: the plan was not measured by it."""

    level: str
    one: int | None
    other: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two proposals side by side: their levels, moves that only one of them makes, and releases that get other slots."""

    levels: tuple[LevelPair, ...]
    only_one: tuple[Move, ...] = ()
    only_other: tuple[Move, ...] = ()
    elsewhere: tuple[tuple[Move, Move], ...] = field(default=())


def visible_to(person: Person | None) -> QuerySet[PlanRun]:
    """Return the runs that ``person`` may see, latest first, with who asked: everybody's who is signed in, thrown away
    ones not."""
    runs = PlanRun.objects.filter(thrown_away_at__isnull=True).select_related("asked_by", "cancelled_by")
    return runs if may(person, Permission.SEE) else runs.none()


def with_proposals(runs: QuerySet[PlanRun]) -> QuerySet[PlanRun]:
    """Return the runs with their trains, and their proposals with how many ``moves_count`` and ``applied_count``."""
    raise NotImplementedError


def proposal_of(person: Person | None, proposal: int) -> Proposal | None:
    """Return a proposal with its run, if ``person`` may see it."""
    raise NotImplementedError


def difference(proposal: Proposal) -> list[Move]:
    """Return the moves of a proposal in the order of departure, with release, team, and both slots with their trains;
    one query, however many there are."""
    raise NotImplementedError


def no_longer_holds(proposal: Proposal, *, now: datetime, chosen: Collection[int] | None = None) -> list[Gone]:
    """Return the moves (of ``chosen``, None: all) that are not applied and could not be made now, each with why.

    The calendar as it is now is asked with the rules themselves; a constant number of queries.
    """
    raise NotImplementedError


def closed_with(proposal: Proposal, chosen: Collection[int]) -> frozenset[int]:
    """Return the chosen releases and all whose moves theirs rest on, without what is applied; one query."""
    raise NotImplementedError


def revision() -> int:
    """Return the calendar's revision now: a run with an older one is re-judged."""
    raise NotImplementedError


def compare(one: Proposal, other: Proposal) -> Comparison:
    """Return two proposals side by side; two queries."""
    raise NotImplementedError


def is_lost(run: PlanRun) -> bool:
    """Return whether no worker will do the run any more: its message is dead."""
    raise NotImplementedError
