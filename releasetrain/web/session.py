"""Coming in, going out, and what somebody set for themselves."""

from datetime import timedelta

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme

from releasetrain.web.access import PUBLIC, SIGNED_IN, access
from releasetrain.web.context import THEMES

_YEAR = int(timedelta(days=365).total_seconds())


@access(PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who somebody is."""
    return render(request, "session/sign_in.html")


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
    """Return where the form said to go next, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"


@access(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Show what somebody set for themselves."""
    return render(request, "session/me.html")


urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("theme", theme, name="theme"),
    path("me", me, name="me"),
]
