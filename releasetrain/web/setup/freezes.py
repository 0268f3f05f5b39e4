"""Freezes: what they are, what a change of one would make stand, suspend and end them."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.boarding import freezes as queries
from releasetrain.boarding.actions import freezing as actions
from releasetrain.boarding.standing import Paused, Thought, ending, would_stand
from releasetrain.conflict_wording import listed as in_a_row
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.windows import Window
from releasetrain.freeze_wording import freeze_when
from releasetrain.trains.freeze_fields import NOT_WRITTEN, FreezeFields
from releasetrain.trains.models import Freeze
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.fields import posted
from releasetrain.web.refusals import or_404, put_on
from releasetrain.web.setup.freeze_forms import (
    LABELS,
    EndForm,
    FreezeForm,
    HolidaysForm,
    SuspendForm,
    shown,
    usual_country,
)
from releasetrain.web.setup.noun import done, status_of_forms
from releasetrain.web.setup.second_tab import is_second
from releasetrain.web.told import Preview, preview

PAGE = "web:setup-freezes"
ENDED_SHOWN = 50


@access(SIGNED_IN)
def freezes(request: HttpRequest) -> HttpResponse:
    """List the freezes: when, whom they concern, why, and when they count next."""
    return _listing(request, HolidaysForm(initial={"country": usual_country()}))


@access(Permission.FREEZE, post_only=True)
def holidays(request: HttpRequest) -> HttpResponse:
    """Freeze the public holidays of a country softly."""
    form = HolidaysForm(request.POST)

    def add() -> None:
        actions.add_holidays(country=form.cleaned_data["country"], by=request.user, clock=timezone.now)

    if done(request, form, add, _("The public holidays are frozen softly.")):
        return redirect(PAGE)
    return _listing(request, form)


def _listing(request: HttpRequest, form: HolidaysForm) -> HttpResponse:
    rows = list(queries.freezes())
    live = queries.listed([row for row in rows if row.ended_at is None], now=timezone.now())
    ended = sorted((row for row in rows if row.ended_at), key=lambda row: row.ended_at, reverse=True)
    context = {
        "here_is": "freezes",
        "rows": [(one, *_words(one.freeze)) for one in live],
        "ended": [(one, *_words(one)) for one in ended[:ENDED_SHOWN]],
        "form": form,
        "may_freeze": may_anywhere(request.person, Permission.FREEZE),
    }
    return render(request, "setup/freezes.html", context, status=status_of_forms(form))


def _words(freeze: Freeze) -> tuple[str, str]:
    """When it is, and whom it concerns."""
    names = [str(one) for one in freeze.trains.all()]
    names += [one.name for one in freeze.services.all()] + [one.code for one in freeze.teams.all()]
    return freeze_when(FreezeFields.of(freeze)), in_a_row(names) or _("everything")


@access(Permission.FREEZE)
def new(request: HttpRequest) -> HttpResponse:
    """Add a freeze, once it was looked at what it would make stand."""
    form = FreezeForm(posted(request), initial={"zone": request.user.zone})
    seen = _previewed(request, form, lambda: _freeze_effect(request, form))

    def add() -> None:
        key = typed.one_time_key(request.POST.get("key"), deed=request.path)
        actions.add_freeze(fields=form.said(), key=key, by=request.user, clock=timezone.now)

    if _is_deed(request) and done(request, form, add, _("Frozen. Nobody was moved.")):
        return redirect(PAGE)
    return _form(request, form, preview=seen)


@access(Permission.FREEZE)
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Change what a freeze says, once it was looked at what that would make stand."""
    row = or_404(queries.freeze, id)
    form = FreezeForm(posted(request), initial=shown(FreezeFields.of(row)))
    seen = _previewed(request, form, lambda: _freeze_effect(request, form, row))

    def keep() -> None:
        revision = typed.key(request.POST.get("revision")) or 0
        try:
            actions.edit_freeze(freeze=id, fields=form.said(), revision=revision, by=request.user, clock=timezone.now)
        except Refused as error:
            form.changed_meanwhile = error.details.get("changed", ())
            raise

    if _is_deed(request) and done(request, form, keep, _("Kept. Nobody was moved.")):
        return redirect(PAGE)
    if is_second(form):
        row = or_404(queries.freeze, id)
    return _form(request, form, row=row, preview=seen)


@access(Permission.FREEZE, post_only=True)
def suspend(request: HttpRequest, id: int) -> HttpResponse:
    """Let a freeze not count for a while."""
    row, form = or_404(queries.freeze, id), SuspendForm(request.POST, prefix="suspend")
    seen = _previewed(request, form, lambda: _pause_effect(request, form, row))

    def pause() -> None:
        times, reason = form.times(request.user.zone), form.cleaned_data["reason"]
        actions.suspend_freeze(freeze=id, **times, reason=reason, by=request.user, clock=timezone.now)

    if _is_deed(request) and done(request, form, pause, _("Suspended.")):
        return redirect("web:setup-freeze", id)
    return _form(request, _shown(row), row=row, suspend=form, pause=seen)


