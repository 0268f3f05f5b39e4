"""Work that must not be lost: one row per piece of work, written in the transaction that causes it."""

import uuid

from django.db import models


class Message(models.Model):
    """A piece of work to do once its transaction has committed. ``id`` is the idempotency key of its effects."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    posted_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_open_by_due",
                condition=models.Q(done_at__isnull=True, dead_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="message_is_not_done_and_dead",
                condition=models.Q(done_at__isnull=True) | models.Q(dead_at__isnull=True),
            )
        ]


class Heartbeat(models.Model):
    """When a part that works in the background was last heard of."""

    class Part(models.TextChoices):
        """Who is listened to."""

        WORKER = "worker", "worker"
        BEAT = "beat", "beat"

    part = models.CharField(max_length=8, primary_key=True, choices=Part)
    at = models.DateTimeField()
