"""Roles: who is release manager, architect, QA lead, analytics lead."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path, register_converter
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.setup.noun import Lines, TakenAnswer, taken
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.domain.permissions import Permission, Role
from releasetrain.reviews.actions.roles import take_role
from releasetrain.teams import actions, queries
from releasetrain.teams.models import RoleHolder


class RoleName:
    """A role in an address."""

    regex = "|".join(RoleHolder.Role.values)

    def to_python(self, value: str) -> Role:
        """Return the role."""
        return Role(value)

    def to_url(self, value: Role) -> str:
        """Return its name."""
        return str(value)


register_converter(RoleName, "role")


class HolderAnswer(Answer):
    """Somebody with a role."""

    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")
    role = serializers.ChoiceField(choices=RoleHolder.Role.choices)


class RoleLineSaid(Said):
    """One line."""

    email = Text(max_length=254)
    role = serializers.ChoiceField(choices=RoleHolder.Role.choices)


class RoleLines(Lines):
    """Lines of roles."""

    child = RoleLineSaid()


class Roles(Door):
    """Who holds which."""

    family, needs, ordering = "roles", Permission.SET_UP_PEOPLE, "pk"

    @described("Who holds which role", answers=HolderAnswer, paged=True)
    def get(self, request: Request, said: Mapping[str, Any]) -> QuerySet[RoleHolder]:
        """Return everybody with a role."""
        return queries.holders()


class Held(Door):
    """One role of one person."""

    family, needs = "roles", Permission.SET_UP_PEOPLE
    named_by_address = ("no-such-person",)

    @described("Give somebody a role; twice is once")
    def put(self, request: Request, id: int, role: Role) -> None:
        """Give it."""
        actions.give_role(person=id, role=role, by=request.user, clock=timezone.now)

    @described("Take a role away; a release manager always stays")
    def delete(self, request: Request, id: int, role: Role) -> None:
        """Take it."""
        take_role(person=id, role=role, by=request.user, clock=timezone.now)


class Many(Door):
    """Lines."""

    family, needs = "roles", Permission.SET_UP_PEOPLE

    @described("Give many roles: every line, or none", takes=RoleLines, answers=TakenAnswer)
    def post(self, request: Request, said: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Give the role of each line."""
        return taken(actions.put_roles, said, request)


urlpatterns = [
    path("roles", Roles.as_view(), name="roles"),
    path("roles/lines", Many.as_view(), name="roles-lines"),
    path("people/<row:id>/roles/<role:role>", Held.as_view(), name="people-role"),
]
