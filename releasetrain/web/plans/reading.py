"""Plans as their pages need them; a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from releasetrain.planning import queries
from releasetrain.planning.asked import Asked, read
from releasetrain.planning.models import Move, PlanRun, Proposal
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot
from releasetrain.web.plans import words
from releasetrain.web.templatetags.times import moment_in

MOST_OTHERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A run with its proposals, the moves of the chosen one, and whatever they name."""

    run: PlanRun
    asked: Asked
    proposals: list[Proposal]
    proposal: Proposal | None
    moves: list[Move]
    slots: dict[int, Slot]
    releases: dict[int, Release]


def known(request: HttpRequest, run: int) -> PlanRun:
    """Return the run; one that the reader may not see or that was thrown away is not found."""
    return get_object_or_404(queries.with_proposals(queries.visible_to(request.person)), pk=run)


def rows(run: PlanRun, *, aim: str = "") -> Rows:
    """Return what a run's page shows; ``aim``: which of its plans, else the one that was applied, else the middle."""
    found, asked = list(run.proposals.all()), read(run.asked)
    chosen = _chosen(found, aim)
    moves = queries.difference(chosen) if chosen else []
    slots = {one.pk: one for move in moves for one in (move.old, move.new) if one is not None}
    releases = named({*_mentioned(run), *asked.releases})
    return Rows(run=run, asked=asked, proposals=found, proposal=chosen, moves=moves, slots=slots, releases=releases)


def latest(*, besides: PlanRun) -> list[tuple[int, str]]:
    """Return plans of the runs before and after, with which one can be compared: id and name."""
    kept = Proposal.objects.filter(run__thrown_away_at=None).exclude(run=besides).select_related("run")
    zone = timezone.get_current_timezone()
    return [
        (one.pk, f"{moment_in(one.run.asked_at, zone)}: {words.aim(one.aim)}")
        for one in kept.order_by("-pk")[:MOST_OTHERS]
    ]


def _chosen(found: list[Proposal], aim: str) -> Proposal | None:
    if aim and not any(one.aim == aim for one in found):
        raise Http404
    if not found:
        return None
    applied = next((one for one in found if one.applied_at), None)
    return next((one for one in found if one.aim == aim), applied or found[len(found) // 2])


def named(ids: Iterable[int]) -> dict[int, Release]:
    """Return the releases that sentences name."""
    wanted = set(ids)
    return Release.objects.select_related("team").in_bulk(wanted) if wanted else {}


def _mentioned(run: PlanRun) -> set[int]:
    """Whom the page shows beside the moves: who was left out, and who contradicts whom."""
    contradicting = {release for clash in clashes(run) for release in clash.get("releases", ())}
    return contradicting | {left["release"] for left in run.left_out}


def clashes(run: PlanRun) -> list[dict[str, Any]]:
    """Return the facts that contradict each other, as they are kept."""
    return list((run.contradiction or {}).get("clashes", ()))
