"""Who somebody is."""

from django.db.models import QuerySet

from releasetrain.domain.permissions import Person, Role, Standing
from releasetrain.teams.models import Membership, RoleHolder, Team, User


def person(user: User | None) -> Person | None:
    """Return what the permission table needs to know of ``user``: read now, so that a revoked role counts at once."""
    if user is None or not user.is_authenticated:
        return None
    roles = RoleHolder.objects.filter(person=user).values_list("role", flat=True)
    teams = Membership.objects.filter(person=user).values_list("team_id", "standing")
    return Person(
        id=user.pk,
        roles=frozenset(map(Role, roles)),
        teams={team: Standing(standing) for team, standing in teams},
        is_active=user.is_active,
    )


def everybody() -> QuerySet[User]:
    """Return all people with their memberships and roles."""
    return User.objects.prefetch_related("memberships__team", "roles")


def teams() -> QuerySet[Team]:
    """Return all teams in the company's own order."""
    return Team.objects.all()