@access(Permission.FREEZE, post_only=True)
def end(request: HttpRequest, id: int) -> HttpResponse:
    """End a freeze for good."""
    row, form = or_404(queries.freeze, id), EndForm(request.POST, prefix="end")
    seen = _previewed(
        request, form, lambda: preview(would_stand(timezone.now(), suspension=ending(row)), **_zone(request))
    )

    def stop() -> None:
        actions.end_freeze(freeze=id, reason=form.cleaned_data["reason"], by=request.user, clock=timezone.now)

    if _is_deed(request) and done(request, form, stop, _("The freeze has ended.")):
        return redirect(PAGE)
    return _form(request, _shown(row), row=row, end=form, stop=seen)


@access(Permission.FREEZE, post_only=True)
def count_again(request: HttpRequest, id: int, suspension: int) -> HttpResponse:
    """Let a suspended freeze count again."""
    or_404(lambda: actions.end_suspension(suspension=suspension, by=request.user, clock=timezone.now))
    messages.success(request, _("It counts again."))
    return redirect("web:setup-freeze", id)


def _is_deed(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") != "preview"


def _previewed(request: HttpRequest, form: forms.Form, look: Callable[[], Preview]) -> Preview | None:
    """Return what the deed would do, if that was asked; refused like the deed where it can never be."""
    if request.method != "POST" or _is_deed(request) or not form.is_valid():
        return None
    try:
        return look()
    except Refused as error:
        put_on(form, error)
        return None


def _freeze_effect(request: HttpRequest, form: FreezeForm, row: Freeze | None = None) -> Preview:
    said, id = actions.checked(form.said()), row.pk if row else NOT_WRITTEN
    effect = would_stand(timezone.now(), freeze=Thought(fields=said, id=id))
    return preview(effect, called={f"freeze:{id}": said.name}, **_zone(request))


def _pause_effect(request: HttpRequest, form: SuspendForm, row: Freeze) -> Preview:
    now, times = timezone.now(), form.times(request.user.zone)
    since, until = times["since"] or now, times["until"]
    actions.refuse_backwards(since, until, now=now)
    effect = would_stand(now, suspension=Paused(freeze=row.pk, window=Window(since, until)))
    return preview(effect, **_zone(request))


def _zone(request: HttpRequest) -> dict[str, Any]:
    return {"zone": ZoneInfo(request.user.zone)}


def _shown(row: Freeze) -> FreezeForm:
    return FreezeForm(initial=shown(FreezeFields.of(row)))


def _form(request: HttpRequest, form: FreezeForm, *, row: Freeze | None = None, **more: Any) -> HttpResponse:
    """Show the form of a freeze, and beside a known one how to suspend and to end it."""
    context: dict[str, Any] = {"here_is": "freezes", "form": form, "row": row, "zone": request.user.zone, **more}
    if row is not None:
        context |= {"suspend": more.get("suspend") or SuspendForm(prefix="suspend")}
        context |= {"end": more.get("end") or EndForm(prefix="end"), **_as_it_is(request, form, row)}
    status = status_of_forms(form, more.get("suspend"), more.get("end"))
    return render(request, "setup/freeze.html", context, status=status)


def _as_it_is(request: HttpRequest, form: FreezeForm, row: Freeze) -> Mapping[str, Any]:
    """Its revision and suspensions; what another tab saved, told once and then the measure."""
    now = timezone.now()
    revision = request.POST.get("revision") if form.is_bound and not is_second(form) else row.revision
    said, (one,) = FreezeFields.of(row), queries.listed([row], now=now)
    changed = form.changed_meanwhile if is_second(form) else ()
    tab = {"changed": [(LABELS[name], _value(said, name)) for name in changed]}
    return {"revision": revision, "tab": tab, "paused": one.paused, "next": one.next, "when": freeze_when(said)}


def _value(said: FreezeFields, name: str) -> str:
    value = getattr(said, name)
    if name == "is_hard":
        return _("hard") if value else _("soft")
    if name in ("trains", "services", "teams"):
        return str(len(value) or _("all"))
    return str(value)


urlpatterns = [
    path("setup/freezes/", freezes, name="setup-freezes"),
    path("setup/freezes/new/", new, name="setup-freezes-new"),
    path("setup/freezes/holidays/", holidays, name="setup-freezes-holidays"),
    path("setup/freezes/<int:id>/", edit, name="setup-freeze"),
    path("setup/freezes/<int:id>/suspend/", suspend, name="setup-freeze-suspend"),
    path("setup/freezes/<int:id>/end/", end, name="setup-freeze-end"),
    path("setup/freezes/<int:id>/suspensions/<int:suspension>/end/", count_again, name="setup-freeze-counts-again"),
]
