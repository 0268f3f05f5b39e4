"""Schema changes: the stages of each and where they ride; write one down, give one up."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding.actions import changing
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, may, may_edit_together
from releasetrain.domain.stages import Stage
from releasetrain.releases.models import DataTable, Release
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Outcome
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.changes.fields import AroundForm, plain
from releasetrain.web.fields import posted
from releasetrain.web.refusals import put_on
from releasetrain.web.refusals import refused as answer_refused

ON_A_PAGE = 50
OFFERED = 300


class ChangeForm(AroundForm):
    """A new change; each stage names the release that carries it, if one does yet."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=changing.LONGEST)
    table = forms.ModelChoiceField(label=gettext_lazy("Table"), queryset=DataTable.objects.order_by("database", "name"))
    old_field = forms.CharField(label=gettext_lazy("Old field"), max_length=changing.LONGEST, required=False)
    new_field = forms.CharField(label=gettext_lazy("New field"), max_length=changing.LONGEST, required=False)
    soak_hours = forms.IntegerField(
        label=gettext_lazy("Soak between stages, h"), min_value=0, max_value=changing.MOST_SOAK, initial=120
    )
    field_order = ("name", "table", "old_field", "new_field", "mapping", "soak_hours")

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data)
        offered = [("", _("none yet")), *((one.pk, str(one)) for one in editable(person))]
        for stage in SchemaStage.Stage:
            self.fields[stage.value] = forms.TypedChoiceField(
                label=_("%(stage)s, in release") % {"stage": stage.label.capitalize()},
                choices=offered,
                coerce=int,
                empty_value=None,
                required=False,
            )

    def said(self) -> dict[str, Any]:
        """Return what the verb takes, once the form is valid."""
        known = self.cleaned_data
        stages = {stage: changing.Step(release=known[stage.value]) for stage in Stage if known[stage.value]}
        said = plain(known, "name", "old_field", "new_field", "soak_hours")
        return {**said, "table": known["table"].pk, "stages": stages, "around": self.around()}


def editable(person: Person) -> list[Release]:
    """Return the latest releases on their way that ``person`` may edit."""
    on_their_way = Release.objects.visible_to(person).filter(withdrawn_at=None).order_by("-pk")[:OFFERED]
    return [one for one in on_their_way if may(person, Permission.EDIT, team=one.team_id)]


@access(SIGNED_IN)
def show(request: HttpRequest) -> HttpResponse:
    """Show every change, those on their way first, and a form for another."""
    return render(request, "changes/list.html", _page(request))


@access(Permission.EDIT, post_only=True)
def add(request: HttpRequest) -> HttpResponse:
    """Write one down."""
    form = ChangeForm(posted(request), person=request.person)
    if form.is_valid():
        try:
            made = changing.add_change(**form.said(), by=request.user, clock=timezone.now)
        except Refused as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("“%(change)s” is written down.") % {"change": made.name})
            return redirect("web:changes")
    return render(request, "changes/list.html", _page(request, form=form), status=422)


@access(SIGNED_IN, post_only=True)  # whose releases carry it: the action asks
def abandon(request: HttpRequest, change: int) -> HttpResponse:
    """Give one up, with a reason."""
    reason, key = request.POST.get("reason", ""), typed.one_time_key(request.POST.get("key"), deed=request.path)
    try:
        changing.abandon_change(change=change, reason=reason, by=request.user, clock=timezone.now, key=key)
    except Refused as refused:
        said = {"refused_deed": f"abandon-{change}", "reason": reason}
        return answer_refused(request, refused, "changes/list.html", _page(request) | said)
    messages.success(request, _("The schema change is given up: its table is free again."))
    return redirect("web:changes")


def _page(request: HttpRequest, *, form: ChangeForm | None = None) -> dict[str, Any]:
    paged = Paginator(seen_by(request.person).order_by("-abandoned_at", "-pk"), ON_A_PAGE)
    page = paged.get_page(request.GET.get("page"))
    may_add = may_anywhere(request.person, Permission.EDIT)
    return {
        "page": page,
        "lines": lines(page.object_list, request.person),
        "form": form or (ChangeForm(None, person=request.person) if may_add else None),
        "zone": request.user.zone,
    }


def seen_by(person: Person) -> QuerySet[SchemaChange]:
    """Return every change with the stages that ``person`` may see: a draft carries one for its team alone."""
    visible = Release.objects.visible_to(person).select_related("team")
    stages = SchemaStage.objects.filter(release__in=visible).select_related("release__team")
    return SchemaChange.objects.select_related("table", "abandoned_by").prefetch_related(Prefetch("stages", stages))


def lines(changes: Iterable[SchemaChange], person: Person) -> list[dict[str, Any]]:
    """Return each change with the stages that ``person`` may see, in order, and where each rides."""
    known = list(changes)
    releases = {stage.release_id for change in known for stage in change.stages.all()}
    aboard = {one.release_id: one for one in trains.facts_of(trains.holding().filter(release__in=releases))}
    return [_line(change, aboard, person) for change in known]


def _line(change: SchemaChange, aboard: dict[int, Any], person: Person) -> dict[str, Any]:
    order = list(Stage)
    stages = sorted(change.stages.all(), key=lambda one: order.index(Stage(one.stage)))
    teams = {one.release.team_id for one in stages}
    return {
        "change": change,
        "deed": f"abandon-{change.pk}",
        "stages": [(one, *_rides(aboard.get(one.release_id))) for one in stages],
        "may_abandon": change.abandoned_at is None and may_edit_together(person, teams),
    }


def _rides(booking: Any) -> tuple[Any, bool]:
    """The slot it rides in, and whether it has departed."""
    if booking is None:
        return None, False
    return booking.slot, bool(booking.ran and booking.ran["kind"] == Outcome.Kind.DEPARTED)


urlpatterns = [
    path("changes/", show, name="changes"),
    path("changes/add/", add, name="change-add"),
    path("changes/<int:change>/abandon/", abandon, name="change-abandon"),
]
