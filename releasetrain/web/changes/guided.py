"""Write a schema change down with the SQL of all its stages proposed; every line of it may be edited, or typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding.actions import changing
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, teams_where
from releasetrain.domain.sql.wishes import Wish
from releasetrain.domain.stages import Stage
from releasetrain.reviews.queries.scripts import judge_new_ahead
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.schema.reviewer import propose
from releasetrain.teams.models import Team
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.changes.listing import ChangeForm, editable
from releasetrain.web.fields import posted
from releasetrain.web.refusals import put_on
from releasetrain.web.sql.reading import Said, in_words

NEW = "new"
LABELS = {one.value: one.label for one in SchemaStage.Stage}


class GuidedForm(ChangeForm):
    """A wish, the SQL of each stage, and the release that carries it: a new draft, one that is there, or none yet."""

    type = forms.CharField(label=gettext_lazy("Type of the new field"), max_length=200, required=False)
    is_required = forms.BooleanField(label=gettext_lazy("It is NOT NULL in the end"), required=False, initial=True)
    has_index = forms.BooleanField(label=gettext_lazy("It is searched by: an index"), required=False)
    team = forms.TypedChoiceField(label=gettext_lazy("Drafts belong to"), coerce=int, empty_value=None, required=False)
    field_order = (
        *("name", "table", "old_field", "new_field", "type", "mapping", "is_required", "has_sync_trigger"),
        *("has_index", "key_field", "wrapped", "soak_hours", "team"),
    )

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data, person=person)
        mine = Team.objects.filter(pk__in=teams_where(person, Permission.DRAFT, among=_every_team()))
        self.fields["team"].choices = [(one.pk, one.name) for one in mine]
        offered = [(NEW, _("a new draft")), ("", _("none yet")), *((one.pk, str(one)) for one in editable(person))]
        for stage in Stage:
            label = _("%(stage)s rides in") % {"stage": LABELS[stage].capitalize()}
            self.fields[stage.value] = forms.ChoiceField(label=label, choices=offered, required=False, initial=NEW)
            self.fields[f"sql_{stage.value}"] = forms.CharField(
                label=_("SQL of %(stage)s") % {"stage": LABELS[stage]},
                required=False,
                strip=False,
                widget=forms.Textarea({"class": "code", "spellcheck": "false", "rows": 6}),
            )

    def wish(self) -> Wish:
        """Return what the proposal is made from, once the form is valid."""
        known = self.cleaned_data
        return Wish(
            table=known["table"].name,
            old=known["old_field"],
            new=known["new_field"],
            type=known["type"],
            expression=known["mapping"],
            key=self.around().key_field,
            is_required=known["is_required"],
            by_trigger=known["has_sync_trigger"],
            has_index=known["has_index"],
        )

    def scripts(self) -> dict[Stage, str]:
        """Return the SQL of each stage as it is typed."""
        typed_in = {stage: self.data.get(f"sql_{stage.value}", "") for stage in Stage}
        return {stage: sql.replace("\r\n", "\n") for stage, sql in typed_in.items()}

    def said(self) -> dict[str, Any]:
        """Return what the verb takes, once the form is valid; refuses SQL that no release would carry."""
        stages = {stage: step for stage in Stage if (step := self._step(stage)) is not None}
        return {**super().said(), "stages": stages, "team": self.cleaned_data["team"]}

    def _step(self, stage: Stage) -> changing.Step | None:
        sql, carrier = self.scripts()[stage], self.cleaned_data[stage.value]
        if carrier == "":
            if sql.strip():
                raise Refused("no-carrier", details={"field": stage.value})
            return None
        title = f"{self.cleaned_data['name']}: {LABELS[stage]}"
        return changing.Step(release=None if carrier == NEW else int(carrier), sql=sql, title=title)


@dataclass(frozen=True, slots=True)
class Row:
    """A stage of the form: where it rides, its SQL, and what the review finds in that."""

    stage: str
    carrier: BoundField
    sql: BoundField
    found: list[Said]


def _every_team() -> list[int]:
    return list(Team.objects.values_list("pk", flat=True))


@access(Permission.EDIT)
def guided(request: HttpRequest) -> HttpResponse:
    """Show the form; answer what is posted with a proposal, or write it down."""
    form = GuidedForm(posted(request), person=request.person)
    if request.method == "POST" and form.is_valid():
        answer = _proposed(request, form) if "propose" in request.POST else _written(request, form)
        if answer is not None:
            return answer
    status = 200 if request.method == "GET" else 422
    return render(request, "changes/guided.html", _page(form), status=status)


def _proposed(request: HttpRequest, form: GuidedForm) -> HttpResponse | None:
    """The form again, with the SQL of all stages in place of what stood there."""
    try:
        scripts = propose(form.wish())
    except Refused as refused:
        put_on(form, _at_its_field(refused))
        return None
    said = request.POST.copy()
    for stage, sql in scripts.items():
        said[f"sql_{stage.value}"] = sql
    filled = GuidedForm(said, person=request.person)
    filled.is_valid()
    return render(request, "changes/guided.html", _page(filled) | {"is_proposed": True})


def _at_its_field(refused: Refused) -> Refused:
    """The form calls some fields by their longer names."""
    names = {"old": "old_field", "new": "new_field", "key": "key_field", "expression": "mapping"}
    field = str(refused.details.get("field", ""))
    return Refused(refused.code, details={**refused.details, "field": names.get(field, field)})


def _written(request: HttpRequest, form: GuidedForm) -> HttpResponse | None:
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    try:
        made = changing.add_change(**form.said(), key=key, by=request.user, clock=timezone.now)
    except Refused as refused:
        put_on(form, refused)
        return None
    messages.success(request, _("“%(change)s” is written down.") % {"change": made.name})
    return redirect("web:change", made.pk)


def _page(form: GuidedForm) -> dict[str, Any]:
    found = _findings(form)
    rows = [
        Row(LABELS[stage].capitalize(), form[stage.value], form[f"sql_{stage.value}"], found.get(stage, []))
        for stage in Stage
    ]
    shown = {stage.value for stage in Stage} | {f"sql_{stage.value}" for stage in Stage}
    return {"form": form, "rows": rows, "wishes": [one for one in form if one.name not in shown]}


def _findings(form: GuidedForm) -> Mapping[Stage, list[Said]]:
    """What the review finds in what is typed by now, as far as the form says what it needs."""
    if not form.is_bound:
        return {}
    form.is_valid()  # what is refused leaves the rest to be judged
    known = form.cleaned_data
    if known.get("table") is None:
        return {}
    scripts = {stage: sql for stage, sql in form.scripts().items() if sql.strip()}
    change = SchemaChange(
        table=known["table"],
        old_field=known.get("old_field", ""),
        new_field=known.get("new_field", ""),
        **form.around().fields,
    )
    judged = judge_new_ahead(change, scripts)
    return {stage: [in_words(one) for one in said.findings] for stage, said in judged.items()}


urlpatterns = [path("changes/guided/", guided, name="change-guided")]
