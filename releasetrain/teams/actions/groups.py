"""Teams and who is in them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.lines import all_or_none
from releasetrain.domain.permissions import Permission, Standing, require
from releasetrain.teams import calendars, checks, queries
from releasetrain.teams.models import Membership, Team, User

Clock = Callable[[], datetime]
HUES = 12


@transaction.atomic
def add_team(
    *, code: str, name: str, by: User, clock: Clock, slot_limit: int = 2, zone: str = "UTC", holidays: str = ""
) -> Team:
    """Add a team: it gets the next hue and stands last.

    ``zone`` and ``holidays`` say on which days it works: a country ("DE"), or a part of one ("DE-BY").
    """
    require(queries.person(by), Permission.SET_UP_TEAMS)
    there = queries.teams().count()
    team = Team(hue=there % HUES + 1, place=there + 1)
    _say(team, code=code, name=name, slot_limit=slot_limit)
    team.zone, team.holidays = checks.zone(zone or "UTC"), calendars.known(holidays)
    checks.save(team, called=team.code)
    audit.record("team.added", subject=f"team:{team.pk}", by=by.pk, at=clock(), code=team.code)
    return team


@transaction.atomic
def edit_team(
    *,
    team: int,
    code: str,
    name: str,
    slot_limit: int,
    by: User,
    clock: Clock,
    place: int | None = None,
    zone: str | None = None,
    holidays: str | None = None,
    seen: Mapping[str, str] | None = None,
) -> Team:
    """Change what a team is called and how many of its releases it watches over in a slot; nothing is moved by it.

    ``place`` (from 1): where it stands in the company's order; None of it, of ``zone``
    or ``holidays``: as it was. ``seen``: what the form showed;
    what was saved since is not undone unasked.
    """
    require(queries.person(by), Permission.SET_UP_TEAM, team=team)
    known = queries.team(team)
    with checks.undoing_nothing(known, seen):
        _say(known, code=code, name=name, slot_limit=slot_limit)
        known.zone = checks.zone(zone) if zone else known.zone
        known.holidays = known.holidays if holidays is None else calendars.known(holidays)
    known.place = known.place if place is None else checks.number(place, field="place", least=0, most=9999)
    checks.save(known, called=known.code)
    audit.record("team.edited", subject=f"team:{team}", by=by.pk, at=clock(), code=known.code)
    return known


def _say(team: Team, *, code: str, name: str, slot_limit: int) -> None:
    team.code = checks.text(code, field="code", most=8).upper()
    team.name = checks.text(name, field="name", most=80)
    team.slot_limit = checks.number(slot_limit, field="slot_limit", least=1, most=100)
    for field in ("code", "name"):
        value = getattr(team, field)
        if Team.objects.filter(**{field: value}).exclude(pk=team.pk).exists():
            raise Refused("taken", details={"field": field, "value": value})


@transaction.atomic
def set_membership(*, team: int, person: int, standing: Standing, by: User, clock: Clock) -> None:
    """Let somebody be member or lead of a team, whatever they were in it before."""
    require(queries.person(by), Permission.SET_UP_TEAM, team=queries.team(team).pk)
    member, value = queries.user(person), Standing(standing).value
    if not member.is_active:
        raise Refused("deactivated", details={"person": member.name})
    if Membership.objects.filter(team=team, person=person, standing=value).exists():
        return
    Membership.objects.update_or_create(team_id=team, person=member, defaults={"standing": value})
    facts = {"person": person, "standing": value}
    audit.record("membership.set", subject=f"team:{team}", by=by.pk, at=clock(), **facts)


@transaction.atomic
def end_membership(*, team: int, person: int, by: User, clock: Clock) -> None:
    """Take somebody off a team; never refused to whom may set the team up."""
    require(queries.person(by), Permission.SET_UP_TEAM, team=queries.team(team).pk)
    ended, _rows = Membership.objects.filter(team=team, person=person).delete()
    if ended:
        audit.record("membership.ended", subject=f"team:{team}", by=by.pk, at=clock(), person=person)


@transaction.atomic
def put_teams(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add or edit the team of each line (code, name, slot_limit, zone and holidays) by code: all lines or none."""

    def put(*, code: str, **said: Any) -> None:
        known = queries.team_by_code(code)
        facts = {"code": code, **said, "by": by, "clock": clock}
        edit_team(team=known.pk, **facts) if known else add_team(**facts)

    return all_or_none(lines, put)


@transaction.atomic
def put_memberships(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Set the membership of each line (email, team code, standing): all lines or none."""

    def put(*, email: str, team: str, standing: Standing) -> None:
        known = queries.team_called(team)
        set_membership(team=known.pk, person=queries.user_at(email).pk, standing=standing, by=by, clock=clock)

    return all_or_none(lines, put)
