"""What is set up and what is still missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.permissions import Role
from releasetrain.releases import queries as catalogue
from releasetrain.teams import queries as teams
from releasetrain.teams.models import RoleHolder
from releasetrain.trains.models import Slot, Train
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.setup import initiatives, members, people, roles, services, tables, trains
from releasetrain.web.setup import teams as team_pages
from releasetrain.web.setup.noun import Noun

NOUNS = (
    trains.TRAINS,
    team_pages.TEAMS,
    people.PEOPLE,
    members.MEMBERS,
    roles.ROLES,
    services.SERVICES,
    tables.TABLES,
    initiatives.INITIATIVES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something still to be set up; ``blocks``: nothing can be booked before."""

    words: Promise
    noun: Noun
    action: Promise
    blocks: bool = False


@access(SIGNED_IN)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is there, and the first step where something is not."""
    mine = [noun for noun in NOUNS if may_anywhere(request.person, noun.opens)]
    steps = [step for step in missing() if step.noun in mine]
    counts = [(noun, noun.rows(request).count()) for noun in mine]
    context = {"counts": counts, "steps": steps, "nouns": mine, "mail_is_on": settings.MAIL_IS_ON}
    return render(request, "setup/index.html", context)


def missing() -> Iterator[Step]:
    """Yield what is still missing, most needed first."""
    if not Train.objects.exists():
        words = _("There is no train yet: nothing can be booked.")
        yield Step(words=words, noun=trains.TRAINS, action=_("Add a train"), blocks=True)
    elif not Slot.objects.exists():
        words = _("No train has a timetable: there are no departures.")
        yield Step(words=words, noun=trains.TRAINS, action=_("Give it a timetable"), blocks=True)
    if not teams.teams().exists():
        words = _("There is no team yet: nobody can write a release down.")
        yield Step(words=words, noun=team_pages.TEAMS, action=_("Add a team"), blocks=True)
    elif not teams.memberships().exists():
        yield Step(words=_("Nobody is on a team yet."), noun=members.MEMBERS, action=_("Put people on teams"))
    if RoleHolder.objects.filter(role=Role.RELEASE_MANAGER.value, person__is_active=True).count() < 2:
        words = _("There is one release manager; nobody else could run the train.")
        yield Step(words=words, noun=roles.ROLES, action=_("Give the role"))
    if not catalogue.services().exists():
        words = _("No service is named: large releases cannot be told apart.")
        yield Step(words=words, noun=services.SERVICES, action=_("Add a service"))


urlpatterns = [path("setup/", overview, name="setup")]
