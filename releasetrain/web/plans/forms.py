"""The form that asks for plans: trains, seconds, whom to leave out or alone, and what is only thought of (P4)."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.domain.permissions import Person
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot, Train
from releasetrain.web.fields import LocalField
from releasetrain.web.setup.freeze_forms import ManyField
from releasetrain.web.templatetags.times import moment_in

SECONDS = (
    ("10", gettext_lazy("10 s")),
    ("30", gettext_lazy("30 s")),
    ("60", gettext_lazy("1 min")),
    ("300", gettext_lazy("5 min")),
)
CODES = re.compile(r"(?:RT-?)?(\d{1,9})", re.IGNORECASE)
ROWS = 3
MOST_ROWS = 60
MOST_SLOTS = 200
SPAN = ("since", "until")
DAYS = ("earliest", "due")


def _trains() -> Iterable[tuple[int, str]]:
    return Train.objects.values_list("pk", "name")


class CodesField(forms.CharField):
    """Releases by their codes, as many as are typed: RT-31, RT-40. Cleans to their numbers."""

    def __init__(self, *, example: str = "RT-31, RT-40", **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false", "placeholder": example})
        super().__init__(required=False, max_length=2000, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[int, ...]:
        """Return the numbers in the order typed, or say which word is no code."""
        typed = [word for word in re.split(r"[\s,;]+", super().clean(value)) if word]
        found = [CODES.fullmatch(word) for word in typed]
        if bad := [word for word, match in zip(typed, found, strict=True) if match is None]:
            raise ValidationError(_("“%(word)s” is no release. Codes look like RT-31.") % {"word": bad[0][:20]})
        return tuple(dict.fromkeys(int(match[1]) for match in found if match))


class AskForm(forms.Form):
    """What is asked for; that the releases are there is checked against what ``person`` may see."""

    trains = ManyField(label=gettext_lazy("Trains"), choices=_trains, help_text=gettext_lazy("None ticked: all."))
    seconds = forms.ChoiceField(label=gettext_lazy("Look for"), choices=SECONDS, initial="30", widget=forms.RadioSelect)
    leave_out = CodesField(
        label=gettext_lazy("Leave out"), help_text=gettext_lazy("They stay as they are, and no plan places them.")
    )
    pinned = CodesField(
        label=gettext_lazy("Pin"), help_text=gettext_lazy("They keep their place; the others go around them.")
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Say which of the releases are not there."""
        said = super().clean() or {}
        for name in ("leave_out", "pinned"):
            if lacking := unseen(said.get(name, ()), self.person):
                words = ngettext("There is no %(codes)s.", "There are no %(codes)s.", len(lacking))
                self.add_error(name, words % {"codes": ", ".join(f"RT-{one}" for one in lacking)})
        return said


def unseen(releases: Iterable[int], person: Person) -> list[int]:
    """Return those of the releases that ``person`` does not find."""
    wanted = list(releases)
    if not wanted:
        return []
    seen = set(Release.objects.visible_to(person).filter(pk__in=wanted).values_list("pk", flat=True))
    return [one for one in wanted if one not in seen]


