"""Trains: when they depart and what they carry."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding import timetable_previews
from releasetrain.boarding.actions import trains as actions
from releasetrain.boarding.timetables import timetable_of
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.timetable_wording import timetable_words
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Train
from releasetrain.web.access import access
from releasetrain.web.fields import CLOCK, ZoneField, posted
from releasetrain.web.refusals import put_on
from releasetrain.web.setup.noun import Noun, done, listing, pasted, status_of_forms
from releasetrain.web.setup.second_tab import carried, seen_in
from releasetrain.web.setup.timetables import Entries, TimetableField
from releasetrain.web.setup.train_rows import train, with_timetable

_SOAK = gettext_lazy("Hours in which old and new run side by side.")
_DEFAULTS = TrainFields(name="-")


class TrainForm(forms.Form):
    """A train; what a number may be is the verb's to say."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    slug = forms.SlugField(
        label=gettext_lazy("Address"), max_length=80, required=False, help_text=gettext_lazy("Empty: from the name.")
    )
    zone = ZoneField(initial="UTC", help_text=gettext_lazy("Its departures are at this zone's local time."))
    horizon_days = forms.IntegerField(label=gettext_lazy("Looks ahead, days"), initial=_DEFAULTS.horizon_days)
    capacity = forms.IntegerField(label=gettext_lazy("Points of a slot"), initial=_DEFAULTS.capacity)
    reserve = forms.IntegerField(
        label=gettext_lazy("Points kept free"),
        initial=_DEFAULTS.reserve,
        help_text=gettext_lazy("Plans leave so many points free, so that a surprise moves little."),
    )
    large_mode = forms.ChoiceField(
        label=gettext_lazy("A large release"), choices=Train.LargeMode.choices, initial=_DEFAULTS.large_mode
    )
    points_small = forms.IntegerField(label=gettext_lazy("Points of a small"), initial=_DEFAULTS.points_small)
    points_medium = forms.IntegerField(label=gettext_lazy("Points of a medium"), initial=_DEFAULTS.points_medium)
    points_large = forms.IntegerField(label=gettext_lazy("Points of a large"), initial=_DEFAULTS.points_large)
    soak_small_hours = forms.IntegerField(label=gettext_lazy("Soak of a small, h"), initial=_DEFAULTS.soak_small_hours)
    soak_medium_hours = forms.IntegerField(
        label=gettext_lazy("Soak of a medium, h"), initial=_DEFAULTS.soak_medium_hours
    )
    soak_large_hours = forms.IntegerField(
        label=gettext_lazy("Soak of a large, h"), initial=_DEFAULTS.soak_large_hours, help_text=_SOAK
    )
    cut_off_days = forms.IntegerField(label=gettext_lazy("Cut-off, days before"), initial=_DEFAULTS.cut_off_days)
    cut_off_time = forms.TimeField(
        label=gettext_lazy("Cut-off at"),
        initial=_DEFAULTS.cut_off_time,
        widget=forms.TimeInput(CLOCK, format="%H:%M"),
    )


class TrainLine(forms.Form):
    """One pasted line; whatever is not said is as usual."""

    name = forms.CharField(max_length=80, help_text=gettext_lazy("a name that is known is edited"))
    zone = forms.CharField(help_text=gettext_lazy("such as Europe/Berlin"))
    timetable = TimetableField(
        help_text=gettext_lazy(
            "“tue 22:00 60; thu 22:00”: day, local time, minutes; a rule and its first day do too: "
            "“FREQ=MONTHLY;BYDAY=1TU 22:00 60 2031-12-01”"
        )
    )
    capacity = forms.IntegerField(required=False, help_text=gettext_lazy("empty: 10"))
    cut_off_days = forms.IntegerField(required=False, help_text=gettext_lazy("empty: 1"))
    cut_off_time = forms.TimeField(required=False, help_text=gettext_lazy("empty: 18:00"))
    reserve = forms.IntegerField(required=False, help_text=gettext_lazy("points that plans keep free; empty: 0"))

    def clean(self) -> Mapping[str, Any]:
        """Return the line as the verb takes it."""
        said = {name: value for name, value in self.cleaned_data.items() if value is not None}
        timetable = said.pop("timetable", [])
        return {"fields": TrainFields(**{"name": "-", **said}), "timetable": timetable}


TRAINS = Noun(
    name="trains",
    title=gettext_lazy("Trains"),
    opens=Permission.SET_UP_TRAINS,
    rows=lambda request: with_timetable(now=timezone.now()),
    form=TrainForm,
    add=actions.add_train,
    line=TrainLine,
    put=actions.put_trains,
)


