"""Who is in which team: all of it on one page, for pasting."""

from django import forms
from django.utils.translation import gettext_lazy

from releasetrain.domain.permissions import Permission
from releasetrain.teams import actions, queries
from releasetrain.teams.models import Membership
from releasetrain.web.setup.choices import IdField, active_people, all_teams
from releasetrain.web.setup.noun import Noun, pages


class MembershipForm(forms.Form):
    """Somebody in a team."""

    team = IdField(label=gettext_lazy("Team"), choices=all_teams)
    person = IdField(label=gettext_lazy("Person"), choices=active_people)
    standing = forms.ChoiceField(label=gettext_lazy("As"), choices=Membership.Standing.choices)


class MembershipLine(forms.Form):
    """One pasted line."""

    email = forms.EmailField()
    team = forms.CharField(max_length=8, help_text=gettext_lazy("the team's code"))
    standing = forms.ChoiceField(choices=Membership.Standing.choices, help_text=", ".join(Membership.Standing.values))


MEMBERS = Noun(
    name="members",
    title=gettext_lazy("Members"),
    opens=Permission.SET_UP_TEAMS,
    rows=lambda request: queries.memberships(),
    form=MembershipForm,
    add=actions.set_membership,
    line=MembershipLine,
    put=actions.put_memberships,
)

urlpatterns = pages(MEMBERS)
