"""Work in the background that failed for good: what, why, and once more."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.deeds import Nothing
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.domain.permissions import Permission
from releasetrain.operating import actions
from releasetrain.outbox import queries
from releasetrain.outbox.models import Message


class DeadAnswer(Answer):
    """A piece of work that failed for good. What it carries is not told: it may be nobody's to read."""

    id = serializers.UUIDField()
    event = serializers.CharField()
    lane = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField(source="last_error", allow_blank=True)
    posted_at = serializers.DateTimeField()
    dead_at = serializers.DateTimeField()


class SentAnswer(Answer):
    """How much is sent again."""

    sent = serializers.IntegerField()


class EventSaid(Said):
    """An event, such as mail.send."""

    event = Text(max_length=60)


class DeadLetters(Door):
    """All of it."""

    family, needs, ordering = "status", Permission.OPERATE, "-dead_at"

    @described("Work that failed for good, latest first", answers=DeadAnswer, paged=True)
    def get(self, request: Request, said: Mapping[str, Any]) -> QuerySet[Message]:
        """Return what failed."""
        return queries.dead()


class AllAgain(Door):
    """All of an event once more."""

    family, needs = "status", Permission.OPERATE

    @described("Send all dead work of an event again", takes=EventSaid, answers=SentAnswer)
    def post(self, request: Request, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send it."""
        return {"sent": actions.send_again(event=said["event"], by=request.user, clock=timezone.now)}


class Again(Door):
    """One piece once more."""

    family, needs = "status", Permission.OPERATE

    @described("Send a piece of dead work again; 0 where somebody did already", takes=Nothing, answers=SentAnswer)
    def post(self, request: Request, id: UUID, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send it."""
        event = get_object_or_404(Message.objects.values_list("event", flat=True), pk=id)
        return {"sent": actions.send_again(event=event, message=id, by=request.user, clock=timezone.now)}


urlpatterns = [
    path("dead-letters", DeadLetters.as_view(), name="dead-letters"),
    path("dead-letters/send-again", AllAgain.as_view(), name="dead-letters-again"),
    path("dead-letters/<uuid:id>/send-again", Again.as_view(), name="dead-letter-again"),
]
