"""What is done to a release from its page: submit, withdraw, leave, take a waiver back."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.boarding.actions import riding, submitting, waiving
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains.queries import waivers_of
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.releases.reading import page, visible


def _done(request: HttpRequest, number: int, deed: Callable[[], object], said: str) -> HttpResponse:
    """Do it and go back to the release's page; a refusal stands on that page."""
    found = get_object_or_404(visible(request), pk=number)
    try:
        deed()
    except Refused as refused:
        return answer_refused(request, refused, "releases/release.html", page(request, found))
    messages.success(request, said % {"code": found.code})
    return redirect("web:release", number)


def _key(request: HttpRequest) -> UUID | None:
    """The form's one-time key: a second click does nothing more and is answered like the first."""
    return typed.one_time_key(request.POST.get("key"), deed=request.path)


@access(SIGNED_IN, post_only=True)
def submit(request: HttpRequest, number: int) -> HttpResponse:
    """Hand a release in."""
    found = get_object_or_404(visible(request), pk=number)
    try:
        came = submitting.submit(release=number, key=_key(request), by=request.user, clock=timezone.now)
    except Refused as refused:
        return answer_refused(request, refused, "releases/release.html", page(request, found))
    messages.success(request, _came_of(came, found))
    return redirect("web:release", number)


def _came_of(came: submitting.Submitted, found: Release) -> str:
    if came.slot is not None:
        return _("%(code)s is submitted and aboard.") % {"code": found.code}
    if came.refusal:
        return _("%(code)s is submitted and asks for its slot; see what is in its way.") % {"code": found.code}
    return _("%(code)s is submitted and waits.") % {"code": found.code}


@access(SIGNED_IN, post_only=True)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a release back."""
    said = {"reason": request.POST.get("reason", ""), "key": _key(request)}
    return _done(
        request,
        number,
        lambda: submitting.withdraw(release=number, by=request.user, clock=timezone.now, **said),
        _("%(code)s is withdrawn."),
    )


@access(SIGNED_IN, post_only=True)
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Give its place back."""
    said = {"reason": request.POST.get("reason", ""), "key": _key(request)}
    return _done(
        request,
        number,
        lambda: riding.leave(release=number, by=request.user, clock=timezone.now, **said),
        _("%(code)s left its slot and waits."),
    )


@access(SIGNED_IN, post_only=True)
def end_waiver(request: HttpRequest, number: int, waiver: int) -> HttpResponse:
    """Take a waiver of this release back."""
    get_object_or_404(waivers_of(number), pk=waiver)
    return _done(
        request,
        number,
        lambda: waiving.end_waiver(waiver=waiver, by=request.user, clock=timezone.now),
        _("The waiver is taken back."),
    )


urlpatterns = [
    path("releases/<int:number>/submit/", submit, name="release-submit"),
    path("releases/<int:number>/withdraw/", withdraw, name="release-withdraw"),
    path("releases/<int:number>/leave/", leave, name="release-leave"),
    path("releases/<int:number>/waivers/<int:waiver>/end/", end_waiver, name="waiver-end"),
]
