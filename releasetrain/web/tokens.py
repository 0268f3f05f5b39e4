"""Tokens for scripts: one's own, and those of a team's pipelines. A secret stands in one answer and nowhere else."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.scopes import OF_A_SERVICE
from releasetrain.notices import actions, queries
from releasetrain.notices.models import Token
from releasetrain.teams.models import Team
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.fields import posted
from releasetrain.web.refusals import or_404, put_on
from releasetrain.web.setup.teams import TEAMS

SHOWN = 200


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("What it is for."))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Good for"),
        choices=[(scope, words) for scope, words in Token.Scope.choices if scope != Token.Scope.FEED],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=gettext_lazy("Ends after, days"), min_value=1, max_value=366, initial=90)


class ServiceTokenForm(TokenForm):
    """A new token for a pipeline."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Good for"),
        choices=[(scope, words) for scope, words in Token.Scope.choices if scope in OF_A_SERVICE],
        widget=forms.CheckboxSelectMultiple,
    )


@access(SIGNED_IN)
@sensitive_variables("secret")
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens, and make one: its secret is in the answer of that POST alone."""
    form, secret = TokenForm(posted(request)), ""
    if form.is_valid():
        secret = _made(request, form, actions.make_token)
    return _page(request, form, secret, team=None)


@access(Permission.SET_UP_TEAM)
@sensitive_variables("secret")
def of_team(request: HttpRequest, id: int) -> HttpResponse:
    """Show the tokens of a team's pipelines, and make one."""
    team = or_404(TEAMS.row, request, id)
    form, secret = ServiceTokenForm(posted(request)), ""
    if form.is_valid():
        secret = _made(request, form, actions.make_service_token, team=team.pk)
    return _page(request, form, secret, team=team)


@access(SIGNED_IN, post_only=True)
def revoke(request: HttpRequest, token: int) -> HttpResponse:
    """Let a token let nobody in any more."""
    try:
        gone = actions.revoke_token(token=token, by=request.user, clock=timezone.now)
    except Refused as error:
        raise Http404 from error
    messages.success(request, _("%(name)s lets nobody in any more.") % {"name": gone.name})
    if gone.team_id:
        return redirect("web:setup-teams-tokens", gone.team_id)
    return redirect("web:calendar-feed" if gone.is_feed else "web:tokens")


@sensitive_variables("secret")
def _made(request: HttpRequest, form: forms.Form, make: Any, **more: Any) -> str:
    """Return the secret of the token made, "" where it was refused."""
    try:
        _token, secret = make(
            **form.cleaned_data, **more, by=request.user, clock=timezone.now, key=_key(request.POST.get("key", ""))
        )
    except Refused as error:
        put_on(form, error)
        return ""
    return secret


def _key(typed: str) -> UUID | None:
    """The form's one-time key as it is: what is kept of it is the verb's to say."""
    try:
        return UUID(typed)
    except ValueError:
        return None


@sensitive_variables("secret")
def _page(request: HttpRequest, form: forms.Form, secret: str, *, team: Team | None) -> HttpResponse:
    context = {
        "tokens": queries.seen_by(request.person).filter(team=team)[:SHOWN],
        "form": type(form)() if secret else form,
        "secret": secret,
        "now": timezone.now(),
        "row": team,
        "noun": TEAMS,
        "address": reverse("web:setup-teams-tokens", args=[team.pk]) if team else reverse("web:tokens"),
    }
    template = "tokens/team.html" if team else "tokens/own.html"
    return render(request, template, context, status=422 if form.errors else 200)


urlpatterns = [
    path("me/tokens/", own, name="tokens"),
    path("me/tokens/<int:token>/revoke/", revoke, name="tokens-revoke"),
    path("setup/teams/<int:id>/tokens/", of_team, name="setup-teams-tokens"),
]
