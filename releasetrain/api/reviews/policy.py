"""The policy of reviews and the risk questionnaire: versions, what a policy would change, a new version."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Id, Number, Said, Text
from releasetrain.domain import policies, policy_checks
from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.policies import MOST_DAYS, MOST_SEATS, Level
from releasetrain.domain.risk import MOST
from releasetrain.domain.scales import MOST_AMOUNT
from releasetrain.domain.sizes import Size
from releasetrain.domain.stages import Stage
from releasetrain.reviews.actions.policies import LONGEST_NOTE, set_policy, set_questionnaire
from releasetrain.reviews.models import Policy, Questionnaire
from releasetrain.reviews.queries.policies import effects
from releasetrain.reviews.queries.versions import policy_in_force, scale_in_force


def _many(kinds: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in kinds]), default=list, max_length=10
    )


class WhenSaid(Said):
    """Which releases a rule speaks of; naming nothing, of all."""

    sizes = _many(Size)
    stages = _many(Stage)
    risks = _many(Level)
    services = serializers.ListField(child=Id(), default=list, max_length=200)
    every = serializers.BooleanField(default=False, help_text="true: something of each that is named.")


class PolicyGateSaid(Said):
    """A gate of a rule."""

    code = Text(max_length=40)
    role = serializers.ChoiceField(choices=sorted(policy_checks.ROLES))
    quorum = Number(min_value=1, max_value=MOST_SEATS, default=1)
    rests_on = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in FieldClass]), allow_empty=False, max_length=10
    )
    days = Number(min_value=1, max_value=MOST_DAYS, default=2)
    names_kind = serializers.BooleanField(default=False)
    name = Text(allow_blank=True, default="", max_length=80)


class RuleSaid(Said):
    """A rule: the first that matches a release says which gates it needs."""

    name = Text(max_length=80)
    when = WhenSaid()
    gates = PolicyGateSaid(many=True, allow_empty=False, max_length=policy_checks.MOST_GATES)


class RulesSaid(Said):
    """The rules, in order; the last is for every other release."""

    rules = RuleSaid(many=True, allow_empty=False, max_length=policy_checks.MOST_RULES)


class PolicySaid(RulesSaid):
    """A new version of the policy."""

    seen = Id(help_text="The version that was read.")
    note = Text(allow_blank=True, default="", max_length=LONGEST_NOTE)


class PolicyAnswer(Answer):
    """A version of the policy."""

    version = serializers.IntegerField(source="pk")
    rules = serializers.ListField(child=serializers.DictField())
    note = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()


class AffectedAnswer(Answer):
    """An open release whose gates the policy would change, if it were handed in under it."""

    release = serializers.CharField()
    before = serializers.ListField(child=serializers.CharField())
    after = serializers.ListField(child=serializers.CharField())
    lacking = serializers.ListField(child=serializers.CharField(), help_text="Gates that nobody could review.")


class EffectsAnswer(Answer):
    """What a policy would do."""

    affected = AffectedAnswer(many=True)
    impossible = serializers.ListField(child=serializers.CharField(), help_text="Rules that nobody could satisfy.")


class PolicyDoor(Door):
    """The policy in force."""

    family = "policy"

    @described("The policy in force", answers=PolicyAnswer)
    def get(self, request: Request) -> Policy:
        """Return it."""
        return policy_in_force()

    @described("Put a policy in force; what is under review keeps its own", takes=PolicySaid, answers=PolicyAnswer)
    def put(self, request: Request, said: dict[str, Any]) -> Policy:
        """Refused where no distinct people could satisfy it."""
        set_policy(**said, by=request.user, clock=timezone.now)
        return policy_in_force()


class Preview(Door):
    """What a policy would do."""

    family = "policy"

    @described("Which open releases a policy would touch", takes=RulesSaid, answers=EffectsAnswer, keyed=False)
    def post(self, request: Request, said: dict[str, Any]) -> dict[str, Any]:
        """Return it; nothing is kept."""
        require(request._request.person, Permission.SET_UP_REVIEWS)
        rules = policies.read(said["rules"])
        policy_checks.refuse_misshapen(rules)
        found = effects(rules)
        affected = [
            {
                "release": one.release.code,
                "before": [gate.code for gate in one.before],
                "after": [gate.code for gate in one.after],
                "lacking": list(one.lacking),
            }
            for one in found.affected
        ]
        return {"affected": affected, "impossible": sorted({rule.name for _team, rule, _gates in found.impossible})}


class Versions(Door):
    """The policies of before."""

    family, ordering = "policy", "-pk"

    @described("Every version of the policy, the latest first", answers=PolicyAnswer, paged=True)
    def get(self, request: Request, said: dict[str, Any]) -> QuerySet[Policy]:
        """Return them."""
        return Policy.objects.all()


def _points(most: int = MOST) -> Number:
    return Number(min_value=0, max_value=most)


class ChoiceSaid(Said):
    """An answer and its points."""

    code = Text(max_length=40)
    points = _points()
    words = Text(max_length=200)


class QuestionSaid(Said):
    """A question with at least two answers."""

    code = Text(max_length=40)
    words = Text(max_length=200)
    choices = ChoiceSaid(many=True, max_length=10)


class ScaleSaid(Said):
    """The weights of the facts and of the record, the questions, and from which score on a risk is medium or high."""

    stages = serializers.DictField(child=_points())
    rows = serializers.ListField(
        child=serializers.ListField(child=Number(min_value=0, max_value=10**15), min_length=2, max_length=2),
        max_length=20,
    )
    per_service = _points()
    per_client = _points()
    per_blocked = _points()
    per_warned = _points()
    record_least = _points()
    record_rolled_back = _points(MOST_AMOUNT)
    record_not_departed = _points(MOST_AMOUNT)
    medium = _points()
    high = _points()
    questions = QuestionSaid(many=True, max_length=20)


class QuestionnaireSaid(Said):
    """A new version of questions and weights."""

    scale = ScaleSaid()
    seen = Id(help_text="The version that was read.")
    note = Text(allow_blank=True, default="", max_length=LONGEST_NOTE)


class QuestionnaireAnswer(Answer):
    """A version of questions and weights."""

    version = serializers.IntegerField(source="pk")
    scale = serializers.DictField()
    note = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()


class QuestionnaireDoor(Door):
    """The questionnaire in force."""

    family = "policy"

    @described("The questions about risk and their weights", answers=QuestionnaireAnswer)
    def get(self, request: Request) -> Questionnaire:
        """Return them."""
        return scale_in_force()

    @described("Put questions and weights in force", takes=QuestionnaireSaid, answers=QuestionnaireAnswer)
    def put(self, request: Request, said: dict[str, Any]) -> Questionnaire:
        """An answer sheet keeps the version it was given under."""
        set_questionnaire(**said, by=request.user, clock=timezone.now)
        return scale_in_force()


urlpatterns = [
    path("policy", PolicyDoor.as_view(), name="policy"),
    path("policy/preview", Preview.as_view(), name="policy-preview"),
    path("policy/versions", Versions.as_view(), name="policy-versions"),
    path("questionnaire", QuestionnaireDoor.as_view(), name="questionnaire"),
]
