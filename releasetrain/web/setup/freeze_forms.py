"""The forms of freezes: what one says, a suspension, an end, the public holidays of a country."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releasetrain.releases.models import Service
from releasetrain.teams.calendars import calendars
from releasetrain.teams.models import Team
from releasetrain.trains.freeze_fields import PLAIN, SCOPE, FreezeFields
from releasetrain.trains.models import Train
from releasetrain.web.fields import LocalField, ZoneField
from releasetrain.web.setup.choices import all_teams

OWN = "own"
AGAIN = (
    ("", _("once")),
    ("FREQ=DAILY", _("every day")),
    ("FREQ=WEEKLY", _("every week")),
    ("FREQ=MONTHLY", _("every month")),
    ("FREQ=YEARLY", _("every year")),
    (OWN, _("by a rule of its own")),
)
HARD = (("hard", _("hard: nothing departs without a waiver")), ("soft", _("soft: nothing boards it by itself")))


def _holidays() -> list[tuple[str, Any]]:
    return [("", _("none")), *((name, name) for name in calendars())]


def _trains() -> Iterable[tuple[int, str]]:
    return Train.objects.values_list("pk", "name")


def _services() -> Iterable[tuple[int, str]]:
    return Service.objects.order_by("name").values_list("pk", "name")


class ManyField(forms.TypedMultipleChoiceField):
    """Some rows, by id; none: all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class FreezeForm(forms.Form):
    """A freeze; what can be is the verb's to say. ``changed_meanwhile``: what another tab changed, by name."""

    changed_meanwhile: Iterable[str] = ()
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As it stands on the board: Year-end close."))
    hard = forms.ChoiceField(label=_("How hard"), choices=HARD, initial="hard", widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}))
    first_at = LocalField(label=_("From"))
    last_at = LocalField(label=_("To"), required=False, help_text=_("That minute is free again."))
    zone = ZoneField(initial="UTC")
    again = forms.ChoiceField(label=_("Again"), choices=AGAIN, required=False)
    rule = forms.CharField(
        label=_("Its rule"), max_length=200, required=False, help_text=_("Of iCalendar: FREQ=MONTHLY;BYDAY=-1FR.")
    )
    holidays = forms.ChoiceField(
        label=_("Public holidays"),
        choices=_holidays,
        required=False,
        help_text=_("A calendar: its days from the first day on, and no others."),
    )
    trains = ManyField(label=_("Trains"), choices=_trains)
    services = ManyField(label=_("Services"), choices=_services)
    teams = ManyField(label=_("Teams"), choices=all_teams)

    def said(self) -> FreezeFields:
        """Return what the form says, once it is valid."""
        kept = {name: value for name, value in self.cleaned_data.items() if name in (*PLAIN, *SCOPE)}
        again = self.cleaned_data["again"]
        rule = kept["rule"] if again == OWN else again
        scope = {name: frozenset(kept[name]) for name in SCOPE}
        return FreezeFields(**{**kept, **scope, "rule": rule, "is_hard": self.cleaned_data["hard"] == "hard"})


def shown(said: FreezeFields) -> dict[str, Any]:
    """Return what the form of a freeze starts with."""
    known = {name: getattr(said, name) for name in (*PLAIN, *SCOPE) if name != "is_hard"}
    is_usual = said.rule in dict(AGAIN)
    again = {"again": said.rule if is_usual else OWN, "rule": "" if is_usual else said.rule}
    scope = {name: sorted(getattr(said, name)) for name in SCOPE}
    return {**known, **scope, **again, "hard": "hard" if said.is_hard else "soft"}


LABELS: dict[str, Promise] = {
    "name": _("Name"),
    "reason": _("Why"),
    "is_hard": _("How hard"),
    "zone": _("Time zone"),
    "first_at": _("From"),
    "last_at": _("To"),
    "rule": _("Its rule"),
    "holidays": _("Public holidays"),
    "trains": _("Trains"),
    "services": _("Services"),
    "teams": _("Teams"),
}


class SuspendForm(forms.Form):
    """A time in which a freeze does not count, where the reader is."""

    since = LocalField(label=_("From (empty: now)"), required=False)
    until = LocalField(label=_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=2000)

    def times(self, zone: str) -> dict[str, datetime | None]:
        """Return the instants, once it is valid."""
        local = {name: self.cleaned_data[name] for name in ("since", "until")}
        return {name: value and value.replace(tzinfo=ZoneInfo(zone)) for name, value in local.items()}


class EndForm(forms.Form):
    """Why a freeze ends."""

    reason = forms.CharField(label=_("Why"), max_length=2000)


class HolidaysForm(forms.Form):
    """The public holidays of a country."""

    country = forms.ChoiceField(
        label=_("Country, or a part of one"), choices=lambda: [(one, one) for one in calendars()]
    )


def usual_country() -> str:
    """Return the calendar that most teams work by."""
    named = list(Team.objects.exclude(holidays="").values_list("holidays", flat=True))
    return max(set(named), key=named.count) if named else "DE"
