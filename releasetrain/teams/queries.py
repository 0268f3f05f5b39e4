"""Who somebody is, and who is where."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from releasetrain.audit.models import Entry
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, Role, Standing
from releasetrain.teams.models import Membership, RoleHolder, Team, User

DEMO_DOMAIN = "demo.example"


def person(user: User | None) -> Person | None:
    """Return what the permission table needs to know of ``user``: read now, so that a revoked role counts at once."""
    if user is None or not user.is_authenticated:
        return None
    known = User.objects.filter(pk=user.pk).values_list("is_active", "service_of", *person_facts("pk"))
    return known_as(user.pk, *found, only=user.only) if (found := known.first()) else None


def people(ids: Collection[int]) -> list[Person]:
    """Return what the permission table needs to know of these people; one query."""
    facts = ("pk", "is_active", "service_of", *person_facts("pk"))
    rows = User.objects.filter(pk__in=list(ids)).values_list(*facts) if ids else ()
    return [known_as(*row) for row in rows]


def active_people() -> list[Person]:
    """Return everybody who may still do something, as the permission table knows them; one query."""
    facts = ("pk", "is_active", "service_of", *person_facts("pk"))
    return [known_as(*row) for row in User.objects.filter(is_active=True, service_of=None).values_list(*facts)]


def person_facts(of: str) -> tuple[ArraySubquery, ArraySubquery]:
    """Return what a query needs to read with somebody: roles and standings; ``of``: the column with their id."""
    roles = RoleHolder.objects.filter(person=OuterRef(of)).values("role")
    teams = Membership.objects.filter(person=OuterRef(of))
    return ArraySubquery(roles), ArraySubquery(teams.values(in_team=JSONObject(team="team_id", standing="standing")))


def known_as(
    id: int,
    is_active: bool,
    service_of: int | None,
    roles: list[str],
    standings: list[dict[str, Any]],
    *,
    only: frozenset[Permission] | None = None,
) -> Person:
    """Return the person behind what ``person_facts`` read; a service stands in its team as nothing else."""
    teams = {one["team"]: Standing(one["standing"]) for one in standings}
    return Person(
        id=id,
        roles=frozenset(map(Role, roles)),
        teams={service_of: Standing.SERVICE} if service_of else teams,
        is_active=is_active,
        only=only,
    )


def everybody() -> QuerySet[User]:
    """Return all people with their memberships and roles; the services of teams are not people."""
    return User.objects.filter(service_of=None).prefetch_related("memberships__team", "roles")


def somebody_is_here() -> bool:
    """Return whether there is any account."""
    return User.objects.exists()


def user(id: int) -> User:
    """Return the person with this id, or raise ``Refused("no-such-person")``."""
    found = User.objects.filter(pk=id, service_of=None).first()
    if found is None:
        raise Refused("no-such-person", details={"person": id})
    return found


def user_by_address(email: str) -> User | None:
    """Return the person with this e-mail address, if there is one."""
    return User.objects.filter(email__iexact=email.strip(), service_of=None).first()


def user_at(email: str) -> User:
    """Return the person with this e-mail address, or raise ``Refused("unknown-address")``."""
    found = user_by_address(email)
    if found is None:
        raise Refused("unknown-address", details={"email": email.strip()})
    return found


def demo_cast() -> QuerySet[User]:
    """Return the people of the demo whom a visitor may be with one click."""
    return everybody().filter(is_active=True, email__endswith=f"@{DEMO_DOMAIN}").order_by("pk")


def lock_release_managers() -> set[int]:
    """Return the ids of the active release managers; nobody else changes who they are until the transaction ends."""
    held = RoleHolder.objects.select_for_update(of=("self",)).filter(role=Role.RELEASE_MANAGER.value).order_by("pk")
    ids = [holder.person_id for holder in held]
    return set(User.objects.filter(pk__in=ids, is_active=True).values_list("pk", flat=True))


def failed_sign_ins(subject: str, *, since: datetime) -> list[datetime]:
    """Return when signing in failed for this subject after ``since``, latest first."""
    failed = Entry.objects.filter(subject=subject, verb="sign-in.failed", at__gt=since)
    return list(failed.order_by("-at", "-pk").values_list("at", flat=True))


def teams() -> QuerySet[Team]:
    """Return all teams in the company's own order."""
    return Team.objects.all()


def teams_with_people() -> QuerySet[Team]:
    """Return all teams with their members."""
    return Team.objects.prefetch_related("memberships__person")


def memberships() -> QuerySet[Membership]:
    """Return who is in which team, team by team."""
    order = ("team__place", "team", "standing", "person__name")
    return Membership.objects.select_related("team", "person").order_by(*order)


def holders() -> QuerySet[RoleHolder]:
    """Return who holds which role, release managers first."""
    return RoleHolder.objects.select_related("person").order_by("-role", "person__name")


def team(id: int) -> Team:
    """Return the team with this id, or raise ``Refused("no-such-team")``."""
    found = Team.objects.filter(pk=id).first()
    if found is None:
        raise Refused("no-such-team", details={"team": id})
    return found


def team_by_code(code: str) -> Team | None:
    """Return the team with this code, if there is one."""
    return Team.objects.filter(code=code.strip().upper()).first()


def team_called(code: str) -> Team:
    """Return the team with this code, or raise ``Refused("unknown-team")``."""
    found = team_by_code(code)
    if found is None:
        raise Refused("unknown-team", details={"field": "team", "code": code.strip()})
    return found
