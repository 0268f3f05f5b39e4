"""What people say on a gate from a page: verdict, question, answer, reminder, a condition that is seen to, grace."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.boarding.actions.grace import give_grace
from releasetrain.domain.errors import Refused
from releasetrain.domain.verdicts import Kind
from releasetrain.releases.models import Release
from releasetrain.reviews.actions import saying
from releasetrain.reviews.models import Condition
from releasetrain.reviews.queries.differences import since
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.releases.reading import page, visible
from releasetrain.web.reviews import inbox
from releasetrain.web.reviews.gates import change

INBOX = "inbox"


def _do(request: HttpRequest, number: int, gate: str, deed: Callable[[], object], words: str) -> HttpResponse:
    """Do it and go back to where it was said, or on to the next case; a refusal stands there, and what was typed."""
    found = get_object_or_404(visible(request), pk=number)
    try:
        deed()
    except Refused as refused:
        return _refused(request, found, gate, refused)
    messages.success(request, words % {"code": found.code})
    return redirect(inbox.next_after(request, number, gate) if _from_inbox(request) else _back(found))


def _from_inbox(request: HttpRequest) -> bool:
    return request.POST.get("next") == INBOX


def _back(found: Release) -> str:
    return resolve_url("web:release", found.pk) + "#h-gates"


def _refused(request: HttpRequest, found: Release, gate: str, refused: Refused) -> HttpResponse:
    more = {"typed": {**request.POST.dict(), "gate": gate}, "changed_since": _changed(found.pk, refused)}
    if _from_inbox(request):
        return answer_refused(
            request, refused, "reviews/inbox.html", inbox.page(request, number=found.pk, gate=gate, **more)
        )
    return answer_refused(request, refused, "releases/release.html", page(request, found, **more))


def _changed(release: int, refused: Refused) -> list[Any]:
    """What somebody changed since the page was read, field by field and line by line."""
    seen = refused.details.get("seen") if refused.code == "changed-meanwhile" else None
    return [change(one) for one in since(release, seen)] if seen else []


def _key(request: HttpRequest) -> Any:
    return typed.one_time_key(request.POST.get("key"), deed=request.path)


@access(SIGNED_IN, post_only=True)
def verdict(request: HttpRequest, number: int, gate: str) -> HttpResponse:
    """Give a verdict on what was read."""
    said = request.POST
    kind = said.get("kind", "")
    if kind not in set(Kind):
        found = get_object_or_404(visible(request), pk=number)
        return _refused(request, found, gate, Refused("verdict-missing", details={"field": "kind"}))
    facts = {
        "kind": Kind(kind),
        "revision": typed.key(said.get("revision")) or 0,
        "note": said.get("note", ""),
        "conditions": said.get("conditions", "").splitlines(),
    }
    return _do(
        request,
        number,
        gate,
        lambda: saying.give_verdict(release=number, gate=gate, **facts, **_who(request)),
        _("Said on %(code)s."),
    )


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "clock": timezone.now, "key": _key(request)}


@access(SIGNED_IN, post_only=True)
def question(request: HttpRequest, number: int, gate: str) -> HttpResponse:
    """Ask the author; the clock stands still until there is an answer."""
    note = request.POST.get("note", "")
    deed = lambda: saying.ask(release=number, gate=gate, note=note, **_who(request))  # noqa: E731
    return _do(request, number, gate, deed, _("Asked on %(code)s. Your clock stands still."))


@access(SIGNED_IN, post_only=True)
def answer(request: HttpRequest, number: int, gate: str) -> HttpResponse:
    """Answer the reviewers: it is their turn again."""
    note = request.POST.get("note", "")
    deed = lambda: saying.answer(release=number, gate=gate, note=note, **_who(request))  # noqa: E731
    return _do(request, number, gate, deed, _("Answered on %(code)s. It is the reviewers' turn."))


@access(SIGNED_IN, post_only=True)
def remind(request: HttpRequest, number: int, gate: str) -> HttpResponse:
    """Remind the reviewers."""
    deed = lambda: saying.remind(release=number, gate=gate, **_who(request))  # noqa: E731
    return _do(request, number, gate, deed, _("The reviewers of %(code)s are reminded."))


@access(SIGNED_IN, post_only=True)
def tick(request: HttpRequest, condition: int) -> HttpResponse:
    """Say that a condition was seen to."""
    found = get_object_or_404(Condition.objects.select_related("verdict"), pk=condition)
    deed = lambda: saying.tick(condition=condition, by=request.user, clock=timezone.now)  # noqa: E731
    return _do(request, found.verdict.release_id, found.verdict.gate, deed, _("Ticked."))


@access(SIGNED_IN, post_only=True)
def grace(request: HttpRequest, number: int) -> HttpResponse:
    """Let it stay aboard uncleared for a while."""
    said = request.POST
    deed = lambda: give_grace(  # noqa: E731
        release=number, until=_until(request), reason=said.get("reason", ""), **_who(request)
    )
    return _do(request, number, "", deed, _("%(code)s has grace."))


def _until(request: HttpRequest) -> datetime:
    """Read a local time of the reader's; what is none ends in the past, and is refused as such."""
    try:
        local = datetime.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        raise Refused("not-a-time", details={"typed": request.POST.get("until", ""), "field": "until"}) from None
    return local.replace(tzinfo=ZoneInfo(request.user.zone))


urlpatterns = [
    path("releases/<int:number>/gates/<slug:gate>/verdict/", verdict, name="review-verdict"),
    path("releases/<int:number>/gates/<slug:gate>/question/", question, name="review-question"),
    path("releases/<int:number>/gates/<slug:gate>/answer/", answer, name="review-answer"),
    path("releases/<int:number>/gates/<slug:gate>/remind/", remind, name="review-remind"),
    path("conditions/<int:condition>/tick/", tick, name="condition-tick"),
    path("releases/<int:number>/grace/", grace, name="release-grace"),
]
