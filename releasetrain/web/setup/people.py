"""People: who is here."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import wording
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.teams import actions, queries
from releasetrain.web.access import access
from releasetrain.web.fields import PasswordField, ZoneField
from releasetrain.web.setup.noun import Noun, pages


class PersonForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    zone = ZoneField(initial="UTC")
    password = PasswordField(
        label=gettext_lazy("First password"),
        autocomplete="new-password",
        required=False,
        help_text=gettext_lazy("Without one they cannot sign in yet. They change it on their own page."),
    )


class KnownPersonForm(PersonForm):
    """Somebody who is here."""

    password = PasswordField(
        label=gettext_lazy("New password"),
        autocomplete="new-password",
        required=False,
        help_text=gettext_lazy("Empty: the old one stays. A new one ends their sessions."),
    )


class PersonLine(forms.Form):
    """One pasted line."""

    email = forms.EmailField(help_text=gettext_lazy("whose address is known is edited"))
    name = forms.CharField(max_length=80)
    zone = forms.CharField(
        required=False, empty_value="UTC", help_text=gettext_lazy("such as Europe/Berlin; empty: UTC")
    )


PEOPLE = Noun(
    name="people",
    title=gettext_lazy("People"),
    opens=Permission.SET_UP_PEOPLE,
    rows=lambda request: queries.everybody(),
    form=PersonForm,
    edit_form=KnownPersonForm,
    add=actions.add_person,
    edit=lambda id, **said: actions.edit_person(person=id, **said),
    row=lambda request, id: queries.user(id),
    said=lambda person: {"name": person.name, "email": person.email, "zone": person.zone},
    line=PersonLine,
    put=actions.put_people,
    edit_template="setup/person.html",
)


@access(Permission.SET_UP_PEOPLE, post_only=True)
def deactivate(request: HttpRequest, id: int) -> HttpResponse:
    """Let somebody go."""
    return _do(request, id, actions.deactivate_person, _("They are deactivated; every session of theirs has ended."))


@access(Permission.SET_UP_PEOPLE, post_only=True)
def reactivate(request: HttpRequest, id: int) -> HttpResponse:
    """Let somebody back in."""
    return _do(request, id, actions.reactivate_person, _("They are back; give them a new password."))


def _do(request: HttpRequest, id: int, action, words: str) -> HttpResponse:
    try:
        action(person=id, by=request.user, clock=timezone.now)
    except Refused as error:
        messages.error(request, wording.refusal(error))
    else:
        messages.success(request, words)
    return redirect("web:setup-people-edit", id)


urlpatterns = [
    *pages(PEOPLE),
    path("setup/people/<int:id>/deactivate/", deactivate, name="setup-people-deactivate"),
    path("setup/people/<int:id>/reactivate/", reactivate, name="setup-people-reactivate"),
]
