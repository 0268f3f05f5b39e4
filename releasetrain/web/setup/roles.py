"""Roles: who is release manager, architect, QA lead, analytics lead."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import wording
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Role
from releasetrain.reviews.actions.roles import take_role
from releasetrain.teams import actions, queries
from releasetrain.teams.models import RoleHolder
from releasetrain.web.access import access
from releasetrain.web.setup.choices import IdField, active_people
from releasetrain.web.setup.noun import Noun, pages


class RoleForm(forms.Form):
    """A role for somebody."""

    person = IdField(label=gettext_lazy("Person"), choices=active_people)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=RoleHolder.Role.choices)


class RoleLine(forms.Form):
    """One pasted line."""

    email = forms.EmailField()
    role = forms.ChoiceField(choices=RoleHolder.Role.choices, help_text=", ".join(RoleHolder.Role.values))


ROLES = Noun(
    name="roles",
    title=gettext_lazy("Roles"),
    opens=Permission.SET_UP_PEOPLE,
    rows=lambda request: queries.holders(),
    form=RoleForm,
    add=actions.give_role,
    line=RoleLine,
    put=actions.put_roles,
)


@access(Permission.SET_UP_PEOPLE, post_only=True)
def take(request: HttpRequest, person: int, role: str) -> HttpResponse:
    """Take a role away."""
    if role not in RoleHolder.Role.values:
        raise Http404
    try:
        take_role(person=person, role=Role(role), by=request.user, clock=timezone.now)
    except Refused as error:
        messages.error(request, wording.refusal(error))
    else:
        messages.success(request, _("The role is taken away."))
    return redirect("web:setup-roles")


urlpatterns = [
    *pages(ROLES),
    path("setup/roles/<int:person>/<slug:role>/take/", take, name="setup-roles-take"),
]
