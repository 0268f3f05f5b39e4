"""Work that must not be lost: one row per piece of work, written in the transaction that causes it."""

import uuid

from django.db import models

OPEN = models.Q(done_at__isnull=True, dead_at__isnull=True)


class Message(models.Model):
    """A piece of work for one subscriber, to do once its transaction has committed.

    ``id`` is the idempotency key of its effects. ``attempts`` counts every try; ``failures`` those that bring it nearer
    to being dead, which a try that found the other end away does not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=80)
    handler = models.CharField(max_length=80, blank=True)
    lane = models.CharField(max_length=80, default="inside")
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    posted_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    unreached_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["lane", "due_at"], name="outbox_open_by_lane", condition=OPEN),
            models.Index(
                fields=["event", "-dead_at"], name="outbox_dead_by_event", condition=models.Q(dead_at__isnull=False)
            ),
            models.Index(fields=["done_at"], name="outbox_done", condition=models.Q(done_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_is_not_done_and_dead",
                condition=models.Q(done_at__isnull=True) | models.Q(dead_at__isnull=True),
            )
        ]


class Heartbeat(models.Model):
    """When a part that works in the background was last heard of; two workers have two rows."""

    class Part(models.TextChoices):
        """Who is listened to."""

        WORKER = "worker", "worker"
        BEAT = "beat", "beat"
        SWEEP = "sweep", "sweep"

    part = models.CharField(max_length=8, choices=Part)
    name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "name"], name="one_heartbeat_per_part_and_name")]
