"""The review of SQL: ask it about any script, accept what it warns of, say how a table looks."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.shapes import ReleaseAnswer
from releasetrain.api.releases.whole import Whole, known, whole
from releasetrain.api.shapes import Answer, Id, Number, Reason, Said, Text
from releasetrain.api.sql_shapes import FindingAnswer, told_finding
from releasetrain.boarding.actions import tables
from releasetrain.domain.permissions import Permission
from releasetrain.domain.sql.values import Severity, Subject
from releasetrain.domain.stages import Stage
from releasetrain.releases.models import DataTable
from releasetrain.reviews.actions.accepting import Warned, accept, take_back
from releasetrain.reviews.queries.asked import subject_asked
from releasetrain.schema.models import KnownSchema, SchemaStage
from releasetrain.schema.reviewer import LONGEST, judge
from releasetrain.schema.rules_version import rules_version

STAGES = [stage.value for stage in Stage]
FACTS = ("table", "old", "new", "key", "rows", "in_transaction", "has_sync_trigger")


class OtherScriptSaid(Said):
    """The SQL of another stage of the change."""

    stage = serializers.ChoiceField(choices=STAGES)
    sql = Text(allow_blank=True, max_length=2 * LONGEST, trim_whitespace=False)


class SqlSaid(Said):
    """A script, and what is known around it; with ``change`` the product knows it, and what is said counts instead."""

    sql = Text(allow_blank=True, max_length=2 * LONGEST, trim_whitespace=False)
    stage = serializers.ChoiceField(choices=STAGES, allow_null=True, default=None)
    change = Id(allow_null=True, default=None, help_text="A schema change whose stage it is.")
    table = Text(max_length=200, required=False)
    old = Text(max_length=200, required=False, allow_blank=True)
    new = Text(max_length=200, required=False, allow_blank=True)
    key = Text(max_length=120, required=False)
    rows = Number(min_value=0, required=False, allow_null=True)
    in_transaction = serializers.BooleanField(required=False, allow_null=True)
    has_sync_trigger = serializers.BooleanField(required=False)
    history = serializers.ListField(
        child=Text(allow_blank=True, max_length=2 * LONGEST, trim_whitespace=False), required=False, max_length=500
    )
    others = OtherScriptSaid(many=True, required=False, max_length=len(STAGES))


class SqlAnswer(Answer):
    """What was found."""

    passes = serializers.BooleanField(help_text="Whether nothing blocks.")
    blocked = serializers.IntegerField()
    warned = serializers.IntegerField()
    rules = serializers.CharField(help_text="The version of the rules.")
    findings = FindingAnswer(many=True)


class WarnedSaid(Said):
    """A warning: of which stage, and the finding's rule and mark."""

    change = Id()
    stage = serializers.ChoiceField(choices=STAGES)
    rule = Text(max_length=60)
    mark = Text(max_length=128)


class AcceptSaid(Said):
    """Warnings, and the one reason for which they are accepted."""

    findings = WarnedSaid(many=True, allow_empty=False, max_length=200)
    reason = Reason()


class SchemaAnswer(Answer):
    """How a table looks, as SQL; empty where nobody said."""

    sql = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class SchemaSaid(Said):
    """What ``pg_dump --schema-only -t`` wrote."""

    sql = Text(allow_blank=True, max_length=tables.LONGEST, trim_whitespace=False)
    seen = Text(
        allow_blank=True,
        max_length=tables.LONGEST,
        trim_whitespace=False,
        required=False,
        help_text="What was read before; what was saved since is not undone: 409.",
    )


class Review(Door):
    """Ask the review."""

    family = "sql"
    needs = Permission.ASK_GATE  # a pipeline asks before it deploys

    @described("What the review finds in a script; writes nothing", takes=SqlSaid, answers=SqlAnswer)
    def post(self, request: Request, said: dict[str, Any]) -> dict[str, Any]:
        """Judge it, in a process of its own, within a few seconds."""
        found = judge(said["sql"], _subject(said))
        counts = [one.severity for one in found]
        return {
            "passes": Severity.BLOCKS not in counts,
            "blocked": counts.count(Severity.BLOCKS),
            "warned": counts.count(Severity.WARNS),
            "rules": rules_version(),
            "findings": [told_finding(one) for one in found],
        }


def _subject(said: dict[str, Any]) -> Subject:
    facts = {name: said[name] for name in FACTS if name in said}
    if "history" in said:
        facts["history"] = tuple(said["history"])
    others = [(Stage(one["stage"]), one["sql"]) for one in said["others"]] if "others" in said else None
    stage = Stage(said["stage"]) if said["stage"] else None
    return subject_asked(said["change"], stage, others=others, **facts)


class Accept(Door):
    """Accept warnings."""

    family = "sql"
    needs = Permission.REVIEW
    named_by_address = ("no-such-release",)

    @described("Accept what the review warns of in the SQL of a release", takes=AcceptSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Accept, as an architect who did not edit it."""
        known(request, number)
        stages = SchemaStage.objects.filter(release=number).values_list("change", "stage", "pk")
        rows = {(change, stage): pk for change, stage, pk in stages}
        warned = [
            Warned(stage=rows.get((one["change"], one["stage"]), 0), rule=one["rule"], mark=one["mark"])
            for one in said["findings"]
        ]
        accept(release=number, warned=warned, reason=said["reason"], by=request.user, clock=timezone.now)
        return whole(request, number)


class Acceptance(Door):
    """One acceptance."""

    family = "sql"
    needs = Permission.REVIEW
    named_by_address = ("no-such-acceptance",)

    @described("Take an acceptance back")
    def delete(self, request: Request, acceptance: int) -> None:
        """Take it back, as an architect; twice is once."""
        take_back(acceptance=acceptance, by=request.user, clock=timezone.now)


class Schema(Door):
    """How a table looks."""

    family = "sql"
    needs = Permission.SEE  # who may edit a change of it may say: the action asks
    named_by_address = ("no-such-table",)

    @described("How a table looks, as far as somebody said", answers=SchemaAnswer)
    def get(self, request: Request, id: int) -> KnownSchema:
        """Return it."""
        get_object_or_404(DataTable, pk=id)
        return KnownSchema.objects.filter(table=id).first() or KnownSchema(sql="", at=None)

    @described("Say how a table looks; the SQL on it is judged again", takes=SchemaSaid, answers=SchemaAnswer)
    def put(self, request: Request, id: int, said: dict[str, Any]) -> KnownSchema:
        """Keep it."""
        facts = {"table": id, "sql": said["sql"], "seen": said.get("seen")}
        return tables.know_schema(**facts, by=request.user, clock=timezone.now)


urlpatterns = [
    path("sql/review", Review.as_view(), name="sql-review"),
    path("releases/<release:number>/accept", Accept.as_view(), name="accept"),
    path("acceptances/<row:acceptance>", Acceptance.as_view(), name="acceptance"),
    path("tables/<row:id>/schema", Schema.as_view(), name="table-schema"),
]
