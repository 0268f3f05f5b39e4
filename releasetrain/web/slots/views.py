"""Show a departure, and report what happened to who rode it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.rollouts import actions as rollouts
from releasetrain.trains.models import Outcome
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.live.unchanged import unless_unchanged
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.slots.page import known, page


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest, slot: int) -> HttpResponse:
    """Show one departure."""
    template = "slots/slot.html#departure" if request.htmx else "slots/slot.html"
    return render(request, template, page(request, known(slot)))


@access(Permission.DEPART, post_only=True)
def report(request: HttpRequest, slot: int, number: int) -> HttpResponse:
    """Say what happened to a rider: departed, not departed or rolled back."""
    found = known(slot)
    try:
        said = _report(request, slot, number)
    except Refused as refused:
        return answer_refused(request, refused, "slots/slot.html", page(request, found))
    messages.success(request, said % {"code": f"RT-{number}"})
    return redirect("web:slot", slot)


def _report(request: HttpRequest, slot: int, number: int) -> str:
    reason, key = request.POST.get("reason", ""), typed.one_time_key(request.POST.get("key"), deed=request.path)
    common = {"slot": slot, "key": key, "by": request.user, "clock": timezone.now}
    match request.POST.get("said"):
        case Outcome.Kind.NOT_DEPARTED:
            rollouts.not_departed(release=number, reason=reason, **common)
            return _("%(code)s did not depart and waits again.")
        case Outcome.Kind.ROLLED_BACK:
            rollouts.rolled_back(release=number, reason=reason, **common)
            return _("%(code)s is rolled back and waits for being submitted again.")
    zone = ZoneInfo(request.user.zone)
    started, finished = (
        typed.instant_or_refuse(request.POST.get(name, ""), zone) for name in ("started_at", "finished_at")
    )
    rollouts.departed(release=number, started_at=started, finished_at=finished, **common)
    return _("%(code)s departed.")


urlpatterns = [
    path("slots/<int:slot>/", show, name="slot"),
    path("slots/<int:slot>/releases/<int:number>/report/", report, name="slot-report"),
]
