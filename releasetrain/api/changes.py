"""Schema changes: which releases carry their stages; write one down, give one up."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.holding import WhySaid
from releasetrain.api.shapes import Answer, Id, Number, Said, Text
from releasetrain.api.sql_shapes import Accepted, FindingAnswer, accepted_in, told_findings
from releasetrain.boarding.actions import changing
from releasetrain.boarding.actions.changing import AS_USUAL, LONGEST, MOST_MAPPING, MOST_SOAK
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.sql.wishes import Wish
from releasetrain.domain.stages import Stage
from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.schema.reviewer import propose

PLAIN = ("name", "old_field", "new_field", "soak_hours")
AROUND = ("key_field", "wrapped", "has_sync_trigger", "mapping")


class StageAnswer(Answer):
    """A stage and the release that carries it."""

    stage = serializers.ChoiceField(choices=SchemaStage.Stage.choices)
    release = serializers.CharField(source="release.code")
    heavy_lock = serializers.BooleanField()
    found_lock = serializers.BooleanField(help_text="Whether the review found that its SQL takes a heavy lock.")
    findings = FindingAnswer(
        source="told_findings", many=True, allow_null=True, help_text="null: not judged yet; it passes nowhere."
    )


class ChangeAnswer(Answer):
    """A change of a table's stored data."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    table = serializers.IntegerField(source="table_id")
    old_field = serializers.CharField()
    new_field = serializers.CharField()
    soak_hours = serializers.IntegerField()
    mapping = serializers.CharField(help_text="The new field's value, as SQL over the row; empty: the old value.")
    key_field = serializers.CharField(help_text="The field by which batches go.")
    wrapped = serializers.BooleanField(allow_null=True, help_text="Whether the runner wraps a file in a transaction.")
    has_sync_trigger = serializers.BooleanField()
    stages = StageAnswer(source="seen_stages", many=True)
    abandoned_at = serializers.DateTimeField(allow_null=True)
    abandoned_because = serializers.CharField()


class StageSaid(Said):
    """A stage and the number of the release that carries it."""

    stage = serializers.ChoiceField(choices=SchemaStage.Stage.choices)
    release = Id(allow_null=True, help_text="None: a new draft of the team that is named carries it.")
    title = Text(
        max_length=LONGEST, allow_blank=True, default="", help_text="Of the new draft; empty: the change's name."
    )
    sql = Text(allow_blank=True, default="", max_length=100_000)
    heavy_lock = serializers.BooleanField(default=False)


class MovedSaid(Said):
    """What a change moves: its SQL is proposed."""

    table = Text(max_length=LONGEST, help_text="The table's name, with its schema if that is not public.")
    old = Text(max_length=LONGEST)
    new = Text(max_length=LONGEST)
    type = Text(max_length=200)
    expression = Text(max_length=2000, allow_blank=True, default="", help_text="SQL; empty: the old value.")
    key = Text(max_length=LONGEST, default=AS_USUAL.key_field)
    is_required = serializers.BooleanField(default=True)
    by_trigger = serializers.BooleanField(default=False)
    has_index = serializers.BooleanField(default=False)


class ProposalAnswer(Answer):
    """The SQL of each stage."""

    expand = serializers.CharField()
    backfill = serializers.CharField()
    relax = serializers.CharField()
    drop = serializers.CharField()


class ChangeSaid(Said):
    """A new change with its stages."""

    team = Id(allow_null=True, default=None, help_text="Whose new drafts carry the stages that name no release.")

    name = Text(max_length=LONGEST)
    table = Id()
    old_field = Text(max_length=LONGEST, allow_blank=True, default="")
    new_field = Text(max_length=LONGEST, allow_blank=True, default="")
    soak_hours = Number(min_value=0, max_value=MOST_SOAK, default=120)
    mapping = Text(max_length=MOST_MAPPING, allow_blank=True, default="")
    key_field = Text(max_length=LONGEST, default=AS_USUAL.key_field)
    wrapped = serializers.BooleanField(allow_null=True, default=None)
    has_sync_trigger = serializers.BooleanField(default=False)
    stages = StageSaid(many=True, default=list, max_length=len(Stage))


class ChangeEditSaid(Said):
    """A change; what is not said stays."""

    name = Text(max_length=LONGEST)
    old_field = Text(max_length=LONGEST, allow_blank=True)
    new_field = Text(max_length=LONGEST, allow_blank=True)
    soak_hours = Number(min_value=0, max_value=MOST_SOAK)
    mapping = Text(max_length=MOST_MAPPING, allow_blank=True)
    key_field = Text(max_length=LONGEST)
    wrapped = serializers.BooleanField(allow_null=True)
    has_sync_trigger = serializers.BooleanField()


