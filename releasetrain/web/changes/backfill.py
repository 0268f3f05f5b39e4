"""The forecast of a change's backfill: four plans side by side, one of them chosen."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding import freezes
from releasetrain.boarding.actions import backfilling
from releasetrain.boarding.backfills import Outlook, outlook, plan_seen
from releasetrain.domain import forecast
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import Plan, PlanKind, plans
from releasetrain.domain.permissions import Permission, may
from releasetrain.forecast_wording import columns, facts_line, plan_name, where_from
from releasetrain.freeze_wording import hours_words
from releasetrain.schema.models import ChosenPlan, SchemaChange
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.changes import page
from releasetrain.web.fields import posted
from releasetrain.web.refusals import or_404, put_on
from releasetrain.web.setup.second_tab import carried, seen_in

# What a kind means beside ranges and pauses; the rest stays empty, so that another kind is run as usual.
MEANT = {
    PlanKind.ONE_PASS: (),
    PlanKind.VACUUM: ("vacuum_every",),
    PlanKind.PASSES: ("passes",),
    PlanKind.REPACK: ("fillfactor", "passes"),
}
NUMBERS = ("batch_rows", "passes", "vacuum_every", "fillfactor", "pause_ms")


class PlanForm(forms.Form):
    """A plan; what its kind does not mean is left out."""

    kind = forms.ChoiceField(label=gettext_lazy("Plan"), choices=ChosenPlan.Kind.choices)
    batch_rows = forms.IntegerField(
        label=gettext_lazy("Rows a range"), min_value=plans.LEAST_BATCH, max_value=plans.MOST_BATCH, required=False
    )
    passes = forms.IntegerField(label=gettext_lazy("Passes"), min_value=1, max_value=plans.MOST_PASSES, required=False)
    vacuum_every = forms.IntegerField(label=gettext_lazy("VACUUM every so many rows"), min_value=0, required=False)
    fillfactor = forms.IntegerField(
        label=gettext_lazy("Repack to fillfactor, %"), min_value=0, max_value=100, required=False
    )
    pause_ms = forms.IntegerField(
        label=gettext_lazy("Pause after each, ms"), min_value=0, max_value=plans.MOST_PAUSE_MS, required=False
    )
    at_any_hour = forms.BooleanField(label=gettext_lazy("At any hour, not in low load alone"), required=False)

    def plan(self, *, rows: int) -> Plan:
        """Return the plan, or raise ``Refused``; what was left empty is as usual. Ask ``is_valid`` first."""
        said = self.cleaned_data
        usual = forecast.usual(PlanKind(said["kind"]), rows=rows)
        numbers = {name: getattr(usual, name) if said[name] is None else said[name] for name in NUMBERS}
        return forecast.checked(Plan(kind=usual.kind, at_any_hour=said["at_any_hour"], **numbers))


def part(request: HttpRequest, change: SchemaChange) -> dict[str, Any]:
    """Return the section; a plan in the address is tried, and nothing is written."""
    form = PlanForm(request.GET) if "kind" in request.GET else None
    trying = _read(form, change) if form else None
    return {"backfill": section(request, change, form=form, trying=trying)}


def section(
    request: HttpRequest, change: SchemaChange, *, form: PlanForm | None = None, trying: Plan | None = None
) -> dict[str, Any]:
    """Return what the section shows."""
    zone, found = ZoneInfo(request.user.zone), outlook(change, now=timezone.now(), trying=trying)
    low = next((one.hours for one in freezes.databases() if one.database == change.table.database), ())
    every = columns(found, zone=zone)
    may_choose = _may_choose(request, found, change)
    return {
        "outlook": found,
        "columns": every,
        "marked": next((n for n, one in enumerate(every) if one.is_marked), None),
        "line": facts_line(found, hours=hours_words(low), zone=zone),
        "from": where_from(found),
        "form": (form or PlanForm(initial=_shown(found))) if every else None,
        "is_tried": trying is not None,
        "tried": plan_name(trying, rows=change.table.rows) if trying else "",
        "may_choose": may_choose,
        "may_measure": may_anywhere(request.person, Permission.SET_UP_CATALOGUE),
        "tab": carried(request, form, plan_seen(change.pk), address=_address(change), told=_told(found)),
    }


def _address(change: SchemaChange) -> str:
    return f"/changes/{change.pk}/plan/"


def _told(found: Outlook) -> list[tuple[str, str]]:
    chosen = next((one.forecast.plan for one in found.ways if one.is_chosen), None)
    rows = found.table.rows if found.table else 0
    return [(_("Plan"), plan_name(chosen, rows=rows))] if chosen else []


def _may_choose(request: HttpRequest, found: Outlook, change: SchemaChange) -> bool:
    if found.carrier is None or change.abandoned_at is not None:
        return False
    return may(request.person, Permission.EDIT, team=found.carrier.release.team_id)


def _shown(found: Outlook) -> dict[str, Any]:
    """The chosen plan, or the best, to begin with."""
    plan = next((one.forecast.plan for one in found.ways if one.is_chosen), None)
    plan = plan or next((one.forecast.plan for one in found.ways if one.is_best), Plan())
    numbers = {name: getattr(plan, name) for name in ("batch_rows", "pause_ms", *MEANT[plan.kind])}
    return {"kind": plan.kind.value, "at_any_hour": plan.at_any_hour, **numbers}


def _read(form: PlanForm, change: SchemaChange) -> Plan | None:
    if not form.is_valid():
        return None
    try:
        return form.plan(rows=change.table.rows)
    except Refused as refused:
        put_on(form, refused)
        return None


@access(SIGNED_IN, post_only=True)  # whose release carries it: the action asks
def choose(request: HttpRequest, change: int) -> HttpResponse:
    """Choose a plan."""
    shown = page.context(request, change)
    found: SchemaChange = shown["change"]
    form = PlanForm(posted(request) or QueryDict())
    if (plan := _read(form, found)) is not None and _chosen(request, found, plan, form):
        messages.success(request, _("Chosen: %(plan)s.") % {"plan": plan_name(plan, rows=found.table.rows)})
        return redirect("web:change", change)
    status = 409 if form.has_error(forms.forms.NON_FIELD_ERRORS, "changed-meanwhile") else 422
    if form.has_error(forms.forms.NON_FIELD_ERRORS, "forbidden"):
        status = 403
    return render(
        request, "changes/change.html", shown | {"backfill": section(request, found, form=form)}, status=status
    )


def _chosen(request: HttpRequest, change: SchemaChange, plan: Plan, form: PlanForm) -> bool:
    said = {"change": change.pk, "plan": plan, "seen": seen_in(request)}
    try:
        or_404(lambda: backfilling.choose_plan(**said, by=request.user, clock=timezone.now))
    except Refused as refused:
        put_on(form, refused)
        return False
    return True


urlpatterns = [path("changes/<int:change>/plan/", choose, name="change-plan")]
