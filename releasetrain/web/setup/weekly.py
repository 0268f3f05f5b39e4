"""A weekly timetable as people type it: rows of weekday, time and minutes, or one cell of a pasted line."""

import re
from datetime import time

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.timetable import Weekly
from releasetrain.trains.models import Train
from releasetrain.web.fields import CLOCK

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_MINUTES = 60
EMPTY_ROWS = 3
MOST_ROWS = 60


class EntryForm(forms.Form):
    """One departure a week; a row without a time is none."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"), coerce=int, empty_value=None, required=False, choices=[("", "–"), *WEEKDAYS.items()]
    )
    at = forms.TimeField(
        label=gettext_lazy("Departs at"), required=False, widget=forms.TimeInput(CLOCK, format="%H:%M")
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=1440)

    def clean(self) -> dict[str, object]:
        """Refuse half a row."""
        said = self.cleaned_data
        if said.get("at") is not None and said.get("weekday") is None:
            self.add_error("weekday", _("On which day?"))
        if said.get("weekday") is not None and said.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("At what time?"))
        return said


class BaseEntries(BaseFormSet):
    """All rows of a timetable."""

    def weekly(self) -> list[Weekly]:
        """Return the departures of the rows that say one; ask ``is_valid`` first."""
        said = [form.cleaned_data for form in self.forms if form.cleaned_data.get("at") is not None]
        return [Weekly(weekday=one["weekday"], at=one["at"], minutes=one["minutes"] or USUAL_MINUTES) for one in said]


Entries = formset_factory(EntryForm, formset=BaseEntries, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def rows_of(train: Train) -> list[dict[str, object]]:
    """Return what the rows of a train's timetable start with."""
    return [{"weekday": one.weekday, "at": one.at, "minutes": one.minutes} for one in train.timetable.all()]


class TimetableField(forms.CharField):
    """A timetable in one cell: "tue 22:00 60; thu 22:00"."""

    ENTRY = re.compile(r"(\w{3})\w*\s+(\d{1,2}):(\d\d)(?:\s+(\d{1,4}))?", re.ASCII)

    def clean(self, value: str) -> list[Weekly]:
        """Return the departures, or say which cannot be read."""
        return [self._entry(part.strip()) for part in super().clean(value).split(";") if part.strip()]

    def _entry(self, said: str) -> Weekly:
        match = self.ENTRY.fullmatch(said.lower())
        if match is None or match[1] not in DAYS or int(match[2]) > 23 or int(match[3]) > 59:
            raise ValidationError(_("“%(said)s” is not a departure such as tue 22:00 60.") % {"said": said})
        at = time(int(match[2]), int(match[3]))
        return Weekly(weekday=DAYS.index(match[1]), at=at, minutes=int(match[4] or USUAL_MINUTES))