class CapacityForm(forms.Form):
    """A departure that would take another number of points."""

    slot = forms.ChoiceField(label=gettext_lazy("Departure"), required=False)
    points = forms.IntegerField(label=gettext_lazy("Takes, in points"), required=False, min_value=0, max_value=10_000)

    def __init__(self, *args: Any, slots: Callable[[], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = slots

    def clean(self) -> dict[str, Any]:
        """Want both or neither."""
        return _both(self, "slot", "points")


class FreezeForm(forms.Form):
    """A freeze that is only thought of: nothing of these trains departs in it. Times are the reader's."""

    since = LocalField(label=gettext_lazy("From"), required=False)
    until = LocalField(label=gettext_lazy("To"), required=False)

    def clean(self) -> dict[str, Any]:
        """Want both or neither, in that order."""
        said = _both(self, "since", "until")
        if said.get("since") and said.get("until") and said["until"] <= said["since"]:
            self.add_error("until", _("It must end after it begins."))
        return said


class DatesForm(forms.Form):
    """A release that would be ready or due on other days."""

    release = CodesField(label=gettext_lazy("Release"), example="RT-31")
    earliest = forms.DateField(
        label=gettext_lazy("Not before"), required=False, widget=forms.DateInput({"type": "date"})
    )
    due = forms.DateField(label=gettext_lazy("Due"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean_release(self) -> int | None:
        """Take one release."""
        said = self.cleaned_data["release"]
        if len(said) > 1:
            raise ValidationError(_("One release per row."))
        return said[0] if said else None

    def clean(self) -> dict[str, Any]:
        """Want a release where there is a day, and a day where there is a release."""
        said = super().clean() or {}
        days = said.get("earliest") or said.get("due")
        if days and "release" in said and not said["release"]:
            self.add_error("release", _("This is needed."))
        if said.get("release") and not days and not self.errors:
            self.add_error("due", _("Type one of the two days."))
        return said


def _both(form: forms.Form, *names: str) -> dict[str, Any]:
    said = super(type(form), form).clean() or {}
    given = [name for name in names if said.get(name) not in (None, "")]
    for name in names:
        if given and name not in given and name not in form.errors:
            form.add_error(name, _("This is needed."))
    return said


def _rows(form: type[forms.Form]) -> type[BaseFormSet]:
    return formset_factory(form, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class Tried:
    """What is only thought of, as three lists of rows."""

    def __init__(self, data: Any, *, person: Person) -> None:
        slots, self.person = _Slots(), person
        self.capacities = _rows(CapacityForm)(data, prefix="capacity", form_kwargs={"slots": slots})
        self.freezes = _rows(FreezeForm)(data, prefix="freeze")
        self.dates = _rows(DatesForm)(data, prefix="dates")
        self.is_bound = data is not None

    @property
    def lists(self) -> tuple[BaseFormSet, ...]:
        """All three."""
        return self.capacities, self.freezes, self.dates

    def is_valid(self) -> bool:
        """Whether every row can be read, and names a release that is there."""
        judged = [one.is_valid() for one in self.lists]  # all of them, so that every mistake is said
        if not all(judged):
            return False
        typed = {form.cleaned_data["release"]: form for form in self.dates if form.cleaned_data.get("release")}
        lacking = unseen(typed, self.person)
        for one in lacking:
            typed[one].add_error("release", _("There is no RT-%(number)s.") % {"number": one})
        return not lacking

    @property
    def is_open(self) -> bool:
        """Whether anything was typed, so that the page shows the rows."""
        return self.is_bound and any(form.has_changed() for one in self.lists for form in one)

    def said(self) -> dict[str, Any]:
        """Return what was typed, once it is valid, as ``planning.asked.read`` takes it."""
        zone = timezone.get_current_timezone()
        freezes = [{name: row[name].replace(tzinfo=zone) for name in SPAN} for row in _filled(self.freezes, "since")]
        dates = {
            row["release"]: {name: row[name] for name in DAYS if row[name]} for row in _filled(self.dates, "release")
        }
        return {
            "capacity": {int(row["slot"]): row["points"] for row in _filled(self.capacities, "slot")},
            "freezes": freezes,
            "dates": dates,
        }


def _filled(rows: BaseFormSet, name: str) -> list[dict[str, Any]]:
    return [form.cleaned_data for form in rows if form.cleaned_data.get(name)]


class _Slots:
    """The departures to come as choices, read once for all rows."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] | None = None

    def __call__(self) -> list[tuple[str, str]]:
        if self.kept is None:
            now = timezone.now()
            coming = Slot.objects.filter(start_at__gt=now, skipped_at=None, kind=Slot.Kind.REGULAR)
            zone = timezone.get_current_timezone()
            self.kept = [("", "–")] + [
                (str(one.pk), f"{moment_in(one.start_at, zone)} {one.train.name}, {one.capacity}")
                for one in coming.select_related("train").order_by("start_at")[:MOST_SLOTS]
            ]
        return self.kept