class Changes(Door):
    """Every change."""

    family = "changes"
    ordering = "pk"

    @described("Schema changes with their stages", answers=ChangeAnswer, paged=True)
    def get(self, request: Request, said: dict[str, Any]) -> QuerySet[SchemaChange]:
        """Return them all, given up ones among them."""
        return _whole(request)

    def with_more(self, page: list[SchemaChange]) -> list[SchemaChange]:
        """Add the stages that whoever asks may see."""
        accepted = accepted_in(stage for one in page for stage in one.stages.all())
        return [_seen(one, accepted) for one in page]

    @described("Write a change down; it is an edit of each release", takes=ChangeSaid, answers=ChangeAnswer, status=201)
    def post(self, request: Request, said: dict[str, Any]) -> SchemaChange:
        """Write it down, for whoever may edit every release that carries a stage."""
        stages = {}
        for one in said["stages"]:
            stage = Stage(one["stage"])
            if stage in stages:
                raise Refused("stage-twice", details={"field": "stages"})
            stages[stage] = changing.Step(**{name: one[name] for name in ("release", "title", "sql", "heavy_lock")})
        around = changing.Around(**{name: said.pop(name) for name in AROUND})
        made = changing.add_change(**{**said, "stages": stages}, around=around, by=request.user, clock=timezone.now)
        return _one(request, made.pk)


class One(Door):
    """One change."""

    family = "changes"
    needs = Permission.SEE  # whose releases carry it may edit it: the action asks
    named_by_address = ("no-such-change",)

    @described("A schema change with its stages and what is found in their SQL", answers=ChangeAnswer)
    def get(self, request: Request, change: int) -> SchemaChange:
        """Return it."""
        return _one(request, change)

    @described("Change what is said of a change; its SQL is judged again", takes=ChangeEditSaid, answers=ChangeAnswer)
    def patch(self, request: Request, change: int, said: dict[str, Any]) -> SchemaChange:
        """Edit it; refused with the conflicts that the edit makes where its releases ride."""
        known = get_object_or_404(SchemaChange, pk=change)
        plain = {name: said.get(name, getattr(known, name)) for name in PLAIN}
        around = changing.Around(**{name: said.get(name, getattr(known, name)) for name in AROUND})
        changing.edit_change(change=change, **plain, around=around, by=request.user, clock=timezone.now)
        return _one(request, change)


class Proposal(Door):
    """The SQL of all stages, proposed."""

    family = "changes"
    needs = Permission.SEE

    @described("Propose the SQL of all stages of a change; writes nothing", takes=MovedSaid, answers=ProposalAnswer)
    def post(self, request: Request, said: dict[str, Any]) -> dict[str, str]:
        """Propose it, in the process that parses."""
        return {stage.value: sql for stage, sql in propose(Wish(**said)).items()}


class Abandon(Door):
    """Give one up."""

    family = "changes"
    needs = Permission.SEE  # whose releases carry it may give it up: the action asks
    named_by_address = ("no-such-change",)

    @described("Give a schema change up: its table is free again", takes=WhySaid, answers=ChangeAnswer)
    def post(self, request: Request, change: int, said: dict[str, Any]) -> SchemaChange:
        """Give it up."""
        changing.abandon_change(change=change, reason=said["reason"], by=request.user, clock=timezone.now)
        return _one(request, change)


def _one(request: Request, change: int) -> SchemaChange:
    found = get_object_or_404(_whole(request), pk=change)
    return _seen(found, accepted_in(found.stages.all()))


def _whole(request: Request) -> QuerySet[SchemaChange]:
    """The changes, with the stages that whoever asks may see: a draft carries one for its team alone."""
    visible = Release.objects.visible_to(request._request.person)
    stages = SchemaStage.objects.filter(release__in=visible).select_related("release")
    return SchemaChange.objects.prefetch_related(Prefetch("stages", stages))


def _seen(change: SchemaChange, accepted: Accepted) -> SchemaChange:
    """The change with ``seen_stages``, in their order, and what is found in each."""
    order = list(Stage)
    change.seen_stages = sorted(change.stages.all(), key=lambda one: order.index(Stage(one.stage)))
    for stage in change.seen_stages:
        stage.told_findings = told_findings(stage, accepted)
    return change


urlpatterns = [
    path("changes/proposal", Proposal.as_view(), name="change-proposal"),
    path("changes", Changes.as_view(), name="changes"),
    path("changes/<row:change>", One.as_view(), name="change"),
    path("changes/<row:change>/abandon", Abandon.as_view(), name="change-abandon"),
]
