"""What people say about the versions beside a schema change: report, attest, verify, class, and who uses the table."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.domain.errors import Refused
from releasetrain.domain.versions import ROLLBACK_HOURS, CodeClass
from releasetrain.rollouts import actions
from releasetrain.rollouts.actions import Running
from releasetrain.schema.models import SchemaChange
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.changes.page import context
from releasetrain.web.refusals import refused as answer_refused

Verb = Callable[..., None]
MOST_ROWS = 60
FIELDS = ("name", "runs", "copies", "since", "until", "release", "code")


@access(SIGNED_IN, post_only=True)  # whose service it is: the action asks
def report(request: HttpRequest, change: int, service: int) -> HttpResponse:
    """Report which versions of a service run."""

    def verb(**said: Any) -> None:
        actions.report_versions(service=service, versions=list(_rows(request, change)), **said)

    return _done(request, change, f"report-{service}", verb, _("The versions are reported."))


@access(SIGNED_IN, post_only=True)
def attest(request: HttpRequest, change: int, service: int) -> HttpResponse:
    """Attest which versions run."""

    def verb(**said: Any) -> None:
        code, reason = _needed_code(request.POST.get("code")), request.POST.get("reason", "")
        actions.attest(change=change, service=service, code=code, reason=reason, **said)

    return _done(request, change, f"attest-{service}", verb, _("It is attested."))


@access(SIGNED_IN, post_only=True)
def verify(request: HttpRequest, change: int) -> HttpResponse:
    """Report what verifying the backfill found."""

    def verb(**said: Any) -> None:
        actions.report_verified(change=change, differing=_number(request.POST, "differing"), **said)

    return _done(request, change, "verify", verb, _("It is reported."))


@access(SIGNED_IN, post_only=True)
def classify(request: HttpRequest, change: int) -> HttpResponse:
    """Say the class of a release's code."""

    def verb(**said: Any) -> None:
        release = typed.key(request.POST.get("release", "").strip().upper().removeprefix("RT-"))
        if release is None:
            raise Refused("no-such-release", details={"field": "release"})
        actions.class_release(change=change, release=release, code=_code(request.POST.get("code")), **said)

    return _done(request, change, "class", verb, _("The class is kept."))


@access(SIGNED_IN, post_only=True)
def say_usage(request: HttpRequest, change: int) -> HttpResponse:
    """Say who uses the table."""

    def verb(**said: Any) -> None:
        services = {key for one in request.POST.getlist("services") if (key := typed.key(one)) is not None}
        hours = _number(request.POST, "rollback_hours") if request.POST.get("rollback_hours") else ROLLBACK_HOURS
        optional = "old_is_optional" in request.POST
        actions.say_usage(change=change, services=services, rollback_hours=hours, old_is_optional=optional, **said)

    return _done(request, change, "usage", verb, _("It is kept."))


def _done(request: HttpRequest, change: int, deed: str, verb: Verb, words: str) -> HttpResponse:
    """Do it, or show the page again with the refusal in place and what was typed."""
    get_object_or_404(SchemaChange, pk=change)
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    try:
        verb(by=request.user, clock=timezone.now, key=key)
    except Refused as refused:
        shown = context(request, change) | {"refused_deed": deed, "typed": request.POST, "typed_rows": _typed(request)}
        return _in_place(request, refused, shown)
    messages.success(request, words)
    return redirect("web:change", change)


def _in_place(request: HttpRequest, refused: Refused, shown: Mapping[str, Any]) -> HttpResponse:
    """A thing that a field names and that is not there is a refusal in place, and no missing page."""
    if refused.code.startswith("no-such-") and "field" in refused.details:
        refused = Refused("not-there", details=refused.details)
    return answer_refused(request, refused, "changes/change.html", shown)


def _rows(request: HttpRequest, change: int) -> Iterator[Running]:
    """The versions that were typed; a row without a name is none."""
    zone = ZoneInfo(request.user.zone)
    for one in _typed(request):
        yield _row(one, change, zone)


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    said = request.POST
    rows = ({field: said.get(f"{field}-{number}", "") for field in FIELDS} for number in range(MOST_ROWS))
    return [one for one in rows if one["name"].strip()]


def _row(said: Mapping[str, str], change: int, zone: ZoneInfo) -> Running:
    code = _code(said["code"])
    return Running(
        name=said["name"],
        runs=said["runs"] != "back",
        copies=_number(said, "copies") if said["copies"].strip() else None,
        since=_instant(said["since"], zone),
        until=_instant(said["until"], zone),
        release=typed.key(said["release"].strip().upper().removeprefix("RT-")),
        classes={change: code} if code else {},
    )


def _instant(words: str, zone: ZoneInfo) -> datetime | None:
    return typed.instant_or_refuse(words, zone)


def _number(said: Mapping[str, str], name: str) -> int:
    found = typed.key(said.get(name, "").strip())
    if found is None:
        raise Refused("not-a-number", details={"field": name})
    return found


def _code(words: str | None) -> CodeClass | None:
    return CodeClass(words) if words in set(CodeClass) else None


def _needed_code(words: str | None) -> CodeClass:
    code = _code(words)
    if code is None:
        raise Refused("missing", details={"field": "code"})
    return code


urlpatterns = [
    path("changes/<int:change>/services/<int:service>/versions/", report, name="change-report"),
    path("changes/<int:change>/services/<int:service>/attest/", attest, name="change-attest"),
    path("changes/<int:change>/verified/", verify, name="change-verify"),
    path("changes/<int:change>/class/", classify, name="change-class"),
    path("changes/<int:change>/usage/", say_usage, name="change-usage"),
]
