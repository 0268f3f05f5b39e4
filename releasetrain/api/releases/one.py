"""One release: see it, change it."""

from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.fields import fields_of
from releasetrain.api.releases.shapes import ChangeSaid, ReleaseAnswer
from releasetrain.api.releases.whole import Whole, known, whole
from releasetrain.boarding import queries as boarding
from releasetrain.boarding.actions import drafting
from releasetrain.releases.fields import ReleaseFields


class One(Door):
    """One release."""

    family = "releases"
    named_by_address = ("no-such-release",)

    @described("A release, where it is on its way and what stands against it", answers=ReleaseAnswer)
    def get(self, request: Request, number: int) -> Whole:
        """Return one release."""
        return whole(request, number)

    @described("Change what a release says", takes=ChangeSaid, answers=ReleaseAnswer)
    def patch(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Change what is said and leave the rest; refused with the conflicts that it would make where it rides."""
        current = boarding.release(known(request, number))
        drafting.edit(
            release=number,
            fields=fields_of(said, before=ReleaseFields.of(current)),
            revision=said.get("revision", current.revision),
            ask_again=said.get("ask_again", False),
            answers=said.get("answers"),
            by=request.user,
            clock=timezone.now,
        )
        return whole(request, number)


urlpatterns = [path("releases/<release:number>", One.as_view(), name="release")]
