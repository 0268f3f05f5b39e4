"""How a release looks in JSON."""

from rest_framework import serializers

from releasetrain.api.conflicts import ConflictAnswer
from releasetrain.api.shapes import Answer, Id, Number, Said, Text, earliest_year, sizes
from releasetrain.api.sql_shapes import FindingAnswer
from releasetrain.domain.stages import Stage
from releasetrain.domain.states import State
from releasetrain.releases.fields import HEAVIEST, LIGHTEST
from releasetrain.trains.models import Request


class SlotName(Answer):
    """A slot where it is only named."""

    id = serializers.IntegerField(source="pk")
    train = serializers.CharField(source="train.slug")
    start_at = serializers.DateTimeField()


class LineAnswer(Answer):
    """A release in a list."""

    code = serializers.CharField(source="release.code", help_text="RT-41")
    number = serializers.IntegerField(source="release.pk")
    title = serializers.CharField(source="release.title")
    team = serializers.CharField(source="release.team.code")
    size = serializers.ChoiceField(source="release.size", choices=sizes())
    state = serializers.ChoiceField(choices=[state.value for state in State])
    due = serializers.DateField(source="release.due", allow_null=True)
    weight = serializers.IntegerField(source="release.weight")
    booked = serializers.BooleanField(source="is_booked", help_text="false with a slot: it asks for it.")
    slot = SlotName(allow_null=True)


class StepAnswer(Answer):
    """A stage of a schema change that a release carries, and its SQL as written."""

    change = serializers.IntegerField()
    stage = serializers.ChoiceField(choices=[stage.value for stage in Stage])
    sql = serializers.CharField(allow_blank=True)
    heavy_lock = serializers.BooleanField()
    found_lock = serializers.BooleanField(help_text="Whether the review found that its SQL takes a heavy lock.")
    findings = FindingAnswer(many=True, allow_null=True, help_text="null: not judged yet; it passes nowhere.")


class NeedAnswer(Answer):
    """A release that another needs."""

    release = serializers.CharField(source="on.code")
    lag_hours = serializers.IntegerField(allow_null=True, help_text="null: the same slot will do.")


class RequestAnswer(Answer):
    """What a release asks for. Without a slot it waits in the queue of the train."""

    train = serializers.CharField()
    slot = SlotName(allow_null=True)
    wish = serializers.ChoiceField(choices=Request.Wish.choices)
    asked_at = serializers.DateTimeField(allow_null=True, help_text="null: a draft's wish.")


class ReleaseAnswer(Answer):
    """Everything a release says, and where it is on its way."""

    code = serializers.CharField(source="release.code")
    number = serializers.IntegerField(source="release.pk")
    title = serializers.CharField(source="release.title")
    description = serializers.CharField(source="release.description")
    team = serializers.CharField(source="release.team.code")
    size = serializers.ChoiceField(source="release.size", choices=sizes())
    initiative = serializers.IntegerField(source="release.initiative_id", allow_null=True)
    services = serializers.ListField(child=serializers.IntegerField())
    tables = serializers.ListField(child=serializers.IntegerField())
    clients = serializers.ListField(child=serializers.IntegerField())
    steps = StepAnswer(many=True)
    open_gates = serializers.ListField(
        source="release.open_gates",
        child=serializers.CharField(),
        allow_null=True,
        help_text="[]: cleared; null: a draft.",
    )
    needs = NeedAnswer(many=True)
    earliest = serializers.DateField(source="release.earliest", allow_null=True)
    due = serializers.DateField(source="release.due", allow_null=True)
    weight = serializers.IntegerField(source="release.weight")
    links = serializers.ListField(source="release.links", child=serializers.URLField())
    revision = serializers.IntegerField(source="release.revision", help_text="Send it back with a change.")
    created_at = serializers.DateTimeField(source="release.created_at")
    submitted_at = serializers.DateTimeField(source="release.submitted_at", allow_null=True)
    state = serializers.ChoiceField(source="here.state", choices=[state.value for state in State])
    booking = SlotName(allow_null=True)
    request = RequestAnswer(allow_null=True)
    holds_until = serializers.DateTimeField(allow_null=True)
    conflicts = ConflictAnswer(many=True, help_text="What stands against it where it rides or asks to.")


class StepSaid(Said):
    """A stage that it carries."""

    change = Id()
    stage = serializers.ChoiceField(choices=[stage.value for stage in Stage])
    sql = Text(allow_blank=True, default="", max_length=200000, trim_whitespace=False)
    heavy_lock = serializers.BooleanField(default=False)


class NeedSaid(Said):
    """A release that must depart before."""

    release = Id()
    lag_hours = Number(min_value=0, max_value=99999, allow_null=True, default=None)


class ReleaseSaid(Said):
    """What people write down of a release."""

    title = Text(max_length=120)
    description = Text(allow_blank=True, default="", max_length=20000)
    size = serializers.ChoiceField(choices=sizes(), default="S")
    initiative = Id(allow_null=True, default=None)
    services = serializers.ListField(child=Id(), default=list, max_length=500)
    tables = serializers.ListField(child=Id(), default=list, max_length=500)
    clients = serializers.ListField(child=Id(), default=list, max_length=200)
    steps = StepSaid(many=True, default=list, max_length=20)
    answers = serializers.DictField(
        child=Text(max_length=40), required=False, help_text="On risk: a choice per question. Fixed once handed in."
    )
    needs = NeedSaid(many=True, default=list, max_length=100)
    earliest = serializers.DateField(allow_null=True, default=None, validators=[earliest_year])
    due = serializers.DateField(allow_null=True, default=None, validators=[earliest_year])
    weight = Number(min_value=LIGHTEST, max_value=HEAVIEST, default=LIGHTEST)
    links = serializers.ListField(child=serializers.URLField(max_length=500), default=list, max_length=50)


class WishSaid(Said):
    """What a new release wants: the train (its slug), a slot, and whether any slot would do."""

    train = Text(max_length=80, allow_null=True, default=None)
    slot = Id(allow_null=True, default=None)
    wish = serializers.ChoiceField(choices=Request.Wish.choices, allow_null=True, default=None)


class NewSaid(ReleaseSaid):
    """A release that is not there yet."""

    team = Text(max_length=8, help_text="The team's code.")
    wants = WishSaid(required=False)
    submit = serializers.BooleanField(default=False, help_text="true: handed in within the same step.")


class ChangeSaid(ReleaseSaid):
    """A change: what is not said stays."""

    revision = Number(min_value=1, max_value=2**31 - 1, help_text="If it is old by now: 409 with what changed.")
    ask_again = serializers.BooleanField(
        default=False, help_text="true: where the change would break its place, it asks for the slot instead."
    )


class ReasonSaid(Said):
    """Why."""

    reason = Text(max_length=2000)
