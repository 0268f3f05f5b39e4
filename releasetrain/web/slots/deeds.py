"""What a release manager decides about a departure: skip it, let it go after all, hold its train, restart it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.actions import holding, skipping
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.slots.page import known, page

Verb = Callable[..., None]


def said(request: HttpRequest) -> dict[str, Any]:
    """Return what every such form says: why, by whom, and the key that lets a second click do nothing more."""
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    return {"reason": request.POST.get("reason", ""), "by": request.user, "clock": timezone.now, "key": key}


@access(Permission.SET_UP_TRAINS, post_only=True)
def skip(request: HttpRequest, slot: int) -> HttpResponse:
    """Let it not take place."""
    return _done(request, slot, "skip", skipping.skip_slot, _("The departure is skipped. Who rode it waits again."))


@access(Permission.SET_UP_TRAINS, post_only=True)
def reopen(request: HttpRequest, slot: int) -> HttpResponse:
    """Let it take place after all."""
    return _done(request, slot, "reopen", skipping.reopen_slot, _("The departure goes after all."))


@access(Permission.HOLD, post_only=True)
def hold(request: HttpRequest, slot: int) -> HttpResponse:
    """Hold its train."""
    return _done(request, slot, "hold", holding.hold_train, _("The train is held."), of_train=True)


@access(Permission.HOLD, post_only=True)
def restart(request: HttpRequest, slot: int) -> HttpResponse:
    """Let its train go again."""
    return _done(request, slot, "restart", holding.restart_train, _("The train goes again."), of_train=True)


def _done(
    request: HttpRequest, slot: int, deed: str, verb: Verb, words: Promise, *, of_train: bool = False
) -> HttpResponse:
    found = known(slot)
    try:
        verb(**({"train": found.train_id} if of_train else {"slot": slot}), **said(request))
    except Refused as refused:
        context = page(request, known(slot)) | {"refused_deed": deed, "reason": request.POST.get("reason", "")}
        return answer_refused(request, refused, "slots/slot.html", context)
    messages.success(request, words)
    return redirect("web:slot", slot)


urlpatterns = [
    path("slots/<int:slot>/skip/", skip, name="slot-skip"),
    path("slots/<int:slot>/reopen/", reopen, name="slot-reopen"),
    path("slots/<int:slot>/hold/", hold, name="slot-hold"),
    path("slots/<int:slot>/restart/", restart, name="slot-restart"),
]
