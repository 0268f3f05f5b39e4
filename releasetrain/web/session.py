"""Coming in, going out, and the first account of all."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.errors import Refused
from releasetrain.teams import actions
from releasetrain.teams import queries as teams
from releasetrain.web.access import PUBLIC, access
from releasetrain.web.context import THEMES
from releasetrain.web.fields import PasswordField, ZoneField, posted
from releasetrain.web.refusals import put_on

_YEAR = int(timedelta(days=365).total_seconds())
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(forms.Form):
    """Who and with what."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "username"}))
    password = PasswordField(label=_("Password"), autocomplete="current-password")


class FirstAccount(forms.Form):
    """The first release manager."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "username"}))
    password = PasswordField(
        label=_("Password"), autocomplete="new-password", help_text=_("At least 8 characters, not a common one.")
    )
    zone = ZoneField(initial="UTC")


@access(PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who somebody is, and let them in."""
    if request.person:
        return redirect(back(request))
    if not teams.somebody_is_here():
        return redirect("web:first-account")
    form = SignIn(posted(request))
    if form.is_valid():
        try:
            address = request.META.get("REMOTE_ADDR", "")
            user = actions.check_password(**form.cleaned_data, address=address, clock=timezone.now)
        except Refused as error:
            put_on(form, error)
        else:
            return _enter(request, user)
    context = {"form": form, "next": back(request), "cast": teams.demo_cast() if shows_demo() else ()}
    return render(request, "session/sign_in.html", context, status=422 if form.errors else 200)


def shows_demo() -> bool:
    """Return whether visitors may be one of the demo's people."""
    return settings.DEMO_MODE and settings.DEMO_DATA


def _enter(request: HttpRequest, user: auth.models.AbstractBaseUser) -> HttpResponse:
    where = back(request)
    auth.login(request, user, backend=_BACKEND)
    return redirect(where)


@access(PUBLIC, post_only=True)
def be(request: HttpRequest, person: int) -> HttpResponse:
    """Let a visitor of the demo be one of its people."""
    user = teams.demo_cast().filter(pk=person).first() if shows_demo() else None
    if user is None:
        raise Http404
    return _enter(request, user)


@access(PUBLIC)
def first_account(request: HttpRequest) -> HttpResponse:
    """Make the first person while there is nobody, and let them in."""
    if teams.somebody_is_here():
        return redirect("web:sign-in")
    form = FirstAccount(posted(request))
    if form.is_valid():
        try:
            user = actions.open_first_account(**form.cleaned_data, clock=timezone.now)
        except Refused as error:
            put_on(form, error)
        else:
            return _enter(request, user)
    return render(request, "session/first_account.html", {"form": form}, status=422 if form.errors else 200)


@access(PUBLIC, post_only=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return redirect("web:sign-in")


@access(PUBLIC, post_only=True)
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or (anything else) whatever the system says, and come back."""
    answer = redirect(back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer


def back(request: HttpRequest) -> str:
    """Return where to go next as the form or address says, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else "/"  # a bare word would be taken for a view's name


urlpatterns = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-in/<int:person>/", be, name="be"),
    path("sign-out/", sign_out, name="sign-out"),
    path("first-account/", first_account, name="first-account"),
    path("theme/", theme, name="theme"),
]
