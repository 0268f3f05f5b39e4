"""The policy and the questionnaire in force, and those of before."""

from releasetrain.domain import policies, scales
from releasetrain.domain.policies import Rule
from releasetrain.domain.risk import Scale
from releasetrain.reviews.models import Policy, Questionnaire


def policy_in_force() -> Policy:
    """Return the latest version of the policy."""
    return Policy.objects.latest("pk")


def rules_of(policy: Policy) -> tuple[Rule, ...]:
    """Return the rules of a version."""
    return policies.read(policy.rules)


def scale_in_force() -> Questionnaire:
    """Return the latest version of the questionnaire."""
    return Questionnaire.objects.latest("pk")


def scale_of(questionnaire: Questionnaire) -> Scale:
    """Return the questions and weights of a version."""
    return scales.read(questionnaire.scale)
