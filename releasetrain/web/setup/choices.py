"""Choices that several forms of the set-up offer, read when the form is shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from releasetrain.releases.models import Service
from releasetrain.teams import queries as teams
from releasetrain.trains.models import Train


def active_people() -> list[tuple[int, str]]:
    """Everybody who can do something."""
    return [(person.pk, f"{person.name}, {person.email}") for person in teams.everybody().filter(is_active=True)]


def all_teams() -> list[tuple[int, str]]:
    """Every team in the company's order."""
    return [(team.pk, f"{team.code} {team.name}") for team in teams.teams()]


def trains_or_first() -> list[tuple[Any, Any]]:
    """Every train, or whichever is the first."""
    return [("", _("the first train there is")), *Train.objects.values_list("pk", "name")]


def kinds() -> list[tuple[str, Any]]:
    """What a service can be."""
    return list(Service.Kind.choices)


class IdField(forms.TypedChoiceField):
    """A choice of one row, by id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)
