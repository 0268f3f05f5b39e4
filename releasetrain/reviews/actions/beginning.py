"""What a release is reviewed under: its answers while it is written, its policy and record once it is handed in.

Called inside the verbs of ``boarding``, under the calendar's lock.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from releasetrain.domain.errors import Refused
from releasetrain.domain.risk import Scale
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Review
from releasetrain.reviews.queries.records import record_of
from releasetrain.reviews.queries.versions import policy_in_force, scale_in_force, scale_of


def answer(release: Release, answers: Mapping[str, str] | None) -> None:
    """Keep the answers to the questionnaire in force; None: those of before stay.

    Refused as ``answers-are-fixed`` once the release is handed in, and as ``no-such-answer`` for what is not asked.
    """
    known = Review.objects.filter(release=release).select_related("questionnaire").first()
    if answers is None and known is not None:
        return
    if known is not None and _is_handed_in(release):
        if dict(answers or {}) != known.answers:
            raise Refused("answers-are-fixed", details={"release": release.pk, "field": "answers"})
        return
    asked = scale_in_force()
    _refuse_unasked(answers or {}, scale_of(asked))
    facts = {"answers": dict(answers or {}), "questionnaire": asked, "risk": None}
    Review.objects.update_or_create(release=release, defaults=facts)


def _is_handed_in(release: Release) -> bool:
    return release.submitted_at is not None and release.withdrawn_at is None and release.rolled_back_at is None


def _refuse_unasked(answers: Mapping[str, str], scale: Scale) -> None:
    asked = {one.code: {choice.code for choice in one.choices} for one in scale.questions}
    for question, choice in answers.items():
        if choice not in asked.get(question, ()):
            raise Refused("no-such-answer", details={"question": question, "field": "answers"})


def fix(release: Release, *, now: datetime) -> None:
    """Fix the policy and the team's record as the release is handed in, again if it is handed in again (R2, R3)."""
    answer(release, None)
    record = asdict(record_of(release.team_id, now=now))
    Review.objects.filter(release=release).update(policy=policy_in_force(), record=record, risk=None)


def fix_many(releases: list[int], *, now: datetime) -> None:
    """Fix the policy for releases that a file brought in; nobody answered for them."""
    policy, asked = policy_in_force(), scale_in_force()
    Review.objects.bulk_create(
        (Review(release_id=id, policy=policy, questionnaire=asked) for id in releases), ignore_conflicts=True
    )
