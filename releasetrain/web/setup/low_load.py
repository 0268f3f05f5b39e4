"""When each database has low load; what other hours would make stand is looked at before they are kept."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding import freezes as queries
from releasetrain.boarding.actions import low_load as actions
from releasetrain.boarding.freezes import Loaded
from releasetrain.boarding.standing import Load, would_stand
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.freeze_wording import hours_words
from releasetrain.teams import checks
from releasetrain.trains.freeze_fields import LowHours
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.fields import CLOCK, ZoneField, posted
from releasetrain.web.refusals import or_404, put_on
from releasetrain.web.setup.noun import done, status_of_forms
from releasetrain.web.setup.second_tab import carried, seen_in
from releasetrain.web.told import Preview, preview

EMPTY_ROWS = 2


class ZoneForm(forms.Form):
    """In which zone the hours are counted."""

    zone = ZoneField(initial="UTC")


class HoursForm(forms.Form):
    """A window of low load; a row without times is none."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        coerce=int,
        required=False,
        choices=list(WEEKDAYS_ABBR.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.TimeField(
        label=gettext_lazy("From"), required=False, widget=forms.TimeInput({**CLOCK, "placeholder": "23:00"}, "%H:%M")
    )
    until = forms.TimeField(
        label=gettext_lazy("Until"), required=False, widget=forms.TimeInput({**CLOCK, "placeholder": "05:00"}, "%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse half a row."""
        said = self.cleaned_data
        if self.is_none(said):
            return said
        for name, words in (("since", _("From when?")), ("until", _("Until when?"))):
            if said.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        if not said.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("On which days?"))
        return said

    def is_none(self, said: dict[str, Any]) -> bool:
        """Return whether the row says nothing."""
        return not self.errors and not any((said.get("weekdays"), said.get("since"), said.get("until")))


class BaseHours(BaseFormSet):
    """All hours of a database."""

    def hours(self) -> list[LowHours]:
        """Return the rows that say something; ask ``is_valid`` first."""
        said = [form.cleaned_data for form in self.forms if isinstance(form.cleaned_data.get("since"), time)]
        return [LowHours(weekdays=tuple(one["weekdays"]), since=one["since"], until=one["until"]) for one in said]


Hours = formset_factory(
    HoursForm,
    formset=BaseHours,
    extra=EMPTY_ROWS,
    max_num=actions.MOST_HOURS,
    absolute_max=actions.MOST_HOURS,
)


@access(SIGNED_IN)
def databases(request: HttpRequest) -> HttpResponse:
    """List the databases that tables name, with their hours."""
    rows = [(one, hours_words(one.hours)) for one in queries.databases()]
    may = may_anywhere(request.person, Permission.SET_UP_CATALOGUE)
    return render(request, "setup/low_loads.html", {"here_is": "low-load", "rows": rows, "may_set": may})


@access(Permission.SET_UP_CATALOGUE)
def edit(request: HttpRequest, database: str) -> HttpResponse:
    """Change the hours of a database, once it was looked at what that would make stand."""
    row = or_404(queries.database, database)
    form, hours = ZoneForm(posted(request), initial={"zone": row.zone}), Hours(posted(request), initial=_rows(row))
    is_read = request.method == "POST" and hours.is_valid() and form.is_valid()
    is_deed = is_read and request.POST.get("do") != "preview"
    seen = _previewed(request, form, hours, database) if is_read and not is_deed else None

    def keep() -> None:
        facts = {"zone": form.cleaned_data["zone"], "hours": hours.hours(), "seen": seen_in(request)}
        actions.set_low_load(database=database, **facts, by=request.user, clock=timezone.now)

    if is_deed and done(request, form, keep, _("Kept. Nobody was moved.")):
        return redirect("web:setup-low-load")
    if form.is_bound:  # again: the other tab may have saved since
        row = or_404(queries.database, database)
    stored, told = actions.low_load_seen(row.zone, row.hours), [(_("Low load"), hours_words(row.hours))]
    tab = carried(request, form, stored, address=request.path, told=[*told, (_("Time zone"), row.zone)])
    context = {"here_is": "low-load", "row": row, "form": form, "hours": hours, "tab": tab, "preview": seen}
    status = 422 if hours.is_bound and not hours.is_valid() else status_of_forms(form)
    return render(request, "setup/low_load.html", context | {"zone": request.user.zone}, status=status)


def _rows(row: Loaded) -> list[dict[str, Any]]:
    return [{"weekdays": list(one.weekdays), "since": one.since, "until": one.until} for one in row.hours]


def _previewed(request: HttpRequest, form: ZoneForm, hours: Any, database: str) -> Preview | None:
    try:
        wanted = actions.checked_hours(hours.hours())
        load = Load(database=database, zone=checks.zone(form.cleaned_data["zone"]), hours=wanted)
    except Refused as error:
        put_on(form, error)
        return None
    return preview(
        would_stand(timezone.now(), low_load=load), zone=ZoneInfo(request.user.zone), called={"database:0": database}
    )


urlpatterns = [
    path("setup/low-load/", databases, name="setup-low-load"),
    path("setup/low-load/<path:database>/", edit, name="setup-low-load-edit"),
]
