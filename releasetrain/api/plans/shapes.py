"""Plans as JSON: what is asked, and what is answered."""

from typing import Any

from rest_framework import serializers

from releasetrain.api.conflicts import ConflictAnswer
from releasetrain.api.shapes import Answer, Id, Number, Said, Text, earliest_year
from releasetrain.domain.planner.values import Aim, Level
from releasetrain.planning.asked import (
    ABOUT,
    LARGEST,
    LEAST_SECONDS,
    LONGEST_CODE,
    MOST_NAMED,
    MOST_SECONDS,
    USUAL_SECONDS,
)
from releasetrain.planning.models import PlanRun

AIMS, LEVELS = [one.value for one in Aim], [one.value for one in Level]


def _ids(words: str) -> serializers.ListField:
    return serializers.ListField(child=Id(), default=list, max_length=MOST_NAMED, help_text=words)


class TriedCapacitySaid(Said):
    """Points that a departure would have."""

    slot = Id()
    points = Number(min_value=0, max_value=LARGEST)


class TriedFreezeSaid(Said):
    """A freeze that is only thought of; without trains it concerns all."""

    since = serializers.DateTimeField(validators=[earliest_year])
    until = serializers.DateTimeField(validators=[earliest_year])
    is_hard = serializers.BooleanField(default=True)
    trains = _ids("By id.")


class TriedDatesSaid(Said):
    """Dates that a release would have; null takes one away, what is not said stays."""

    release = Id()
    earliest = serializers.DateField(required=False, allow_null=True, validators=[earliest_year])
    due = serializers.DateField(required=False, allow_null=True, validators=[earliest_year])


class OnlyTriedSaid(Said):
    """What is only tried."""

    capacity = TriedCapacitySaid(many=True, default=list, max_length=MOST_NAMED)
    freezes = TriedFreezeSaid(many=True, default=list, max_length=MOST_NAMED)
    dates = TriedDatesSaid(many=True, default=list, max_length=MOST_NAMED)


class SearchSaid(Said):
    """How long to look, for whom not, and who stays."""

    trains = _ids("Of which trains, by id; none: of all.")
    seconds = Number(min_value=LEAST_SECONDS, max_value=MOST_SECONDS, default=USUAL_SECONDS)
    seed = Number(min_value=0, max_value=2**31 - 1, default=0, help_text="The same seed begins the same search.")
    leave_out = _ids("Releases that are not planned.")
    pinned = _ids("Releases that stay where they are.")


class PlanAsked(SearchSaid):
    """Three plans; with ``tried`` a what-if, whose plans cannot be applied."""

    tried = OnlyTriedSaid(required=False, allow_null=True, default=None)


class MustSaid(Said):
    """The departure that a release is to get."""

    release = Id()
    slot = Id()


class AboutSaid(Said):
    """What the repair is asked from."""

    kind = serializers.ChoiceField(choices=ABOUT)
    release = Id()
    slot = Id(allow_null=True, default=None)
    code = Text(max_length=LONGEST_CODE, allow_blank=True, default="")


class RepairSaid(SearchSaid):
    """One plan near to today's."""

    must = MustSaid(many=True, default=list, max_length=MOST_NAMED)
    about = AboutSaid(required=False, allow_null=True, default=None)


class ApplySaid(Said):
    """Which moves: null means all that are left. ``seen``: how many were applied when it was read."""

    releases = serializers.ListField(child=Id(), allow_null=True, default=None, min_length=1, max_length=MOST_NAMED)
    seen = Number(min_value=0, allow_null=True, default=None)


class CompareAsked(Said):
    """Two proposals."""

    one = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    other = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class PlanLevelAnswer(Answer):
    """A level: its value, and a proven bound for every plan that keeps the levels of ``given``."""

    level = serializers.ChoiceField(choices=LEVELS)
    value = serializers.IntegerField()
    bound = serializers.IntegerField()
    given = serializers.DictField(child=serializers.IntegerField())


class ProposalInPlanAnswer(Answer):
    """A proposal of a plan, without its moves."""

    id = serializers.IntegerField(source="pk")
    aim = serializers.ChoiceField(choices=AIMS)
    levels = PlanLevelAnswer(many=True)
    moves = serializers.IntegerField(source="moves_count", help_text="How many there are.")
    applied = serializers.IntegerField(source="applied_count", help_text="How many of them are made.")
    applied_at = serializers.DateTimeField(allow_null=True, help_text="Since when all of it is applied.")


