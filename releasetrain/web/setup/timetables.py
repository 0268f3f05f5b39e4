"""A timetable as people type it: rows of weekday, time and minutes, rows of rules, or one cell of a pasted line."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import wording
from releasetrain.domain import recurrence
from releasetrain.domain.errors import Refused
from releasetrain.domain.recurrence import EVER
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.web.fields import CLOCK

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_MINUTES = 60
EMPTY_ROWS = 3
MOST_ROWS = 60
RULES = "rule"  # what the names of the rules' fields begin with
CODE = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


def _at() -> forms.TimeField:
    widget = forms.TimeInput(CLOCK, format="%H:%M")
    return forms.TimeField(label=gettext_lazy("Departs at"), required=False, widget=widget)


def _minutes() -> forms.IntegerField:
    return forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=1440)


class EntryForm(forms.Form):
    """One departure a week; a row without a time is none."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"), coerce=int, empty_value=None, required=False, choices=[("", "–"), *WEEKDAYS.items()]
    )
    at = _at()
    minutes = _minutes()

    def clean(self) -> dict[str, Any]:
        """Refuse half a row."""
        said = self.cleaned_data
        if said.get("at") is not None and said.get("weekday") is None:
            self.add_error("weekday", _("On which day?"))
        if said.get("weekday") is not None and said.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("At what time?"))
        return said

    def entry(self) -> Recurring | None:
        """Return the departure that the row says."""
        said = self.cleaned_data
        if said.get("at") is None:
            return None
        return weekly(weekday=said["weekday"], at=said["at"], minutes=said["minutes"] or USUAL_MINUTES)


class RuleForm(forms.Form):
    """Departures by a rule; a row without a rule is none."""

    rule = forms.CharField(
        label=gettext_lazy("Rule"), max_length=recurrence.LONGEST, required=False, widget=forms.TextInput(CODE)
    )
    first_on = forms.DateField(
        label=gettext_lazy("First day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    at = _at()
    minutes = _minutes()

    def clean(self) -> dict[str, Any]:
        """Refuse half a row, and a rule that cannot be read or never gives a day."""
        said = self.cleaned_data
        if not said.get("rule"):
            return said
        if said.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("At what time?"))
        if said.get("first_on") is None and "first_on" not in self.errors:
            self.add_error("first_on", _("From which day on?"))
        try:
            rule = recurrence.read(said["rule"])
            if first_on := said.get("first_on"):
                recurrence.refuse_without_days(rule, first_on=first_on)
        except Refused as error:
            self.add_error("rule", ValidationError(wording.refusal(error), code=error.code))
        return said

    def entry(self) -> Recurring | None:
        """Return the departures that the row says."""
        said = self.cleaned_data
        if not said.get("rule"):
            return None
        rule, minutes = recurrence.tidy(said["rule"]), said["minutes"] or USUAL_MINUTES
        return Recurring(rule=rule, at=said["at"], minutes=minutes, first_on=said["first_on"])


_LIMITS = {"max_num": MOST_ROWS, "absolute_max": MOST_ROWS}
WeekRows = formset_factory(EntryForm, extra=EMPTY_ROWS, **_LIMITS)
RuleRows = formset_factory(RuleForm, extra=1, **_LIMITS)


class Entries:
    """All rows of a timetable: the plain weeks, and what takes a rule to say."""

    def __init__(self, data: Any = None, *, timetable: Iterable[Recurring] = ()) -> None:
        entries = list(timetable)
        self.weeks: BaseFormSet = WeekRows(data, initial=[_week(one) for one in entries if one.weekday is not None])
        rules = [_rule(one) for one in entries if one.weekday is None]
        self.rules: BaseFormSet = RuleRows(_with_rules(data), initial=rules, prefix=RULES)

    @property
    def is_bound(self) -> bool:
        """Whether somebody typed it."""
        return self.weeks.is_bound

    def is_valid(self) -> bool:
        """Return whether every row can be read."""
        return self.weeks.is_valid() and self.rules.is_valid()

    def timetable(self) -> list[Recurring]:
        """Return the departures of the rows that say some; ask ``is_valid`` first."""
        said = (form.entry() for form in (*self.weeks.forms, *self.rules.forms))
        return [one for one in said if one is not None]


def _with_rules(data: Any) -> Any:
    """A form that was shown before there were rules has none."""
    if data is None or f"{RULES}-TOTAL_FORMS" in data:
        return data
    return {f"{RULES}-TOTAL_FORMS": 0, f"{RULES}-INITIAL_FORMS": 0}


def _week(entry: Recurring) -> dict[str, Any]:
    return {"weekday": entry.weekday, "at": entry.at, "minutes": entry.minutes}


def _rule(entry: Recurring) -> dict[str, Any]:
    return {"rule": entry.rule, "first_on": entry.first_on, "at": entry.at, "minutes": entry.minutes}


class TimetableField(forms.CharField):
    """A timetable in one cell: "tue 22:00 60; FREQ=MONTHLY;BYDAY=1TU 22:00 60 2031-12-01"."""

    # Entries part at a semicolon; so do the parts of a rule, which all hold "=" but begin no entry.
    PART = re.compile(r";(?=\s*(?:$|FREQ=|RRULE:|[^=;]+(?:;|$)))", re.IGNORECASE)
    ENTRY = re.compile(
        r"(?:(?P<rule>(?:RRULE:)?FREQ=\S+)|(?P<day>\w{3})\w*)\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)"
        r"(?:\s+(?P<minutes>\d{1,4}))?(?:\s+(?P<first>\d{4}-\d\d-\d\d))?",
        re.ASCII | re.IGNORECASE,
    )

    def clean(self, value: str) -> list[Recurring]:
        """Return the departures, or say which cannot be read."""
        return [self._entry(part.strip()) for part in self.PART.split(super().clean(value)) if part.strip()]

    def _entry(self, said: str) -> Recurring:
        match = self.ENTRY.fullmatch(said)
        if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59:
            raise _unreadable(said)
        at, minutes = time(int(match["hour"]), int(match["minute"])), int(match["minutes"] or USUAL_MINUTES)
        if match["rule"]:
            first_on = _first_day(match["first"], said)
            return Recurring(rule=recurrence.tidy(match["rule"]), at=at, minutes=minutes, first_on=first_on)
        if match["day"].lower() not in DAYS or match["first"]:
            raise _unreadable(said)
        return weekly(weekday=DAYS.index(match["day"].lower()), at=at, minutes=minutes)


def _first_day(typed: str | None, said: str) -> date:
    try:
        return date.fromisoformat(typed) if typed else EVER
    except ValueError:
        raise _unreadable(said) from None


def _unreadable(said: str) -> ValidationError:
    return ValidationError(_("“%(said)s” is not a departure such as tue 22:00 60.") % {"said": said})
