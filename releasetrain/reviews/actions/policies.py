"""A new version of the policy, or of the questionnaire; what is under review keeps the one it was submitted under."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain import policies, policy_checks, scales
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.policies import Rule
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Service
from releasetrain.reviews.models import Policy, Questionnaire
from releasetrain.reviews.queries.policies import effects
from releasetrain.reviews.queries.versions import policy_in_force, scale_in_force
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
LONGEST_NOTE = 1000


@retried
def set_policy(
    *, rules: Sequence[Mapping[str, Any]], note: str, seen: int, by: User, clock: Clock, key: UUID | None = None
) -> int:
    """Put a policy in force and return its version; what says the same makes none.

    Refused where somebody else changed it since version ``seen``, where it cannot be read, and where no distinct
    people could satisfy it (R2).
    """
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return int(done)
        require(person(by), Permission.SET_UP_REVIEWS)
        before, wanted = policy_in_force(), policies.read(rules)
        _refuse_unseen(before.pk, seen)
        policy_checks.refuse_misshapen(wanted)
        _refuse_unknown_services(wanted)
        _refuse_impossible(wanted)
        said = policies.as_json(wanted)
        version = before.pk
        if said != before.rules:
            facts = {"rules": said, "note": _noted(note), "made_at": clock(), "made_by": by}
            version = _keep("policy.set", Policy.objects.create(**facts), by=by)
        audit.keep_result(key, by=by.pk, result=version)
        return version


@retried
def set_questionnaire(
    *, scale: Mapping[str, Any], note: str, seen: int, by: User, clock: Clock, key: UUID | None = None
) -> int:
    """Put questions and weights in force and return their version; what says the same makes none."""
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return int(done)
        require(person(by), Permission.SET_UP_REVIEWS)
        before, said = scale_in_force(), scales.as_json(scales.read(scale))
        _refuse_unseen(before.pk, seen)
        version = before.pk
        if said != before.scale:
            facts = {"scale": said, "note": _noted(note), "made_at": clock(), "made_by": by}
            version = _keep("questionnaire.set", Questionnaire.objects.create(**facts), by=by)
        audit.keep_result(key, by=by.pk, result=version)
        return version


def _refuse_unseen(version: int, seen: int) -> None:
    if version != seen:
        raise Refused("changed-meanwhile", details={"version": version, "seen": seen})


def _noted(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise Refused("too-long", details={"field": "note", "most": LONGEST_NOTE})
    return note.strip()


def _refuse_unknown_services(rules: Sequence[Rule]) -> None:
    named = {service for rule in rules for service in rule.when.services}
    if named and Service.objects.filter(pk__in=named).count() < len(named):
        raise Refused("no-such-service", details={"field": "services"})


def _refuse_impossible(rules: Sequence[Rule]) -> None:
    found = effects(rules)
    for team, rule, gates in found.impossible:
        named = team.name if team else ""
        raise Refused("nobody-could-review", details={"team": named, "rule": rule.name, "gate": gates[0]})
    for one in found.stuck:
        raise Refused("nobody-could-review-it", details={"release": one.release.pk, "gate": one.lacking[0]})


def _keep(verb: str, row: Policy | Questionnaire, *, by: User) -> int:
    facts = {"version": row.pk, "note": row.note}
    audit.record(verb, subject=f"{verb.split('.')[0]}:{row.pk}", by=by.pk, at=row.made_at, **facts)
    deed = {"by": by.pk, "at": row.made_at.isoformat(), "because": None, "by_itself": False}
    outbox.post(verb, **facts, **deed)
    return int(row.pk)
