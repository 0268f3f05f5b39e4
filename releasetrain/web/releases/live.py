"""The side of the form while it is filled in: risk, gates, and what stands against the slot. Writes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain import review_wording as words
from releasetrain import wording
from releasetrain.boarding import queries
from releasetrain.boarding.previews import Preview, preview
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Named, sentence, sides
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, may, teams_where
from releasetrain.domain.policies import SQL
from releasetrain.domain.risk import Source
from releasetrain.domain.sql.values import Severity
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Review
from releasetrain.reviews.queries.risks import risk_json
from releasetrain.schema.models import SchemaChange
from releasetrain.teams.models import Team
from releasetrain.trains.models import Slot
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.releases.forms import ReleaseForm, answers_in
from releasetrain.web.releases.reading import visible
from releasetrain.web.sql.reading import Said, in_words


@access(Permission.DRAFT, post_only=True)
def live(request: HttpRequest) -> HttpResponse:
    """Answer with the side panel for what is typed by now; what cannot be read yet is passed over."""
    return render(request, "releases/live.html", side(request, request.POST))


def side(request: HttpRequest, said: Mapping[str, str]) -> dict[str, Any]:
    """Return what the side panel shows for a form as it is."""
    release = _release(request, typed.key(said.get("of")))
    team = release.team if release else _team(request, typed.key(said.get("team")))
    if team is None:
        return {"preview": None}
    fields = ReleaseForm(said, own=release and release.pk).as_far_as_it_goes(
        ReleaseFields.of(queries.release(release.pk)) if release else None
    )
    slot, train = _wanted(release, said)
    facts = {"team": team, "now": timezone.now(), "answers": answers_in(said)}
    return _shown(request, preview(fields, release=release, slot=slot, train=train, **facts))


def side_of(request: HttpRequest, number: int) -> dict[str, Any]:
    """Return the side panel of a release as it is."""
    release = _release(request, number)
    if release is None:
        raise Http404
    slot, train = _wanted(release, {})
    fields = ReleaseFields.of(queries.release(number))
    facts = {"team": release.team, "now": timezone.now(), "answers": _answers_of(release)}
    return _shown(request, preview(fields, release=release, slot=slot, train=train, **facts))


def _answers_of(release: Release) -> dict[str, str]:
    known = Review.objects.filter(release=release).values_list("answers", flat=True).first()
    return known or {}


def _release(request: HttpRequest, number: int | None) -> Release | None:
    if number is None:
        return None
    found = get_object_or_404(visible(request), pk=number)
    if not may(request.person, Permission.EDIT, team=found.team_id):
        raise Http404
    return found


def _team(request: HttpRequest, id: int | None) -> Team | None:
    """The team that was chosen, of those for which the reader may write a release."""
    team = Team.objects.filter(pk=id or next(iter(request.person.teams), None)).first()
    return team if team and teams_where(request.person, Permission.DRAFT, among=[team.pk]) else None


def _wanted(release: Release | None, said: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The slot it rides in, asks for or was chosen for it, and the train."""
    if release is None:
        slot = typed.key(said.get("slot")) if said.get("wants") == "this" else None
        return slot, typed.key(said.get("train"))
    booking, request = queries.booking_or_none(release.pk), queries.request_or_none(release.pk)
    slot: Slot | None = booking.slot if booking else request.slot if request else None
    is_ahead = slot is not None and slot.start_at > timezone.now()
    return slot.pk if slot and is_ahead else None, request.train_id if request else None


def _shown(request: HttpRequest, found: Preview) -> dict[str, Any]:
    known = risk_json(found.risk, revision=0)
    questions = {one.code: one.words for one in found.scale.questions}
    sources = [
        {
            "name": words.SOURCES[source.value],
            "score": found.risk.by_source[source],
            "wins": source is found.risk.source and found.risk.score > 0,
            "reasons": words.reasons(_plain(known), questions, source=source.value),
        }
        for source in Source
    ]
    gates = [(words.gate_name(one.code, one.name), words.ROLES.get(one.role, one.role)) for one in found.gates]
    if any(step.sql.strip() for step in found.findings):
        gates.append((words.gate_name(SQL), _("while nothing in it blocks")))
    return {
        "preview": found,
        "risk": words.risk(known),
        "sources": sources,
        "needs_gates": gates,
        "found_in": _found(found),
        "against": _against(request, found),
        "refusal_words": wording.refusal(Refused(found.refusal)) if found.refusal else "",
        "zone": request.user.zone,
    }


def _found(found: Preview) -> list[tuple[str, list[Said]]]:
    """What the review finds in each stage that is typed, but for what it praises."""
    known = SchemaChange.objects.in_bulk({step.change for step in found.findings})
    return [
        (
            f"{known[step.change].name}, {words.STAGES[step.stage]}",
            [in_words(one) for one in findings if one.severity is not Severity.CLEAR],
        )
        for step, findings in sorted(found.findings.items())
        if step.sql.strip() and step.change in known
    ]


def _plain(known: Mapping[str, Any]) -> dict[str, Any]:
    reasons = [{**one, "source": one["source"].value} for one in known["reasons"]]
    return {**known, "reasons": reasons}


def _against(request: HttpRequest, found: Preview) -> list[tuple[str, str]]:
    if not found.conflicts:
        return []
    seen = Release.objects.filter(pk__in=sides(found.conflicts, SideKind.RELEASE) - {found.release})
    called = names(seen, zone=ZoneInfo(request.user.zone), picture=found.picture, conflicts=found.conflicts)
    itself = {found.release: Named(code=_("This release"))}
    called = replace(called, releases={**called.releases, **itself})
    return [(sentence(one, of=found.release, names=called), one.code) for one in found.conflicts]


urlpatterns = [path("releases/live/", live, name="release-live")]