class PlanRunAnswer(Answer):
    """A plan in a list."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=PlanRun.Kind.choices)
    state = serializers.ChoiceField(choices=PlanRun.State.choices)
    trains = serializers.ListField(child=serializers.IntegerField(), help_text="None: of all.")
    asked_by = serializers.CharField(source="asked_by.name")
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True, help_text="Of the calendar that was read.")
    is_old = serializers.BooleanField(help_text="Whether the calendar changed since.")
    failure = serializers.CharField(allow_blank=True, help_text="Why there is nothing, as a code.")
    proposals = ProposalInPlanAnswer(many=True)


class PlanProgressAnswer(Answer):
    """Where the search stands."""

    aim = serializers.ChoiceField(choices=AIMS)
    level = serializers.ChoiceField(choices=LEVELS)
    value = serializers.IntegerField(allow_null=True)
    bound = serializers.IntegerField(allow_null=True)
    seconds = serializers.FloatField()


class LeftOutAnswer(Answer):
    """A release that no plan can place, whatever else happens."""

    release = serializers.IntegerField()
    reason = serializers.CharField()
    of = serializers.ListField(child=serializers.IntegerField())


class ClashAnswer(Answer):
    """A fact that contradicts others."""

    code = serializers.CharField()
    releases = serializers.ListField(child=serializers.IntegerField())
    slots = serializers.ListField(child=serializers.IntegerField())
    of = serializers.CharField(allow_null=True)
    amounts = serializers.DictField(child=serializers.IntegerField())


class ContradictionAnswer(Answer):
    """Facts of which not all can hold. ``minimal``: none of them can be left out."""

    minimal = serializers.BooleanField()
    clashes = ClashAnswer(many=True)


class WholePlanAnswer(PlanRunAnswer):
    """A plan with what was asked, how far it is, and why there is none."""

    asked = serializers.DictField(help_text="As it was said: seconds, seed, leave_out, pinned, tried, must, about.")
    progress = PlanProgressAnswer(allow_null=True)
    baseline = serializers.DictField(child=serializers.IntegerField(), help_text="The calendar as it was, by level.")
    left_out = LeftOutAnswer(many=True)
    contradiction = ContradictionAnswer(allow_null=True)


class PlacedAnswer(Answer):
    """A departure."""

    slot = serializers.IntegerField(source="pk")
    train = serializers.CharField(source="train.slug")
    departs_at = serializers.DateTimeField(source="start_at")


class MoveReasonAnswer(Answer):
    """Why."""

    code = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    releases = serializers.ListField(child=serializers.IntegerField())
    amounts = serializers.DictField(child=serializers.IntegerField())


class MoveAnswer(Answer):
    """A release that the plan places elsewhere. ``old`` null: it only asks; ``new`` null: the slot is gone."""

    release = serializers.CharField()
    title = serializers.CharField(source="release.title")
    team = serializers.CharField(source="release.team.code")
    old = PlacedAnswer(allow_null=True)
    new = PlacedAnswer(allow_null=True)
    days_late = serializers.IntegerField()
    days_late_before = serializers.IntegerField(allow_null=True)
    reason = MoveReasonAnswer()
    needs = serializers.ListField(child=serializers.IntegerField(), help_text="Whose moves it rests on.")
    applied_at = serializers.DateTimeField(allow_null=True)


class MoveGoneAnswer(Answer):
    """A move that cannot be made any more."""

    release = serializers.IntegerField()
    code = serializers.CharField()
    on = serializers.ListField(child=serializers.IntegerField())
    conflicts = ConflictAnswer(many=True)


class ProposedPlanAnswer(ProposalInPlanAnswer):
    """A proposal with its moves, and those that no longer hold in the calendar as it is now."""

    plan = serializers.IntegerField(source="run_id")
    all_moves = MoveAnswer(many=True)
    gone = MoveGoneAnswer(many=True)


class AppliedAnswer(Answer):
    """Whom it moved."""

    moved = serializers.ListField(child=serializers.IntegerField())


class LevelPairAnswer(Answer):
    """A level of both; null: one is not measured by it."""

    level = serializers.ChoiceField(choices=LEVELS)
    one = serializers.IntegerField(allow_null=True)
    other = serializers.IntegerField(allow_null=True)


class ElsewhereAnswer(Answer):
    """A release that both move, each to another slot."""

    release = serializers.CharField()
    one = PlacedAnswer(allow_null=True)
    other = PlacedAnswer(allow_null=True)


class ComparisonAnswer(Answer):
    """Two proposals side by side."""

    levels = LevelPairAnswer(many=True)
    only_one = MoveAnswer(many=True)
    only_other = MoveAnswer(many=True)
    elsewhere = ElsewhereAnswer(many=True)


def tried_as_asked(said: dict[str, Any] | None) -> dict[str, Any]:
    """Return what is tried as ``planning.asked`` reads it."""
    if said is None:
        return {}
    dates = {one["release"]: {name: one[name] for name in ("earliest", "due") if name in one} for one in said["dates"]}
    return {
        "capacity": {one["slot"]: one["points"] for one in said["capacity"]},
        "freezes": said["freezes"],
        "dates": dates,
    }
