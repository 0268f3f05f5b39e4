"""Where somebody starts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from releasetrain.boarding import queries as boarding
from releasetrain.web.access import SIGNED_IN, access


@access(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Go to the board of the train that the person's team rides, or to the set-up while there is none."""
    train = boarding.default_train(min(request.person.teams, default=0))  # without a team: the first train
    return redirect("web:board", slug=train.slug) if train else redirect("web:setup")


urlpatterns = [path("", home, name="home")]
