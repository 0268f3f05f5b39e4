"""What is set up and what is still missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from releasetrain.web.access import SIGNED_IN, access


@access(SIGNED_IN)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is there, and the first step where something is not."""
    return render(request, "setup/index.html")


urlpatterns = [path("setup/", overview, name="setup")]
