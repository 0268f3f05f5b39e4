"""What somebody set for themselves."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.errors import Refused
from releasetrain.teams import actions
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.fields import PasswordField, ZoneField, posted
from releasetrain.web.refusals import put_on


class Own(forms.Form):
    """Name, zone, keys."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    zone = ZoneField(help_text=gettext_lazy("Times are shown in this zone. A place such as Europe/Berlin, or UTC."))
    keys_on = forms.BooleanField(label=gettext_lazy("Single letters are keys"), required=False)


class Password(forms.Form):
    """The old one and the new one."""

    old = PasswordField(label=gettext_lazy("Password now"), autocomplete="current-password")
    new = PasswordField(
        label=gettext_lazy("New password"),
        autocomplete="new-password",
        help_text=gettext_lazy("At least 8 characters, not a common one. Your other sessions end."),
    )


@access(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Show and keep what somebody set for themselves."""
    user = request.user
    form = Own(posted(request), initial={"name": user.name, "zone": user.zone, "keys_on": user.keys_on})
    if _done(form, lambda: actions.set_own(**form.cleaned_data, by=user, clock=timezone.now)):
        messages.success(request, _("Kept."))
        return redirect("web:me")
    return _page(request, own=form)


@access(SIGNED_IN, post_only=True)
def password(request: HttpRequest) -> HttpResponse:
    """Change the password and stay signed in here."""
    form = Password(request.POST)
    if _done(form, lambda: actions.change_password(**form.cleaned_data, by=request.user, clock=timezone.now)):
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed."))
        return redirect("web:me")
    return _page(request, password=form)


def _done(form: forms.Form, action: Callable[[], object]) -> bool:
    """Do it if the form can be read; a refusal stands at its field."""
    if not form.is_valid():
        return False
    try:
        action()
    except Refused as error:
        put_on(form, error)
        return False
    return True


def _page(request: HttpRequest, *, own: Own | None = None, password: Password | None = None) -> HttpResponse:
    user = request.user
    own = own or Own(initial={"name": user.name, "zone": user.zone, "keys_on": user.keys_on})
    is_wrong = bool(own.errors or (password and password.errors))
    context = {"own": own, "password": password or Password()}
    return render(request, "session/me.html", context, status=422 if is_wrong else 200)


urlpatterns = [
    path("me/", me, name="me"),
    path("me/password/", password, name="password"),
]
