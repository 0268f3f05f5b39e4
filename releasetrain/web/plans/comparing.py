"""Two plans side by side: what each costs, and which releases they place differently."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from releasetrain.planning import queries
from releasetrain.planning.models import Move, Proposal
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.plans import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A release that the two plans place differently. A slot of None: that plan leaves it where it is."""

    release: Release
    today: Slot | None
    one: Slot | None
    other: Slot | None


@access(SIGNED_IN)
def compare(request: HttpRequest) -> HttpResponse:
    """Compare the plans ``one`` and ``other``, of one run or of two."""
    one, other = (_proposal(request, name) for name in ("one", "other"))
    found = queries.compare(one, other)
    context = {
        "one": _head(one),
        "other": _head(other),
        "sides": [_head(one), _head(other)],
        "levels": [(words.level(pair.level), words.counts(pair.level), pair) for pair in found.levels],
        "differing": _differing(found),
        "zone": request.user.zone,
    }
    return render(request, "plans/compare.html", context)


def _proposal(request: HttpRequest, name: str) -> Proposal:
    number = typed.key(request.GET.get(name))
    found = None if number is None else queries.proposal_of(request.person, number)
    if found is None:
        raise Http404
    return found


def _head(proposal: Proposal) -> dict[str, Any]:
    return {"proposal": proposal, "run": proposal.run, "aim": words.aim(proposal.aim)}


def _differing(found: queries.Comparison) -> list[Differing]:
    rows = [
        *(_row(move, one=move.new, other=None) for move in found.only_one),
        *(_row(move, one=None, other=move.new) for move in found.only_other),
        *(_row(move, one=move.new, other=otherwise.new) for move, otherwise in found.elsewhere),
    ]
    return sorted(rows, key=lambda row: (row.release.team.place, row.release.pk))


def _row(move: Move, *, one: Slot | None, other: Slot | None) -> Differing:
    return Differing(release=move.release, today=move.old, one=one, other=other)


urlpatterns = [path("plans/compare/", compare, name="plan-compare")]
