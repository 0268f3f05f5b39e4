"""Hold the train of a board and restart it, in place."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.actions import holding
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.board.views import answer, done, train_of
from releasetrain.web.refusals import status_of
from releasetrain.wording import refusal


@access(Permission.HOLD, post_only=True)
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop it."""
    return _done(request, slug, "hold", holding.hold_train, _("The train is held."))


@access(Permission.HOLD, post_only=True)
def restart(request: HttpRequest, slug: str) -> HttpResponse:
    """Let it go again."""
    return _done(request, slug, "restart", holding.restart_train, _("The train goes again."))


def _done(request: HttpRequest, slug: str, deed: str, verb: Callable[..., None], words: Promise) -> HttpResponse:
    train, reason = train_of(request, slug), request.POST.get("reason", "")
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    try:
        verb(train=train.pk, reason=reason, by=request.user, clock=timezone.now, key=key)
    except Refused as refused:
        said = {"refused_deed": deed, "reason": reason, "refusal": refusal(refused)}
        return answer(request, train_of(request, slug), status=status_of(refused), more=said)
    messages.success(request, words)
    return done(request, train_of(request, slug))


urlpatterns = [
    path("trains/<slug:slug>/hold/", hold, name="board-hold"),
    path("trains/<slug:slug>/restart/", restart, name="board-restart"),
]
