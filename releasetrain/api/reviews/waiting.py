"""What waits on whoever asks."""

from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer
from releasetrain.review_wording import gate_name
from releasetrain.reviews.queries.inbox import Waiting, Why, waiting_on


class TurnAnswer(Answer):
    """A gate that waits: why it is yours, since when, in working days."""

    release = serializers.CharField()
    title = serializers.CharField()
    gate = serializers.CharField()
    name = serializers.CharField()
    why = serializers.ChoiceField(choices=[why.value for why in Why])
    again = serializers.BooleanField(help_text="true: it was approved before, and something changed.")
    since_at = serializers.DateTimeField()
    days = serializers.IntegerField()
    target_days = serializers.IntegerField()
    late_by = serializers.IntegerField()


class InboxAnswer(Answer):
    """What waits on you, the oldest first, and what is with an author because you asked."""

    mine = TurnAnswer(many=True)
    with_author = TurnAnswer(many=True)


class MyWaiting(Door):
    """Waiting on me."""

    family = "reviews"

    @described("What waits on you, the oldest first", answers=InboxAnswer)
    def get(self, request: Request) -> dict[str, Any]:
        """Return it."""
        found = waiting_on(request.user, now=timezone.now())
        return {"mine": [_line(one) for one in found.mine], "with_author": [_line(one) for one in found.with_author]}


def _line(one: Waiting) -> dict[str, Any]:
    gate = one.gate
    return {
        "release": gate.release.code,
        "title": gate.release.title,
        "gate": gate.code,
        "name": gate_name(gate.code, gate.name),
        "why": one.why.value,
        "again": bool(one.because.get("again")),
        "since_at": gate.since_at,
        "days": one.waited.days,
        "target_days": one.waited.target,
        "late_by": one.waited.late_by,
    }


urlpatterns = [path("me/waiting", MyWaiting.as_view(), name="me-waiting")]
