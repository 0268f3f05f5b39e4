"""Whether the product works, part by part."""

from collections.abc import Mapping
from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer
from releasetrain.parts import database_answers, health, parts, worst

MEANINGS = ["clear", "waiting", "blocked"]


class PartAnswer(Answer):
    """One part."""

    key = serializers.CharField(help_text="web, database, worker, beat, sweep, work, mail, dead or broker.")
    meaning = serializers.ChoiceField(choices=MEANINGS)
    name = serializers.CharField()
    words = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class QueueAnswer(Answer):
    """What is left of one event."""

    lane = serializers.CharField()
    event = serializers.CharField()
    left = serializers.IntegerField()
    failing = serializers.IntegerField(help_text="Failed at least once, and is tried again.")
    dead = serializers.IntegerField(help_text="Failed for good.")
    oldest_at = serializers.DateTimeField(allow_null=True)


class HeardAnswer(Answer):
    """Somebody who works in the background."""

    part = serializers.CharField()
    name = serializers.CharField()
    at = serializers.DateTimeField()


class StatusAnswer(Answer):
    """Every part, what waits and who works."""

    worst = serializers.ChoiceField(choices=MEANINGS)
    parts = PartAnswer(many=True)
    queues = QueueAnswer(many=True)
    heard = HeardAnswer(many=True)


class Status(Door):
    """How it is."""

    family = "status"

    @described("How each part does, what waits and who works", answers=StatusAnswer)
    def get(self, request: Request) -> Mapping[str, Any]:
        """Return how it is now."""
        told = health(database_answers())
        found = parts(told, timezone.now())
        work = {"queues": told.queues, "heard": told.heard} if told else {"queues": [], "heard": []}
        return {"worst": worst(found), "parts": found, **work}


urlpatterns = [path("status", Status.as_view(), name="status")]
