"""What is said on a gate: verdict, question, answer, reminder; a condition that is seen to; grace."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.whole import known
from releasetrain.api.reviews.gates import ReviewsAnswer, reviews_of
from releasetrain.api.shapes import Number, Reason, Said, Text, earliest_year
from releasetrain.boarding.actions.grace import give_grace
from releasetrain.domain.verdicts import Kind
from releasetrain.reviews.actions import saying
from releasetrain.reviews.models import Condition


class VerdictSaid(Said):
    """A verdict about the revision that was read; if it is old by now: 409 with what changed."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    revision = Number(min_value=1, max_value=2**31 - 1)
    note = Text(allow_blank=True, default="", max_length=saying.LONGEST_NOTE)
    conditions = serializers.ListField(
        child=Text(max_length=saying.LONGEST_CONDITION), default=list, max_length=saying.MOST_CONDITIONS
    )


class NoteSaid(Said):
    """What is asked or answered."""

    note = Text(max_length=saying.LONGEST_NOTE)


class GraceSaid(Said):
    """Until when it keeps its place uncleared, and why."""

    until = serializers.DateTimeField(validators=[earliest_year])
    reason = Reason()


class Nothing(Said):
    """An empty object."""


class OfGate(Door):
    """Something said on a gate of a release."""

    family = "reviews"
    named_by_address = ("no-such-release", "no-such-gate", "no-such-condition")


class Verdicts(OfGate):
    """Verdicts."""

    @described("Give a verdict on a gate", takes=VerdictSaid, answers=ReviewsAnswer)
    def post(self, request: Request, number: int, gate: str, said: dict[str, Any]) -> dict[str, Any]:
        """Give it; refused to whom edited what the gate rests on."""
        facts = {**said, "kind": Kind(said["kind"])}
        saying.give_verdict(release=known(request, number), gate=gate, **facts, by=request.user, clock=timezone.now)
        return reviews_of(number)


class Questions(OfGate):
    """Questions of the reviewers."""

    @described("Ask the author; the reviewers' clock stops", takes=NoteSaid, answers=ReviewsAnswer)
    def post(self, request: Request, number: int, gate: str, said: dict[str, Any]) -> dict[str, Any]:
        """Ask."""
        saying.ask(release=known(request, number), gate=gate, **said, by=request.user, clock=timezone.now)
        return reviews_of(number)


class Answers(OfGate):
    """Answers of the author."""

    @described("Answer the reviewers, or ask them again: it is their turn", takes=NoteSaid, answers=ReviewsAnswer)
    def post(self, request: Request, number: int, gate: str, said: dict[str, Any]) -> dict[str, Any]:
        """Answer."""
        saying.answer(release=known(request, number), gate=gate, **said, by=request.user, clock=timezone.now)
        return reviews_of(number)


class Reminders(OfGate):
    """Reminders."""

    @described("Remind the reviewers of a gate; once a day", takes=Nothing, answers=ReviewsAnswer)
    def post(self, request: Request, number: int, gate: str, said: dict[str, Any]) -> dict[str, Any]:
        """Remind."""
        saying.remind(release=known(request, number), gate=gate, by=request.user, clock=timezone.now)
        return reviews_of(number)


class Ticks(OfGate):
    """Conditions."""

    @described("Say that a condition of an approval was seen to", takes=Nothing, answers=ReviewsAnswer)
    def post(self, request: Request, condition: int, said: dict[str, Any]) -> dict[str, Any]:
        """Tick it; twice is once."""
        found = get_object_or_404(Condition.objects.select_related("verdict"), pk=condition).verdict.release_id
        known(request, found)
        saying.tick(condition=condition, by=request.user, clock=timezone.now)
        return reviews_of(found)


class Graces(OfGate):
    """Grace."""

    @described("Let a release keep its place uncleared until an instant", takes=GraceSaid, answers=ReviewsAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> dict[str, Any]:
        """Give it."""
        give_grace(release=known(request, number), **said, by=request.user, clock=timezone.now)
        return reviews_of(number)


OF_GATE = "releases/<release:number>/gates/<slug:gate>"
urlpatterns = [
    path(f"{OF_GATE}/verdict", Verdicts.as_view(), name="verdict"),
    path(f"{OF_GATE}/question", Questions.as_view(), name="question"),
    path(f"{OF_GATE}/answer", Answers.as_view(), name="answer"),
    path(f"{OF_GATE}/remind", Reminders.as_view(), name="remind"),
    path("conditions/<row:condition>/tick", Ticks.as_view(), name="tick"),
    path("releases/<release:number>/grace", Graces.as_view(), name="grace"),
]
