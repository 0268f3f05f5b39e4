"""Single departures: to open one that no timetable has, a one-off or one for a hotfix, and what one takes."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding.actions import slots as actions
from releasetrain.boarding.standing import would_stand
from releasetrain.conflict_wording import moment
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.trains.models import Slot, Train
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.fields import CLOCK, posted
from releasetrain.web.refusals import put_on, status_of
from releasetrain.web.told import preview

ONE_OFF, HOTFIX = "regular", "hotfix"
_DATE = {"type": "date"}


class SlotForm(forms.Form):
    """A departure in the train's local time; what it may be is the verb's to say."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What for"),
        choices=[
            (ONE_OFF, gettext_lazy("one more departure")),
            (HOTFIX, gettext_lazy("a hotfix: nothing boards it by itself")),
        ],
        initial=ONE_OFF,
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(_DATE, format="%Y-%m-%d"))
    at = forms.TimeField(label=gettext_lazy("Departs at"), widget=forms.TimeInput(CLOCK, format="%H:%M"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), initial=60)
    capacity = forms.IntegerField(label=gettext_lazy("Points"), required=False)
    cut_off_on = forms.DateField(
        label=gettext_lazy("Door shuts on"), required=False, widget=forms.DateInput(_DATE, format="%Y-%m-%d")
    )
    cut_off = forms.TimeField(
        label=gettext_lazy("Door shuts at"), required=False, widget=forms.TimeInput(CLOCK, format="%H:%M")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), required=False, help_text=gettext_lazy("A hotfix needs a reason; it is shown.")
    )

    def __init__(self, *args: Any, train: Train, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = {"days": train.cut_off_days, "at": f"{train.cut_off_time:%H:%M}"}
        self.fields["capacity"].help_text = _("Empty: %(points)s, as the train's.") % {"points": train.capacity}
        self.fields["cut_off"].help_text = _("Empty: %(days)s d before, %(at)s. A hotfix's: when it starts.") % usual

    def wanted(self) -> actions.Wanted:
        """Return the departure; ask ``is_valid`` first."""
        said = self.cleaned_data
        return actions.Wanted(
            local=datetime.combine(said["on"], said["at"]),
            minutes=said["minutes"],
            is_hotfix=said["kind"] == HOTFIX,
            capacity=said["capacity"],
            cut_off=_cut_off(said["cut_off_on"], said["cut_off"], said["on"]),
            reason=said["reason"],
        )


def _cut_off(on: date | None, at: time | None, departs_on: date) -> datetime | None:
    """The day alone means its midnight, the time alone the day of the departure."""
    return datetime.combine(on or departs_on, at or time()) if on or at else None


@access(Permission.SET_UP_TRAINS)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; on a post open the departure."""
    train = get_object_or_404(Train, slug=slug)
    form = SlotForm(posted(request), train=train, initial={"kind": request.GET.get("kind", ONE_OFF)})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            opened = _open(request, train, form)
        except Refused as error:
            put_on(form, error)
            status = status_of(error)
        else:
            day = moment(opened.start_at, ZoneInfo(request.user.zone))
            messages.success(request, _("Open: %(day)s.") % {"day": day})
            return redirect("web:slot", opened.pk)
    key = request.POST.get("key") or uuid4()
    return render(request, "slots/new.html", {"train": train, "form": form, "key": key}, status=status)


def _open(request: HttpRequest, train: Train, form: SlotForm) -> Slot:
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    opened = actions.open_slot(train=train.pk, wanted=form.wanted(), key=key, by=request.user, clock=timezone.now)
    return Slot.objects.get(pk=opened)


class CapacityForm(forms.Form):
    """How many points, and why."""

    capacity = forms.IntegerField(label=gettext_lazy("Points"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), required=False)


@access(Permission.SET_UP_TRAINS, post_only=True)
def capacity(request: HttpRequest, slot: int) -> HttpResponse:
    """Set how much one departure takes; empty: as its train. Asked to look first, say what that would make stand."""
    found = get_object_or_404(Slot.objects.select_related("train"), pk=slot)
    form = CapacityForm(request.POST)
    if form.is_valid() and "preview" in request.POST:
        return render(request, "slots/capacity.html", {"slot": found, "form": form, **_tried(request, found, form)})
    try:
        if form.is_valid():
            actions.set_capacity(slot=slot, **form.cleaned_data, by=request.user, clock=timezone.now)
            messages.success(request, _("Set. Whoever rides stays."))
            return redirect("web:slot", slot)
    except Refused as error:
        put_on(form, error)
    return render(request, "slots/capacity.html", {"slot": found, "form": form}, status=422)


def _tried(request: HttpRequest, slot: Slot, form: CapacityForm) -> dict[str, Any]:
    points = form.cleaned_data["capacity"]
    effect = would_stand(timezone.now(), capacity={slot.pk: slot.train.capacity if points is None else points})
    zone = request.user.zone
    return {"preview": preview(effect, zone=ZoneInfo(zone)), "zone": zone}


urlpatterns = [
    path("trains/<slug:slug>/slots/new/", new, name="slot-new"),
    path("slots/<int:slot>/capacity/", capacity, name="slot-capacity"),
]
