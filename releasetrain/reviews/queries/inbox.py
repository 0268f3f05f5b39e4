"""What waits on somebody, why and since when; oldest first. A constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from releasetrain.domain.permissions import Permission, Person, Standing, may
from releasetrain.domain.policies import OF_THE_TEAM
from releasetrain.domain.turns import Turn, working_days
from releasetrain.releases.models import ReleaseClient, Revision
from releasetrain.reviews.models import Asking, Condition, Gate, Remark, Verdict
from releasetrain.reviews.queries.clocks import Waited, waited
from releasetrain.reviews.queries.stuck import live_releases
from releasetrain.teams.calendars import working_calendar
from releasetrain.teams.models import User
from releasetrain.teams.queries import person

RECENT = timedelta(days=7)


class Why(StrEnum):
    """In what capacity something waits on somebody."""

    REVIEW = "review"
    WORK = "work"  # a reviewer asked for something
    TRY = "try"  # a client is to be tried
    TICK = "tick"  # a condition is to be seen to


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A gate that waits on the reader. ``because``: why it was asked; ``mine``: what the reader said on it last."""

    why: Why
    gate: Gate
    waited: Waited
    because: Mapping[str, Any]
    mine: Verdict | None = None
    asked: str = ""

    @property
    def name(self) -> tuple[int, str]:
        """What tells it from the others: the release and the gate."""
        return self.gate.release_id, self.gate.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What waits on somebody, what stands with an author because of them, and how they decided lately.

    ``half_within``: half of the recent verdicts were given within so many working days, None: none was given.
    """

    mine: tuple[Waiting, ...]
    with_author: tuple[Waiting, ...]
    decided: tuple[Verdict, ...]
    half_within: float | None = None


def waiting_on(user: User, *, now: datetime) -> Inbox:
    """Return what waits on ``user``."""
    who = person(user)
    if who is None or not may(who, Permission.SEE):
        return Inbox(mine=(), with_author=(), decided=())
    rows = list(_annotated(_gates(now).filter(_review(who) | _work(who) | _try(who) | _tick(who) | _theirs(who)), who))
    said = _last_words(rows, who)
    because = _because(rows)
    questions = _questions(rows)
    lines = [_line(row, who, said, because, questions, now) for row in rows]
    decided = tuple(
        Verdict.objects.filter(by=user, at__gt=now - RECENT).select_related("release__team").order_by("-pk")
    )
    return Inbox(
        mine=tuple(sorted((one for one in lines if not _is_theirs(one)), key=_oldest)),
        with_author=tuple(sorted((one for one in lines if _is_theirs(one)), key=_oldest)),
        decided=decided,
        half_within=_half_within(decided),
    )


def count_for(who: Person | None, *, now: datetime) -> int:
    """Return how much waits on somebody; one query."""
    if who is None or not may(who, Permission.SEE):
        return 0
    return _gates(now).filter(_review(who) | _work(who) | _try(who) | _tick(who)).count()


def _gates(now: datetime) -> QuerySet[Gate]:
    return Gate.objects.filter(release__in=live_releases(now))


def _teams(who: Person, permission: Permission) -> list[int]:
    return [team for team in who.teams if may(who, permission, team=team)]


def _review(who: Person) -> Q:
    """Gates whose turn is the reviewers', that this person may speak on and does not count for (R7)."""
    if not may(who, Permission.REVIEW):
        return Q(pk__in=[])
    own = [team for team, stands in who.teams.items() if stands in (Standing.MEMBER, Standing.LEAD)]
    mine = Q(role__in=[role.value for role in who.roles]) | Q(role=OF_THE_TEAM, release__team__in=own)
    counts = Exists(Gate.objects.filter(release=OuterRef("release"), counted__contains=[who.id]))
    return mine & Q(turn=Turn.REVIEWER.value) & ~Q(barred__contains=[who.id]) & ~counts


def _work(who: Person) -> Q:
    """Somebody wants work or an answer, and this person edited the release last."""
    return Q(turn=Turn.AUTHOR.value, release__team__in=_teams(who, Permission.EDIT)) & Q(_by_last(who))


def _by_last(who: Person) -> Exists:
    """Whether this person wrote the latest revision."""
    return Exists(Revision.objects.filter(release=OuterRef("release"), by=who.id).exclude(Exists(_later())))


def _later() -> QuerySet[Revision]:
    return Revision.objects.filter(release=OuterRef("release"), number__gt=OuterRef("number"))


def _try(who: Person) -> Q:
    """A client that a team of this person owns is to be tried."""
    return Q(role="", turn=Turn.REVIEWER.value) & Q(_owned(who))


