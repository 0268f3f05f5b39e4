"""What was done, by whom, when: written by actions in their own transaction. Raw SQL is not audited."""

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One line of the log. ``subject``: "release:31"; ``facts``: what the sentence needs, values only."""

    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["subject", "-at"], name="audit_by_subject")]
        ordering = ["-at", "-pk"]


class OneTimeKey(models.Model):
    """A key that a form carries, so that a double click has one effect; ``result`` is what the first one returned."""

    key = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    result = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_effect_per_one_time_key")]


class KeptAnswer(models.Model):
    """What the API answered to a request with an ``Idempotency-Key``, kept in the transaction of its effect.

    ``fingerprint``: a digest of method, address and body; the same key with another one is a mistake of the caller.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=500, blank=True)
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_answer_per_idempotency_key")]
        indexes = [models.Index(fields=["at"], name="kept_answers_by_age")]
