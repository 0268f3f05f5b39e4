"""Who is told what, and how: at once, once a day, or not.

Somebody is told as what they are: on a team whose release it is, in a role, or on a team whose release needs this one.
Told for two reasons, they get one mail, in the stronger way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from releasetrain.domain.permissions import Permission, Person, Role, Standing, may
from releasetrain.domain.policies import OF_THE_TEAM

OLD_AFTER = timedelta(days=7)  # what is older is no news: work that was dead for weeks and is done again tells nobody


class Kind(StrEnum):
    """What can happen, in the words in which people choose."""

    PLACES = "places"
    REQUESTS = "requests"
    EDITS = "edits"
    SUBMISSIONS = "submissions"
    WAIVERS = "waivers"
    DEPARTURES = "departures"
    TROUBLE = "trouble"
    TRAINS = "trains"
    REVIEWS = "reviews"
    VERDICTS = "verdicts"
    HOLDS = "holds"


class How(StrEnum):
    """The way somebody is told; ``strength`` says which of two wins."""

    NO = "no"
    DAILY = "daily"
    AT_ONCE = "at-once"

    @property
    def strength(self) -> int:
        """0 for not at all, 2 for at once."""
        return list(How).index(self)


KINDS: Mapping[str, Kind] = {
    "booking.made": Kind.PLACES,
    "booking.moved": Kind.PLACES,
    "booking.left": Kind.PLACES,
    "slot.closed": Kind.PLACES,
    "slot.skipped": Kind.PLACES,
    "request.made": Kind.REQUESTS,
    "release.edited": Kind.EDITS,
    "schema.abandoned": Kind.EDITS,
    "release.submitted": Kind.SUBMISSIONS,
    "release.withdrawn": Kind.SUBMISSIONS,
    "waiver.made": Kind.WAIVERS,
    "waiver.amended": Kind.WAIVERS,
    "waiver.ended": Kind.WAIVERS,
    "rollout.departed": Kind.DEPARTURES,
    "rollout.not-departed": Kind.TROUBLE,
    "rollout.rolled-back": Kind.TROUBLE,
    "train.added": Kind.TRAINS,
    "train.edited": Kind.TRAINS,
    "train.timetable-set": Kind.TRAINS,
    "train.held": Kind.HOLDS,
    "train.restarted": Kind.HOLDS,
    "slot.reopened": Kind.HOLDS,
    "policy.set": Kind.TRAINS,
    "questionnaire.set": Kind.TRAINS,
    "review.asked": Kind.REVIEWS,
    "review.answer": Kind.REVIEWS,
    "review.reminder": Kind.REVIEWS,
    "review.overdue": Kind.REVIEWS,
    "verdict.given": Kind.VERDICTS,
    "review.question": Kind.VERDICTS,
    "result.recorded": Kind.VERDICTS,
    "condition.ticked": Kind.VERDICTS,
    "grace.given": Kind.VERDICTS,
    "release.cleared": Kind.VERDICTS,
}


class Sort(StrEnum):
    """In what capacity somebody is told."""

    TEAM = "team"
    ROLE = "role"
    NEEDS = "needs"


@dataclass(frozen=True, slots=True, order=True)
class Capacity:
    """What somebody is told as: on team ``of``, in role ``of``, or because a release of their team ``of`` needs it."""

    sort: Sort
    of: str = ""

    @classmethod
    def team(cls, id: int) -> Self:
        """Return what it is to be on a team."""
        return cls(Sort.TEAM, str(id))

    @classmethod
    def role(cls, role: Role) -> Self:
        """Return what it is to hold a role."""
        return cls(Sort.ROLE, role.value)

    @classmethod
    def needs(cls, id: int) -> Self:
        """Return what it is to be on a team that needs somebody else's release."""
        return cls(Sort.NEEDS, str(id))

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what ``str()`` wrote; raise ``ValueError`` for anything else."""
        sort, _, of = text.partition(":")
        return cls(Sort(sort), of)

    def __str__(self) -> str:
        return f"{self.sort.value}:{self.of}" if self.of else self.sort.value

    @property
    def chosen_as(self) -> "Capacity":
        """What the choice stands under: whoever needs a release chooses once for all their teams."""
        return Capacity(Sort.NEEDS) if self.sort is Sort.NEEDS else self


_TEAM: Mapping[Kind, How] = {
    Kind.PLACES: How.AT_ONCE,
    Kind.REQUESTS: How.DAILY,
    Kind.EDITS: How.DAILY,
    Kind.SUBMISSIONS: How.DAILY,
    Kind.WAIVERS: How.AT_ONCE,
    Kind.DEPARTURES: How.DAILY,
    Kind.TROUBLE: How.AT_ONCE,
    Kind.TRAINS: How.DAILY,
    Kind.REVIEWS: How.AT_ONCE,  # as a reviewer of the team, see ``Happening.asked``
    Kind.VERDICTS: How.AT_ONCE,
    Kind.HOLDS: How.AT_ONCE,
}
_FOR_LEADS = frozenset({Kind.HOLDS})  # the others of a team may choose to be told
_MANAGER: Mapping[Kind, How] = {
    Kind.REQUESTS: How.AT_ONCE,
    Kind.WAIVERS: How.AT_ONCE,
    Kind.TROUBLE: How.AT_ONCE,
    Kind.TRAINS: How.DAILY,
    Kind.VERDICTS: How.DAILY,
    Kind.HOLDS: How.AT_ONCE,
}
_NEEDS: Mapping[Kind, How] = {
    Kind.PLACES: How.DAILY,
    Kind.SUBMISSIONS: How.DAILY,
    Kind.TROUBLE: How.AT_ONCE,
}


def default(kind: Kind, capacity: Capacity, *, is_lead: bool = False) -> How:
    """Return how somebody who never chose is told of ``kind``; ``is_lead``: the team's lead, as whom they are told."""
    if capacity.sort is Sort.TEAM:
        return _TEAM[kind] if is_lead or kind not in _FOR_LEADS else How.NO
    if capacity.sort is Sort.NEEDS:
        return _NEEDS.get(kind, How.NO)
    if kind is Kind.REVIEWS:  # in a role that was asked
        return How.AT_ONCE
    return _MANAGER.get(kind, How.NO) if capacity.of == Role.RELEASE_MANAGER.value else How.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened, as far as it decides who is told. ``by``: whose deed it was, None the product's own.

    ``teams``: whose releases (or whose train) it is about; ``needed_by``: teams with a release that needs one of them.
    ``is_quiet``: nobody who did not ask for it is bothered; ``is_draft``: only the team may see it. ``asked``: whose
    turn it is at a review, by role ("team": the release's own), ``not_asked``: who of them edited it or has spoken.
    """

    kind: Kind
    by: int | None
    teams: frozenset[int] = frozenset()
    needed_by: frozenset[int] = frozenset()
    is_quiet: bool = False
    is_draft: bool = False
    asked: frozenset[str] = frozenset()
    not_asked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Somebody who may be told, and what they chose for this kind, by ``Capacity.chosen_as``."""

    person: Person
    chose: Mapping[Capacity, How] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How somebody is told, and as what."""

    how: How
    capacity: Capacity


def who_is_told(happening: Happening, listeners: Iterable[Listener]) -> dict[int, Told]:
    """Return how each of ``listeners`` is told who is told at all, by the person's id."""
    told = {one.person.id: told for one in listeners if (told := _told(happening, one)) is not None}
    return {person: one for person, one in told.items() if one.how is not How.NO}


def _told(happening: Happening, listener: Listener) -> Told | None:
    if listener.person.id == happening.by:
        return None
    found = [
        Told(how=_how(happening, listener, capacity), capacity=capacity)
        for capacity in capacities(happening, listener.person)
        if is_still(capacity, listener.person, teams=happening.teams, is_draft=happening.is_draft)
    ]
    return max(found, key=lambda one: one.how.strength, default=None)


def capacities(happening: Happening, person: Person) -> list[Capacity]:
    """Return everything that ``person`` could be told this as, the nearest first."""
    own = [Capacity.team(team) for team in sorted(happening.teams & person.teams.keys())]
    roles = [Capacity.role(role) for role in sorted(person.roles)]
    if happening.kind is Kind.REVIEWS:
        mine = [one for one in roles if one.of in happening.asked] + (own if OF_THE_TEAM in happening.asked else [])
        return [] if person.id in happening.not_asked else mine
    return [*own, *roles, *(Capacity.needs(team) for team in sorted(happening.needed_by & person.teams.keys()))]


def _how(happening: Happening, listener: Listener, capacity: Capacity) -> How:
    if (chosen := listener.chose.get(capacity.chosen_as)) is not None:
        return chosen
    if happening.is_quiet:
        return How.NO
    return default(happening.kind, capacity, is_lead=leads(listener.person, capacity))


def leads(person: Person, capacity: Capacity) -> bool:
    """Return whether ``capacity`` is of a team that ``person`` leads."""
    return capacity.sort is Sort.TEAM and person.teams.get(int(capacity.of)) is Standing.LEAD


def is_still(capacity: Capacity, person: Person, *, teams: Iterable[int], is_draft: bool = False) -> bool:
    """Return whether ``person`` is what they were to be told as, and may see what it is about.

    Asked again before a mail leaves: meanwhile somebody may have left the team or the company.
    """
    if Standing.SERVICE in person.teams.values():
        return False
    holds = (
        capacity.of in {role.value for role in person.roles}
        if capacity.sort is Sort.ROLE
        else capacity.of in {str(team) for team in person.teams}
    )
    if is_draft:
        return holds and any(may(person, Permission.SEE_DRAFT, team=team) for team in teams)
    return holds and may(person, Permission.SEE)


def is_news(happened_at: datetime, *, now: datetime) -> bool:
    """Return whether it is recent enough to tell."""
    return now - happened_at < OLD_AFTER


def digest_day(now: datetime, *, zone: ZoneInfo, hour: int) -> date | None:
    """Return the local day whose digest is due: from ``hour`` o'clock on, on the person's own clock."""
    local = now.astimezone(zone)
    return local.date() if local.hour >= hour else None
