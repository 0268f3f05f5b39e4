"""Accept what the review of the SQL warns of, and take that back: on the release's page, and on "waiting on me"."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.accepting import Warned, accept, take_back
from releasetrain.schema.models import Acceptance, SchemaStage
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.releases.reading import page, visible
from releasetrain.web.reviews import inbox
from releasetrain.web.reviews.saying import INBOX


@access(SIGNED_IN, post_only=True)
def accept_ticked(request: HttpRequest, number: int) -> HttpResponse:
    """Accept what is ticked for one reason."""
    found = get_object_or_404(visible(request), pk=number)
    ticked, reason = request.POST.getlist("warned"), request.POST.get("reason", "")
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    said = {"warned": list(_warned(ticked)), "reason": reason, "key": key}

    def deed() -> None:
        accept(release=number, by=request.user, clock=timezone.now, **said)

    kept = {"warned": ticked, "accepted_because": reason}
    return _do(request, found, deed, _("Accepted in %(code)s."), kept)


def _warned(ticked: Iterable[str]) -> Iterable[Warned]:
    """What was ticked; what cannot be read is a finding that is not there."""
    for one in ticked:
        stage, _colon, rest = one.partition(":")
        rule, _colon, mark = rest.partition(":")
        yield Warned(stage=typed.key(stage) or 0, rule=rule[:60], mark=mark[:128])


@access(SIGNED_IN, post_only=True)
def take_acceptance_back(request: HttpRequest, acceptance: int) -> HttpResponse:
    """Take one back."""
    held = get_object_or_404(Acceptance, pk=acceptance)
    carrier = SchemaStage.objects.filter(change=held.change_id, stage=held.stage).values("release")
    found = get_object_or_404(visible(request), pk__in=carrier)

    def deed() -> None:
        take_back(acceptance=acceptance, by=request.user, clock=timezone.now)

    return _do(request, found, deed, _("Taken back in %(code)s."), {})


def _do(
    request: HttpRequest, found: Release, deed: Callable[[], object], words: str, kept: dict[str, Any]
) -> HttpResponse:
    """Do it and go back to where it was said; a refusal stands there, and what was typed."""
    from_inbox = request.POST.get("next") == INBOX
    gate = request.POST.get("gate", "")
    try:
        deed()
    except Refused as refused:
        template = "reviews/inbox.html" if from_inbox else "releases/release.html"
        shown = inbox.page(request, number=found.pk, gate=gate, typed=kept) if from_inbox else None
        return answer_refused(request, refused, template, shown or page(request, found, typed=kept))
    messages.success(request, words % {"code": found.code})
    if from_inbox:
        return redirect(resolve_url("web:waiting") + f"?case={found.pk}&gate={gate}")
    return redirect(resolve_url("web:release", found.pk) + "#h-sql")


urlpatterns = [
    path("releases/<int:number>/accept/", accept_ticked, name="release-accept"),
    path("acceptances/<int:acceptance>/take-back/", take_acceptance_back, name="acceptance-take-back"),
]
