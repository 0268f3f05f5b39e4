"""Teams: who builds, who is in them, which train they ride."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.setup.noun import Lines, Noun, TakenAnswer, addresses, seen_of, taken
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.boarding.actions.trains import set_default_train
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, Standing, may, teams_where
from releasetrain.teams import actions, queries
from releasetrain.teams.models import Membership, Team
from releasetrain.trains import queries as trains


class MemberAnswer(Answer):
    """Somebody on the team."""

    person = serializers.IntegerField()
    name = serializers.CharField()
    standing = serializers.ChoiceField(choices=Membership.Standing.choices)


class TeamAnswer(Answer):
    """A team."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    slot_limit = serializers.IntegerField(help_text="How many of its releases in one slot it watches over.")
    zone = serializers.CharField(help_text="Its working days begin there.")
    holidays = serializers.CharField(allow_blank=True, help_text="Whose public holidays are none: DE, DE-BY.")
    default_train = serializers.CharField(allow_null=True, help_text="null: the first train there is.")
    members = MemberAnswer(many=True)


class TeamSaid(Said):
    """A team; as a line, a code that is known is edited."""

    code = Text(max_length=8)
    name = Text(max_length=80)
    slot_limit = Number(default=2)
    zone = Text(max_length=64, required=False)
    holidays = Text(max_length=12, required=False, allow_blank=True)


class TeamChangeSaid(TeamSaid):
    """A change. ``place`` (from 1): where it stands in the company's order."""

    place = Number(required=False)
    seen = seen_of(TeamSaid)


class TeamLines(Lines):
    """Lines of teams."""

    child = TeamSaid()


class MemberSaid(Said):
    """As what somebody is on the team."""

    standing = serializers.ChoiceField(choices=Membership.Standing.choices, default=Standing.MEMBER.value)


class TrainChoiceSaid(Said):
    """Which train."""

    train = Text(max_length=80, allow_null=True, help_text="Its slug; null: the first train there is.")


class MembershipLineSaid(Said):
    """One line."""

    email = Text(max_length=254)
    team = Text(max_length=8, help_text="The team's code.")
    standing = serializers.ChoiceField(choices=Membership.Standing.choices)


class MembershipLines(Lines):
    """Lines of memberships."""

    child = MembershipLineSaid()


def own_team(person: Person, named: str | int) -> Team:
    """Return the team with this code or number if the person may set it up; to others it is not there."""
    known = queries.team_by_code(named) if isinstance(named, str) else queries.team(named)
    if known is None and str(named).isascii() and str(named).isdigit():
        known = Team.objects.filter(pk=int(named)).first()
    if known is None or not may(person, Permission.SET_UP_TEAM, team=known.pk):
        raise Refused("no-such-team", details={"team": str(named)})
    return known


def _rows(person: Person) -> QuerySet[Team]:
    known = queries.teams_with_people()
    if not may(person, Permission.SET_UP_TEAMS):
        known = known.filter(pk__in=teams_where(person, Permission.SET_UP_TEAM, among=person.teams.keys()))
    return known.prefetch_related("default_train__train")


def _told(team: Team) -> Mapping[str, Any]:
    default = getattr(team, "default_train", None)
    members = sorted(team.memberships.all(), key=lambda one: (one.standing, one.person.name))
    people = [{"person": one.person_id, "name": one.person.name, "standing": one.standing} for one in members]
    facts = {"id": team.pk, "code": team.code, "name": team.name, "slot_limit": team.slot_limit, "zone": team.zone}
    facts["holidays"] = team.holidays
    return {**facts, "default_train": default and default.train.slug, "members": people}


TEAMS = Noun(
    name="teams",
    one="a team",
    opens=Permission.SET_UP_TEAM,
    answer=TeamAnswer,
    new=TeamSaid,
    change=TeamChangeSaid,
    lines=TeamLines,
    rows=_rows,
    row=own_team,
    told=_told,
    add=actions.add_team,
    edit=lambda id, **said: actions.edit_team(team=id, **said),
    put=actions.put_teams,
    now=lambda team: {"code": team.code, "name": team.name, "slot_limit": team.slot_limit},
    part="<str:id>",
)


class Inside(Door):
    """Something of one team."""

    family, needs = "teams", Permission.SET_UP_TEAM
    named_by_address = ("no-such-team", "no-such-person")


class Member(Inside):
    """Somebody on the team."""

    @described("Let somebody be on the team, whatever they were in it before", takes=MemberSaid)
    def put(self, request: Request, id: str, person: int, said: Mapping[str, Any]) -> None:
        """Put them on it."""
        team, standing = own_team(request._request.person, id), Standing(said["standing"])
        actions.set_membership(team=team.pk, person=person, standing=standing, by=request.user, clock=timezone.now)

    @described("Take somebody off the team")
    def delete(self, request: Request, id: str, person: int) -> None:
        """Take them off it."""
        team = own_team(request._request.person, id)
        actions.end_membership(team=team.pk, person=person, by=request.user, clock=timezone.now)


class Default(Inside):
    """Which train it rides."""

    @described("Say which train the team's releases ask for", takes=TrainChoiceSaid, answers=TeamAnswer)
    def put(self, request: Request, id: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep it."""
        team, slug = own_team(request._request.person, id), said["train"]
        train = trains.train_called(slug) if slug is not None else None
        if slug is not None and train is None:
            raise Refused("no-such-train", details={"field": "train"})
        set_default_train(team=team.pk, train=train and train.pk, by=request.user, clock=timezone.now)
        return _told(own_team(request._request.person, team.pk))


class Memberships(Door):
    """Lines of all teams."""

    family, needs = "teams", Permission.SET_UP_TEAM

    @described("Put many people on teams: every line, or none", takes=MembershipLines, answers=TakenAnswer)
    def post(self, request: Request, said: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Set the membership of each line."""
        return taken(actions.put_memberships, said, request)


urlpatterns = [
    *addresses(TEAMS),
    path("teams/<str:id>/members/<row:person>", Member.as_view(), name="teams-member"),
    path("teams/<str:id>/default-train", Default.as_view(), name="teams-default-train"),
    path("memberships/lines", Memberships.as_view(), name="memberships-lines"),
]