@access(Permission.SET_UP_TRAINS)
def trains(request: HttpRequest) -> HttpResponse:
    """List the trains with their timetables."""
    return listing(request, TRAINS)


@access(Permission.SET_UP_TRAINS, post_only=True)
def paste(request: HttpRequest) -> HttpResponse:
    """Take many trains over."""
    return pasted(request, TRAINS)


@access(Permission.SET_UP_TRAINS)
def new(request: HttpRequest) -> HttpResponse:
    """Add a train with its timetable."""
    form, entries = TrainForm(posted(request)), Entries(posted(request))
    is_read = request.method == "POST" and entries.is_valid()

    def add() -> None:
        fields = TrainFields(**form.cleaned_data)
        actions.add_train(fields=fields, timetable=entries.timetable(), by=request.user, clock=timezone.now)

    if is_read and done(request, form, add, _("Added, and its slots are open.")):
        return redirect("web:setup-trains")
    return _form(request, form, entries, row=None)


@access(Permission.SET_UP_TRAINS)
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Change what a train is."""
    row = train(id)
    form = TrainForm(posted(request), initial=_said(row))

    def keep() -> None:
        fields, seen = TrainFields(**form.cleaned_data), seen_in(request)
        actions.edit_train(train=id, fields=fields, seen=seen, by=request.user, clock=timezone.now)

    if done(request, form, keep, _("Kept. Its slots follow, but for those that are boarded or asked for.")):
        return redirect("web:setup-trains-edit", id)
    if form.is_bound:  # again: the other tab may have saved since
        row = train(id)
    return _form(request, form, Entries(timetable=timetable_of(row)), row=row)


def _said(row: Train) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TrainForm.base_fields}


@access(Permission.SET_UP_TRAINS, post_only=True)
def timetable(request: HttpRequest, id: int) -> HttpResponse:
    """Change when a train departs, or show what that would do and change nothing."""
    row = train(id)
    entries = Entries(request.POST, timetable=timetable_of(row))
    shape = forms.Form(request.POST)
    if "preview" in request.POST:
        previewed = _preview(row, entries, shape) if entries.is_valid() else None
        return _form(request, TrainForm(initial=_said(row)), entries, row=row, shape=shape, previewed=previewed)

    def keep() -> None:
        wanted, seen = entries.timetable(), seen_in(request)
        actions.set_timetable(train=id, timetable=wanted, seen=seen, by=request.user, clock=timezone.now)

    if entries.is_valid() and done(request, shape, keep, _("Its slots follow, but for those boarded or asked for.")):
        return redirect("web:setup-trains-edit", id)
    row = train(id)
    return _form(request, TrainForm(initial=_said(row)), entries, row=row, shape=shape)


def _preview(row: Train, entries: Entries, shape: forms.Form) -> timetable_previews.Preview | None:
    """What saving would do; refused as that would be, above the form."""
    try:
        return timetable_previews.preview(row, entries.timetable(), now=timezone.now())
    except Refused as error:
        put_on(shape, error)
        return None


def _form(
    request: HttpRequest,
    form: TrainForm,
    entries: Entries,
    *,
    row: Train | None,
    shape: forms.Form | None = None,
    previewed: timetable_previews.Preview | None = None,
) -> HttpResponse:
    context = {"noun": TRAINS, "form": form, "entries": entries, "row": row, "shape": shape, "previewed": previewed}
    if row is not None:
        context |= _tabs(request, form, shape, row)
    status = 422 if entries.is_bound and not entries.is_valid() else status_of_forms(form, shape)
    return render(request, "setup/train.html", context, status=status)


def _tabs(request: HttpRequest, form: TrainForm, shape: forms.Form | None, row: Train) -> dict[str, Any]:
    """What each of a train's two forms carries; the timetable is one value, told as the list of trains tells it."""
    pages = {name: reverse(f"web:setup-trains-{name}", args=[row.pk]) for name in ("edit", "timetable")}
    entries = timetable_of(row)
    shown, told = actions.timetable_seen(entries), [(_("When it departs"), timetable_words(entries))]
    return {
        "tab": carried(request, form, _said(row), address=pages["edit"]),
        "week_tab": carried(request, shape, shown, address=pages["timetable"], told=told),
    }


urlpatterns = [
    path("setup/trains/", trains, name="setup-trains"),
    path("setup/trains/paste/", paste, name="setup-trains-paste"),
    path("setup/trains/new/", new, name="setup-trains-new"),
    path("setup/trains/<int:id>/", edit, name="setup-trains-edit"),
    path("setup/trains/<int:id>/timetable/", timetable, name="setup-trains-timetable"),
]
