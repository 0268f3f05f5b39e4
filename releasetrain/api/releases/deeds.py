"""What is done to a release: submit, withdraw, leave."""

from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.conflicts import ConflictAnswer, told
from releasetrain.api.door import Door, described
from releasetrain.api.releases.shapes import ReasonSaid, ReleaseAnswer
from releasetrain.api.releases.whole import Whole, known, whole
from releasetrain.api.shapes import Answer, Said
from releasetrain.boarding.actions import riding, submitting


class Deed(Door):
    """Something done to one release."""

    family = "releases"
    named_by_address = ("no-such-release",)


class SubmittedAnswer(Answer):
    """What came of submitting: the slot it rides in, or none and what is in the way of the one it asks for."""

    slot = serializers.IntegerField(allow_null=True)
    refusal = serializers.CharField(allow_blank=True, help_text="Why it does not ride in the slot it asks for.")
    conflicts = ConflictAnswer(many=True)


class Nothing(Said):
    """An empty object."""


class Submit(Deed):
    """Hand a release in."""

    @described("Submit a draft, or one withdrawn or rolled back again", takes=Nothing, answers=SubmittedAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> dict[str, Any]:
        """Hand it in; it boards, asks or waits."""
        came = submitting.submit(release=known(request, number), by=request.user, clock=timezone.now)
        found = told(came.conflicts, of=number, zone=timezone.get_current_timezone())
        return {"slot": came.slot, "refusal": came.refusal, "conflicts": found}


class Withdraw(Deed):
    """Take a release back."""

    @described("Withdraw a release", takes=ReasonSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Take it off the train and out of the queue."""
        known(request, number)
        submitting.withdraw(release=number, reason=said["reason"], by=request.user, clock=timezone.now)
        return whole(request, number)


class Leave(Deed):
    """Give a place back."""

    @described("Leave the slot; it waits again", takes=ReasonSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Give its place back."""
        known(request, number)
        riding.leave(release=number, reason=said["reason"], by=request.user, clock=timezone.now)
        return whole(request, number)


urlpatterns = [
    path("releases/<release:number>/submit", Submit.as_view(), name="release-submit"),
    path("releases/<release:number>/withdraw", Withdraw.as_view(), name="release-withdraw"),
    path("releases/<release:number>/leave", Leave.as_view(), name="release-leave"),
]