def _tick(who: Person) -> Q:
    """A condition of an approval of a release that this person edited last is not seen to."""
    opened = Condition.objects.filter(
        verdict__release=OuterRef("release"), verdict__gate=OuterRef("code"), ticked_at=None
    )
    own = Q(state=Gate.State.CONDITIONS.value, release__team__in=_teams(who, Permission.EDIT))
    return own & Q(Exists(opened)) & Q(_by_last(who))


def _theirs(who: Person) -> Q:
    """The author works, because this person asked for it."""
    asked = Remark.objects.filter(release=OuterRef("release"), gate=OuterRef("code"), by=who.id)
    said = Verdict.objects.filter(release=OuterRef("release"), gate=OuterRef("code"), by=who.id)
    objected = said.filter(kind__in=[Verdict.Kind.NEEDS_WORK, Verdict.Kind.REJECT])
    return Q(turn=Turn.AUTHOR.value) & (Q(Exists(asked.filter(kind=Remark.Kind.QUESTION))) | Q(Exists(objected)))


def _annotated(gates: QuerySet[Gate], who: Person) -> QuerySet[Gate]:
    return gates.select_related("release__team").annotate(edited_last=_by_last(who))


def _owned(who: Person) -> Exists:
    return Exists(ReleaseClient.objects.filter(release=OuterRef("release"), client__team__in=list(who.teams)))


def _last_words(rows: Iterable[Gate], who: Person) -> dict[tuple[int, str], Verdict]:
    said = Verdict.objects.filter(release__in={row.release_id for row in rows}, by=who.id).order_by("pk")
    return {(one.release_id, one.gate): one for one in said}


def _because(rows: Iterable[Gate]) -> dict[tuple[int, str], Mapping[str, Any]]:
    asked = Asking.objects.filter(release__in={row.release_id for row in rows}).order_by("pk")
    return {(one.release_id, one.gate): one.because for one in asked}


def _questions(rows: Iterable[Gate]) -> dict[tuple[int, str], str]:
    """What was said last that made it the author's turn: a question, or the note of an objection."""
    releases = {row.release_id for row in rows if row.turn == Turn.AUTHOR.value}
    objections = Verdict.objects.filter(release__in=releases).exclude(kind__in=["approve", "conditions"])
    remarks = Remark.objects.filter(release__in=releases, kind=Remark.Kind.QUESTION)
    said = [*objections.only("release", "gate", "note", "at"), *remarks]
    return {(one.release_id, one.gate): one.note for one in sorted(said, key=lambda one: one.at)}


def _line(
    row: Any,
    who: Person,
    said: Mapping[tuple[int, str], Verdict],
    because: Mapping[tuple[int, str], Mapping[str, Any]],
    questions: Mapping[tuple[int, str], str],
    now: datetime,
) -> Waiting:
    name = (row.release_id, row.code)
    return Waiting(
        why=_why(row, who),
        gate=row,
        waited=waited(row, team=row.release.team, now=now),
        because=because.get(name, {}),
        mine=said.get(name),
        asked=questions.get(name, ""),
    )


def _why(row: Any, who: Person) -> Why:
    if row.turn == Turn.AUTHOR.value:
        is_mine = row.edited_last and may(who, Permission.EDIT, team=row.release.team_id)
        return Why.WORK if is_mine else Why.REVIEW
    if row.turn == Turn.NOBODY.value:
        return Why.TICK
    return Why.REVIEW if row.role else Why.TRY


def _is_theirs(one: Waiting) -> bool:
    return one.gate.turn == Turn.AUTHOR.value and one.why is not Why.WORK


def _oldest(one: Waiting) -> tuple[int, datetime, int]:
    return -one.waited.days, one.gate.since_at, one.gate.pk


def _half_within(decided: Iterable[Verdict]) -> float | None:
    """Within how many working days of being asked half of these verdicts were given."""
    given = list(decided)
    asked: dict[tuple[int, str], list[datetime]] = {}
    for row in Asking.objects.filter(release__in={one.release_id for one in given}).order_by("at"):
        asked.setdefault((row.release_id, row.gate), []).append(row.at)
    days = []
    for one in given:
        before = [at for at in asked.get((one.release_id, one.gate), ()) if at <= one.at]
        if before:
            team = one.release.team
            spans = [(before[-1], one.at)]
            works = working_calendar(team.holidays)
            days.append(working_days(spans, now=one.at, zone=ZoneInfo(team.zone), is_working=works))
    return median(days) if days else None
