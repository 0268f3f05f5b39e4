"""People, teams, who is in which, and who holds which role."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import permissions


class People(BaseUserManager["User"]):
    """Finds people by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address, or a service of a team that acts with a token and never signs in.

    ``only``: what the token in hand lets through; ``behind``: who made the token that a service acts with. Both are set
    by whoever lets them in, never stored.
    """

    only: frozenset[permissions.Permission] | None = None
    behind: int | None = None

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    keys_on = models.BooleanField(default=True)
    service_of = models.ForeignKey(
        "Team", null=True, blank=True, on_delete=models.PROTECT, related_name="service_accounts"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = People()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Who builds. ``slot_limit``: how many of its releases in one slot it can watch over (rule team-limit)."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80, unique=True)
    hue = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    slot_limit = models.PositiveSmallIntegerField(default=2)
    # Its working days: the zone its days are counted in, and whose public holidays are none ("DE" or "DE-BY").
    zone = models.CharField(max_length=64, default="UTC")
    holidays = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(name="team_hue_is_one_of_twelve", condition=models.Q(hue__range=(1, 12))),
            models.CheckConstraint(name="team_watches_over_at_least_one", condition=models.Q(slot_limit__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in a team, as member or lead."""

    class Standing(models.TextChoices):
        """What somebody is in a team."""

        MEMBER = permissions.Standing.MEMBER.value, _("member")
        LEAD = permissions.Standing.LEAD.value, _("lead")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.MEMBER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="one_membership_per_person_and_team")]


class RoleHolder(models.Model):
    """A person who holds a company-wide role."""

    class Role(models.TextChoices):
        """The roles."""

        RELEASE_MANAGER = permissions.Role.RELEASE_MANAGER.value, _("release manager")
        ARCHITECT = permissions.Role.ARCHITECT.value, _("architect")
        QA_LEAD = permissions.Role.QA_LEAD.value, _("QA lead")
        ANALYTICS_LEAD = permissions.Role.ANALYTICS_LEAD.value, _("analytics lead")

    role = models.CharField(max_length=20, choices=Role)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "person"], name="a_role_is_held_once_per_person")]
