"""Teams: who builds, who is in them, which train they ride."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import wording
from releasetrain.boarding.actions.trains import set_default_train
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, may, teams_where
from releasetrain.teams import actions, queries
from releasetrain.teams.calendars import calendars
from releasetrain.teams.models import Membership, Team
from releasetrain.trains.models import DefaultTrain
from releasetrain.web.access import access
from releasetrain.web.fields import ZoneField
from releasetrain.web.refusals import or_404
from releasetrain.web.setup.choices import IdField, active_people, trains_or_first
from releasetrain.web.setup.noun import Noun, pages

LIMIT_HELP = gettext_lazy("More of its releases in one slot than this is a conflict.")


class TeamForm(forms.Form):
    """A team."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=8, help_text=gettext_lazy("Short, as on a card: PAY.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    slot_limit = forms.IntegerField(label=gettext_lazy("Watches over in a slot"), initial=2, help_text=LIMIT_HELP)
    zone = ZoneField(
        label=gettext_lazy("Time zone"),
        initial="UTC",
        required=False,
        help_text=gettext_lazy("Its days begin there."),
    )
    holidays = forms.ChoiceField(
        label=gettext_lazy("Public holidays"),
        choices=lambda: [("", gettext_lazy("none")), *((name, name) for name in calendars())],
        required=False,
        help_text=gettext_lazy("Reviews wait in working days."),
    )


class MemberForm(forms.Form):
    """Somebody for the team."""

    person = IdField(label=gettext_lazy("Person"), choices=active_people)
    standing = forms.ChoiceField(label=gettext_lazy("As"), choices=Membership.Standing.choices)


class DefaultTrainForm(forms.Form):
    """Which train the team's releases ask for."""

    train = IdField(label=gettext_lazy("Its releases ask for"), choices=trains_or_first, required=False)


class TeamLine(forms.Form):
    """One pasted line."""

    code = forms.CharField(max_length=8, help_text=gettext_lazy("a code that is known is edited"))
    name = forms.CharField(max_length=80)
    slot_limit = forms.IntegerField(required=False, help_text=gettext_lazy("empty: 2"))

    def clean_slot_limit(self) -> int:
        """Return the usual limit where none is said."""
        said = self.cleaned_data["slot_limit"]
        return 2 if said is None else said


def _own_team(request: HttpRequest, id: int) -> Team:
    """Return a team that the person may set up; a lead's own, a release manager's any."""
    if not may(request.person, Permission.SET_UP_TEAM, team=id):
        raise Http404
    return queries.team(id)


def _own_teams(request: HttpRequest) -> QuerySet[Team]:
    """Return the teams that the person may set up: a lead's own, a release manager's all."""
    every = queries.teams_with_people()
    if may(request.person, Permission.SET_UP_TEAMS):
        return every
    return every.filter(pk__in=teams_where(request.person, Permission.SET_UP_TEAM, among=request.person.teams.keys()))


def _days(team: Team) -> dict[str, str]:
    return {"zone": team.zone, "holidays": team.holidays}


def _inside(request: HttpRequest, team: Team) -> Mapping[str, Any]:
    default = DefaultTrain.objects.filter(team=team).first()
    return {
        "members": team.memberships.select_related("person").order_by("standing", "person__name"),
        "member_form": MemberForm(),
        "train_form": DefaultTrainForm(initial={"train": default and default.train_id}),
    }


TEAMS = Noun(
    name="teams",
    title=gettext_lazy("Teams"),
    opens=Permission.SET_UP_TEAM,
    adds=Permission.SET_UP_TEAMS,
    rows=_own_teams,
    form=TeamForm,
    add=actions.add_team,
    edit=lambda id, **said: actions.edit_team(team=id, **said),
    row=_own_team,
    said=lambda team: {"code": team.code, "name": team.name, "slot_limit": team.slot_limit, **_days(team)},
    line=TeamLine,
    put=actions.put_teams,
    edit_template="setup/team.html",
    more=_inside,
)


@access(Permission.SET_UP_TEAM, post_only=True)
def put_member(request: HttpRequest, id: int) -> HttpResponse:
    """Let somebody be in the team."""
    form = MemberForm(request.POST)
    return _do(request, id, form, lambda said: actions.set_membership(team=id, **said), _("They are on the team."))


@access(Permission.SET_UP_TEAM, post_only=True)
def end_member(request: HttpRequest, id: int, person: int) -> HttpResponse:
    """Take somebody off the team."""
    off = _("They are off the team.")
    return _do(request, id, None, lambda said: actions.end_membership(team=id, person=person, **said), off)


@access(Permission.SET_UP_TEAM, post_only=True)
def default_train(request: HttpRequest, id: int) -> HttpResponse:
    """Say which train the team's releases ask for."""
    form = DefaultTrainForm(request.POST)
    return _do(request, id, form, lambda said: set_default_train(team=id, **said), _("Kept."))


def _do(
    request: HttpRequest, id: int, form: forms.Form | None, action: Callable[[Any], object], words: str
) -> HttpResponse:
    or_404(_own_team, request, id)
    if form is not None and not form.is_valid():
        messages.error(request, _("Choose one of the list."))
        return redirect("web:setup-teams-edit", id)
    said = form.cleaned_data if form else {}
    try:
        action({**said, "by": request.user, "clock": timezone.now})
    except Refused as error:
        messages.error(request, wording.refusal(error))
    else:
        messages.success(request, words)
    return redirect("web:setup-teams-edit", id)


urlpatterns = [
    *pages(TEAMS),
    path("setup/teams/<int:id>/members/", put_member, name="setup-teams-member"),
    path("setup/teams/<int:id>/members/<int:person>/end/", end_member, name="setup-teams-member-end"),
    path("setup/teams/<int:id>/train/", default_train, name="setup-teams-train"),
]
