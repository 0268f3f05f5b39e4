"""What another policy would mean for the releases that are open, if each were submitted under it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from releasetrain.domain import policy_checks
from releasetrain.domain.permissions import Person
from releasetrain.domain.policies import Gate, Rule, rule_for
from releasetrain.releases.models import Release
from releasetrain.reviews.queries.cases import Case, cases
from releasetrain.reviews.queries.versions import policy_in_force, rules_of
from releasetrain.teams.models import Team
from releasetrain.teams.queries import active_people
from releasetrain.trains.models import Booking


@dataclass(frozen=True, kw_only=True)
class Affected:
    """An open release whose gates the policy would change, or that nobody could review under it any more."""

    release: Release
    before: tuple[Gate, ...]
    after: tuple[Gate, ...]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What a policy would do: releases that it touches, and (team, rule, gates) that nobody could review any more."""

    affected: tuple[Affected, ...]
    impossible: tuple[tuple[Team | None, Rule, tuple[str, ...]], ...]

    @cached_property
    def stuck(self) -> list[Affected]:
        """The open releases that nobody could review any more."""
        return [one for one in self.affected if one.lacking]


def open_releases() -> set[int]:
    """Return drafts, what was taken back, and what is under review and has not departed."""
    gone = Booking.objects.filter(left_at=None, outcomes__isnull=False).values("release")
    return set(Release.objects.exclude(pk__in=gone).values_list("pk", flat=True))


def effects(rules: Sequence[Rule], *, people: Sequence[Person] | None = None) -> Effects:
    """Return what these rules would do with the people there are; a constant number of queries."""
    known = active_people() if people is None else people
    present = rules_of(policy_in_force())
    affected = [_affected(case, rules, known) for case in cases(open_releases())]
    return Effects(
        affected=tuple(one for one in affected if one.before != one.after or one.lacking),
        impossible=tuple(_impossible(rules, present, known)),
    )


def _affected(case: Case, rules: Sequence[Rule], people: Sequence[Person]) -> Affected:
    before, after = case.rule.gates, rule_for(rules, case.subject).gates
    left = lacking(case, after, people)
    return Affected(
        release=case.release, before=before, after=after, lacking=() if lacking(case, before, people) else tuple(left)
    )


def lacking(case: Case, gates: Sequence[Gate], people: Iterable[Person]) -> list[str]:
    """Return the gates for which no distinct people could be found who may approve them (R7)."""
    barred = {gate.code: case.barred(gate.rests_on) for gate in gates}
    return policy_checks.lacking(gates, people, team=case.release.team_id, barred=barred)


def _impossible(
    rules: Sequence[Rule], present: Sequence[Rule], people: Sequence[Person]
) -> Iterable[tuple[Team | None, Rule, tuple[str, ...]]]:
    """Rules that no team could satisfy for a new release, and teams that could do with today's rules and no more."""
    teams = list(Team.objects.all())
    for rule in rules:
        lacks = {team: policy_checks.lacking_for_new(rule.gates, people, team=team.pk) for team in teams}
        if teams and all(lacks.values()):
            yield None, rule, tuple(min(lacks.values(), key=len))
            continue
        for team, left in lacks.items():
            if left and _could(present, people, team):
                yield team, rule, tuple(left)


def _could(rules: Sequence[Rule], people: Sequence[Person], team: Team) -> bool:
    return not any(policy_checks.lacking_for_new(rule.gates, people, team=team.pk) for rule in rules)
