"""The form of a release: shape only. Rules and permissions are the action's."""

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.actions.drafting import Wish
from releasetrain.conflict_wording import listed, moment
from releasetrain.domain.risk import Scale
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import HEAVIEST, LIGHTEST, ReleaseFields, Step
from releasetrain.releases.models import DataTable, Initiative, Release, Service
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import Team
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request, Train

USUAL, WAIT = "usual", "wait"
NEED = re.compile(r"^RT-(\d{1,18})(?:\+(\d{1,5})h)?$", re.IGNORECASE)
SLOTS_OFFERED = 40


class ReleaseForm(forms.Form):
    """What a release says."""

    title = forms.CharField(label=_("Title"), max_length=120)
    description = forms.CharField(label=_("What changes"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    size = forms.ChoiceField(label=_("Size"), choices=Release.Size.choices, widget=forms.RadioSelect, initial="S")
    services = forms.ModelMultipleChoiceField(
        label=_("Services"), queryset=Service.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    tables = forms.ModelMultipleChoiceField(
        label=_("Tables whose schema or data it changes"),
        queryset=DataTable.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    clients = forms.ModelMultipleChoiceField(
        label=_("Clients it must work with, before and after"),
        queryset=Service.objects.filter(kind=Service.Kind.CLIENT),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    initiative = forms.ModelChoiceField(label=_("Initiative"), queryset=Initiative.objects.all(), required=False)
    earliest = forms.DateField(label=_("Not before"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    weight = forms.IntegerField(label=_("Weight"), min_value=LIGHTEST, max_value=HEAVIEST, initial=1)
    needs = forms.CharField(
        label=_("Needs"), required=False, help_text=_("Codes, such as RT-31 or RT-40+24h: hours after its departure.")
    )
    links = forms.CharField(
        label=_("Links"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One address a line.")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, own: int | None = None, steps: Iterable[Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        self.steps = StepForms(self.data or None, initial=[vars_of(one) for one in sorted(steps)], prefix="steps")

    def clean_needs(self) -> frozenset[tuple[int, int | None]]:
        """Read the codes with their lags."""
        words = re.split(r"[\s,;]+", self.cleaned_data["needs"].strip())
        needs = frozenset(self._need(word) for word in words if word)
        twice = next((on for on, times in Counter(on for on, _lag in needs).items() if times > 1), None)
        if twice:
            raise forms.ValidationError(_("RT-%(number)s is named twice."), params={"number": twice})
        return needs

    def _need(self, word: str) -> tuple[int, int | None]:
        match = NEED.match(word)
        number = int(match[1]) if match else 0
        if match is None or not Release.objects.filter(pk=number, submitted_at__isnull=False).exists():
            raise forms.ValidationError(_("%(word)s is not a submitted release."), params={"word": word})
        if number == self.own:
            raise forms.ValidationError(_("A release cannot need itself."))
        return number, int(match[2]) if match[2] else None

    def clean_links(self) -> tuple[str, ...]:
        """Read one address a line; only those of the web."""
        links = tuple(line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip())
        for link in links:
            forms.URLField(max_length=500, assume_scheme="https").clean(link)
            if not link.lower().startswith(("http://", "https://")):
                raise forms.ValidationError(_("%(link)s is not an address of the web."), params={"link": link})
        return links

    def is_valid(self) -> bool:
        """Return whether the form and its stages can be read."""
        return super().is_valid() & (not self.steps.was_sent or self.steps.is_valid())

    def as_far_as_it_goes(self, before: ReleaseFields | None = None) -> ReleaseFields:
        """Return what can be read of a form that is not filled in yet; the rest is as ``before``."""
        self.is_valid()
        known = initial_of_fields(before or ReleaseFields(title=""))
        self.cleaned_data = {**known, **self.cleaned_data}
        return self.fields_value(before)

    def clean(self) -> dict[str, Any]:
        """Say where two dates contradict each other."""
        cleaned = super().clean() or {}
        earliest, due = cleaned.get("earliest"), cleaned.get("due")
        if earliest and due and due < earliest:
            self.add_error("due", _("It would be due before the day it may ride."))
        return cleaned

    def fields_value(self, before: ReleaseFields | None = None) -> ReleaseFields:
        """Return what was typed, as the action takes it; what the form does not ask is as ``before``."""
        said = self.cleaned_data
        return replace(
            before or ReleaseFields(title=""),
            title=said["title"],
            description=said["description"],
            size=Size(said["size"]),
            initiative=said["initiative"].pk if said["initiative"] else None,
            services=frozenset(service.pk for service in said["services"]),
            tables=frozenset(table.pk for table in said["tables"]),
            clients=frozenset(client.pk for client in said["clients"]),
            steps=self.steps.value(before),
            earliest=said["earliest"],
            due=said["due"],
            weight=said["weight"],
            links=said["links"],
            needs=said["needs"],
        )


class StepForm(forms.Form):
    """A stage of a schema change, and its SQL."""

    change = forms.ModelChoiceField(label=_("Schema change"), queryset=SchemaChange.objects.all(), required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=[("", "–"), *SchemaStage.Stage.choices], required=False)
    sql = forms.CharField(
        label="SQL", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5, "class": "code"})
    )
    heavy_lock = forms.BooleanField(
        label=_("Takes a heavy lock"), required=False, help_text=_("Then it wants its database's hours of low load.")
    )

    def clean(self) -> dict[str, Any]:
        """A stage belongs to a change; without one the row is empty."""
        said = super().clean() or {}
        if said.get("change") and not said.get("stage"):
            self.add_error("stage", _("Which stage?"))
        if not said.get("change") and (said.get("sql") or "").strip():
            self.add_error("change", _("Of which change is this SQL?"))
        return said


class StepRows(forms.BaseFormSet):
    """The stages that a release carries, and an empty row."""

    @property
    def was_sent(self) -> bool:
        """Whether the form held rows at all."""
        return bool(self.is_bound and self.management_form.is_valid())

    def value(self, before: ReleaseFields | None = None) -> frozenset[Step]:
        """Return what was typed; where nothing was sent, what was said before."""
        if not self.was_sent:
            return before.steps if before else frozenset()
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        return frozenset(
            Step(row["change"].pk, row["stage"], row["sql"].replace("\r\n", "\n"), row["heavy_lock"])
            for row in rows
            if row.get("change") and row.get("stage")
        )


StepForms = forms.formset_factory(StepForm, formset=StepRows, extra=1, max_num=20)


def vars_of(step: Step) -> dict[str, Any]:
    """Return a step as its row shows it."""
    return {"change": step.change, "stage": step.stage, "sql": step.sql, "heavy_lock": step.heavy_lock}


class AnswersForm(forms.Form):
    """The questions about risk; fixed once the release is handed in."""

    def __init__(self, *args: Any, scale: Scale, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in scale.questions:
            choices = [(choice.code, choice.words) for choice in one.choices]
            field = forms.ChoiceField(label=one.words, choices=choices, required=False, widget=forms.RadioSelect)
            field.disabled = fixed
            self.fields[f"answer-{one.code}"] = field


def answers_in(said: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that a form holds, by question."""
    return {name.removeprefix("answer-"): said[name] for name in said if name.startswith("answer-") and said[name]}


def initial_of_fields(said: ReleaseFields) -> dict[str, Any]:
    """Return what a form that was not filled in would have read."""
    rows = {
        "services": Service.objects.filter(pk__in=said.services),
        "tables": DataTable.objects.filter(pk__in=said.tables),
        "clients": Service.objects.filter(pk__in=said.clients),
    }
    plain = {name: getattr(said, name) for name in ("title", "description", "earliest", "due", "weight", "links")}
    initiative = Initiative.objects.filter(pk=said.initiative).first()
    return {**rows, **plain, "needs": said.needs, "size": said.size.value, "initiative": initiative}


def initial_of(release: Release) -> dict[str, Any]:
    """Return what the form shows of a release."""
    said = ReleaseFields.of(release)
    return {
        **{name: getattr(said, name) for name in ("title", "description", "earliest", "due", "weight", "initiative")},
        "size": said.size.value,
        "services": list(said.services),
        "tables": list(said.tables),
        "clients": list(said.clients),
        "needs": ", ".join(
            f"RT-{on}" + (f"+{lag}h" if lag is not None else "") for on, lag in sorted(said.needs, key=str)
        ),
        "links": "\n".join(said.links),
        "revision": release.revision,
    }


def in_words(release: Release, field: str) -> str:
    """Return what a release says in one field, as a reader of a difference wants it; empty if it says nothing."""
    match field:
        case "size":
            return str(release.get_size_display())
        case "services" | "tables" | "clients":
            return listed(one.name for one in getattr(release, field).all())
        case "initiative":
            return release.initiative.name if release.initiative else ""
        case "earliest" | "due":
            on = getattr(release, field)
            return date_format(on, "D j M Y") if on else ""
    return str(initial_of(release).get(field, ""))


class WishForm(forms.Form):
    """Whose release it is and what it wants: a train, and the first slot that would do, this slot, or to wait."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=None)
    wants = forms.ChoiceField(
        label=_("Wants"),
        choices=[
            (USUAL, _("what its size does")),
            (Request.Wish.FIRST.value, _("the first that would do")),
            (Request.Wish.THIS.value, _("this slot")),
            (WAIT, _("to wait")),
        ],
        widget=forms.RadioSelect,
        initial=USUAL,
        help_text=_("A small one takes the first slot that would do, a larger one waits to be placed."),
    )
    train = forms.ModelChoiceField(label=_("Train"), queryset=Train.objects.order_by("pk"), required=False)
    slot = forms.TypedChoiceField(label=_("Slot"), coerce=int, required=False, empty_value=None)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, teams: Any, zone: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams
        self.fields["train"].empty_label = _("the team's own")
        coming = trains.coming_of_each(now=now, count=SLOTS_OFFERED)
        offered = [(slot.pk, f"{slot.train.name}: {moment(slot.start_at, zone)}") for slot in coming]
        self.fields["slot"].choices = [("", "–"), *offered]

    def clean(self) -> dict[str, Any]:
        """Ask for the slot where one is wanted."""
        cleaned = super().clean() or {}
        if cleaned.get("wants") == Request.Wish.THIS and not cleaned.get("slot") and "slot" not in self.errors:
            self.add_error("slot", _("Which one?"))
        return cleaned

    def wish(self) -> Wish:
        """Return the wish as the action takes it."""
        said = self.cleaned_data
        slot = said["slot"] if said["wants"] == Request.Wish.THIS else None
        kind = {USUAL: None, Request.Wish.FIRST.value: Request.Wish.FIRST}.get(said["wants"], Request.Wish.THIS)
        return Wish(train=said["train"].pk if said["train"] else None, slot=slot, kind=kind)
