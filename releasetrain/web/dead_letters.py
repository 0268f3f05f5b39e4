"""Work in the background that failed for good: what it was, why, and once more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.domain.permissions import Permission
from releasetrain.notices.models import Digest, Notice
from releasetrain.operating import actions as operating
from releasetrain.outbox import queries as outbox
from releasetrain.outbox.models import Message
from releasetrain.trains.models import Slot, Train
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.templatetags.times import moment_in
from releasetrain.work_wording import event_in_words

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What a piece of work is about: its name, and its page if it has one."""

    name: str
    href: str = ""


@access(Permission.OPERATE)
def show(request: HttpRequest) -> HttpResponse:
    """Show what failed for good, the latest first, and how much of each event there is."""
    rows = list(outbox.dead()[:SHOWN])
    things = _things(rows, request.user.zone)
    events = [(event_in_words(one.event), one) for one in outbox.dead_by_event()]
    context = {
        "events": events,
        "letters": [(event_in_words(row.event), row, _about(row.payload, things)) for row in rows],
        "more": max(0, sum(one.dead for _words, one in events) - len(rows)),
        "zone": request.user.zone,
    }
    return render(request, "dead_letters/list.html", context)


@access(Permission.OPERATE, post_only=True)
def again(request: HttpRequest) -> HttpResponse:
    """Send one again, or with no ``message`` all of an event."""
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    event, message = request.POST.get("event", ""), request.POST.get("message", "")
    sent = 0
    if not message or _uuid(message):
        wanted = {"event": event, "message": _uuid(message)}
        sent = operating.send_again(**wanted, by=request.user, clock=timezone.now, key=key)
    words = ngettext("%(n)s piece of work is sent again.", "%(n)s pieces of work are sent again.", sent) % {"n": sent}
    messages.success(request, words) if sent else messages.info(request, _("Nothing of that is dead any more."))
    return redirect("web:dead-letters")


def _uuid(typed_in: str) -> UUID | None:
    try:
        return UUID(typed_in)
    except ValueError:
        return None


def _things(rows: Iterable[Message], zone: str) -> Mapping[str, Mapping[Any, Thing]]:
    """The slots, trains and people that the rows are about, asked for at once."""
    slots = Slot.objects.filter(pk__in=_ids(rows, "slot", "old")).select_related("train")
    trains = Train.objects.filter(pk__in=_ids(rows, "train"))
    at = {one.pk: Thing(name=f"{one.train.name}, {moment_in(one.start_at, zone)}") for one in slots}
    told = Notice.objects.filter(pk__in=_texts(rows, "notice")).select_related("person")
    days = Digest.objects.filter(pk__in=_ids(rows, "digest")).select_related("person")
    return {
        "slot": at,
        "train": {one.pk: Thing(name=one.name) for one in trains},
        "notice": {str(one.pk): Thing(name=_mail(one)) for one in told},
        "digest": {one.pk: Thing(name=_("to %(name)s") % {"name": one.person.name}) for one in days},
    }


def _mail(notice: Notice) -> str:
    """To whom a mail was to go, and about which release or train."""
    facts = notice.facts
    about = f"RT-{facts['release']}" if facts.get("release") else str(facts.get("train") or "")
    return _("to %(name)s, %(about)s") % {"name": notice.person.name, "about": about}


def _ids(rows: Iterable[Message], *names: str) -> set[int]:
    return {id for row in rows for name in names if isinstance(id := row.payload.get(name), int)}


def _texts(rows: Iterable[Message], name: str) -> set[UUID]:
    return {id for row in rows if (id := _uuid(str(row.payload.get(name, ""))))}


def _about(payload: Mapping[str, Any], things: Mapping[str, Mapping[Any, Thing]]) -> list[Thing]:
    """What a payload names that people know. Nothing else of it is shown: it may hold what is nobody's to read."""
    found = []
    if isinstance(release := payload.get("release"), int):
        found.append(Thing(name=f"RT-{release}", href=reverse("web:release", args=[release])))
    for kind, known in things.items():
        if isinstance(id := payload.get(kind), int | str) and id in known:
            found.append(known[id])
    if run := _uuid(str(payload.get("run", ""))):
        found.append(Thing(name=_("the import"), href=reverse("web:import-run", args=[run])))
    return found


urlpatterns = [
    path("dead-letters/", show, name="dead-letters"),
    path("dead-letters/again/", again, name="dead-letters-again"),
]
