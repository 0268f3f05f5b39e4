"""Waiting on me: everything that waits on the reader with the reason, and the whole case of the one that is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain import review_wording as words
from releasetrain.boarding.journeys import Journey, journey
from releasetrain.boarding.stages import StageMark, stages_of
from releasetrain.domain.policies import SQL
from releasetrain.releases.models import Release
from releasetrain.reviews.queries.inbox import Inbox, Waiting, Why, waiting_on
from releasetrain.reviews.queries.whole import whole
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.live.unchanged import followed, noted_stamp, unless_unchanged
from releasetrain.web.releases.reading import visible
from releasetrain.web.reviews.gates import GateLine, form_of, lines
from releasetrain.web.reviews.matrix import matrix_of
from releasetrain.web.sql.reading import Accepting, Shown, accepting, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A line of the list."""

    waiting: Waiting
    stage: StageMark | None
    why: str
    is_open: bool = False

    @property
    def address(self) -> str:
        """Where it is opened."""
        return f"?case={self.waiting.gate.release_id}&gate={self.waiting.gate.code}"


@access(SIGNED_IN)
@unless_unchanged
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits on the reader, the oldest first, and open one."""
    number, gate = typed.key(request.GET.get("case")), request.GET.get("gate", "")
    template = "reviews/inbox.html#inbox" if request.htmx else "reviews/inbox.html"
    return render(request, template, page(request, number=number, gate=gate))


def page(request: HttpRequest, *, number: int | None, gate: str, **more: Any) -> dict[str, Any]:
    """Return what the page shows; ``number`` and ``gate``: what is open, else the first that waits."""
    noted_stamp(request)
    now = timezone.now()
    found = waiting_on(request.user, now=now)
    every = [*found.mine, *found.with_author]
    opened = next((one for one in every if one.name == (number, gate)), found.mine[0] if found.mine else None)
    stages = stages_of({one.gate.release_id for one in every})
    shown = {one.name: _line(one, stages, one is opened) for one in every}
    at = resolve_url("web:waiting") + (shown[opened.name].address if opened else "")
    return {
        "live": followed(request, ["reviews", "setup"], at=at),
        "mine": [shown[one.name] for one in found.mine],
        "with_author": [shown[one.name] for one in found.with_author],
        "inbox": found,
        "opened": _opened(request, opened, found, more) if opened else None,
        "show_decided": "decided" in request.GET,
        "now": now,
        "zone": request.user.zone,
        **more,
    }


def _line(one: Waiting, stages: Mapping[int, StageMark], is_open: bool) -> CaseLine:
    stage = stages.get(one.gate.release_id)
    return CaseLine(waiting=one, stage=stage, why=why(one, stage), is_open=is_open)


def why(one: Waiting, stage: StageMark | None) -> str:
    """Return in one line why it is the reader's."""
    name = words.gate_name(one.gate.code, one.gate.name)
    match one.why:
        case Why.WORK if one.gate.code == SQL:
            return _("SQL review: what is found in the SQL must be changed")
        case Why.WORK:
            return _("%(gate)s: “%(asked)s”") % {"gate": name, "asked": one.asked}
        case Why.TICK:
            return _("%(gate)s: a condition is not ticked") % {"gate": name}
        case Why.TRY:
            return _("A client of yours is not tried")
    if one.gate.turn == "author":
        return _("You asked: %(asked)s") % {"asked": one.asked}
    stages = [stage.stage.value] if stage else []
    return words.because(one.because, gate=name, size=one.gate.release.size, stages=stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The case that is open: the release, its gate, what was said, and where it stands in the list."""

    waiting: Waiting
    release: Release
    journey: Journey
    line: GateLine | None
    others: list[GateLine]
    form: Mapping[str, Any]
    mine: Any
    matrix: Any
    scripts: list[Shown]
    accept: Accepting
    risk: str
    place: int
    before: str
    after: str


def _opened(request: HttpRequest, one: Waiting, found: Inbox, more: Mapping[str, Any]) -> Opened | None:
    release = visible(request).filter(pk=one.gate.release_id).first()
    if release is None:
        return None
    now = timezone.now()
    full = whole(release.pk, now=now)
    every = lines(full, request.person)
    line = next((gate for gate in every if gate.gate.row.code == one.gate.code), None)
    scripts = shown(release.schema_stages.all())
    place = next((n for n, other in enumerate(found.mine) if other.name == one.name), 0)
    return Opened(
        waiting=one,
        release=release,
        journey=journey(release, now=now),
        line=line,
        others=[gate for gate in every if gate is not line],
        form=form_of(line, full, typed=more.get("typed"), next="inbox") if line else {},
        mine=next((said for said in line.said if said.word.by.pk == request.user.pk), None) if line else None,
        matrix=matrix_of(full.case),
        scripts=scripts,
        accept=accepting(full.case, scripts, request.person, more.get("typed")),
        risk=words.risk(full.case.review.risk),
        place=place + 1,
        before=_address(found.mine[place - 1]) if place > 0 else "",
        after=_address(found.mine[place + 1]) if place + 1 < len(found.mine) else "",
    )


def _address(one: Waiting) -> str:
    return f"?case={one.gate.release_id}&gate={one.gate.code}"


def next_after(request: HttpRequest, number: int, gate: str) -> str:
    """Return where the next case is, once something was said on this one."""
    waits = [one for one in waiting_on(request.user, now=timezone.now()).mine if one.name != (number, gate)]
    return resolve_url("web:waiting") + (_address(waits[0]) if waits else "")


urlpatterns = [path("waiting/", waiting, name="waiting")]
