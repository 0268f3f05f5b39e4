"""The pages of the rules of the SQL review."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from releasetrain.web.access import SIGNED_IN, access


@access(SIGNED_IN)
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule."""
    return render(request, "sql/rules.html", {})


@access(SIGNED_IN)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show a rule."""
    raise Http404


urlpatterns = [
    path("rules/sql/", rules, name="sql-rules"),
    path("rules/sql/<slug:code>/", rule, name="sql-rule"),
]
