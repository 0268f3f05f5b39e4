"""Imports: a file that somebody brought in, how far it is, and what came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One import of one file. ``cancel_asked`` is looked at between rows; ``report`` is what the page shows."""

    class Mode(models.TextChoices):
        """What the rows are."""

        PLAN = "plan", _("a plan: every rule is asked")
        HISTORY = "history", _("history: what departed, no rule is asked")

    class State(models.TextChoices):
        """Where it is."""

        ASKED = "asked", _("waits for a worker")
        RUNNING = "running", _("runs")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.BinaryField()
    file_name = models.CharField(max_length=200, blank=True)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.PLAN)
    train = models.CharField(max_length=80, blank=True)
    skip_bad = models.BooleanField(default=False)
    make_missing = models.BooleanField(default=False)
    dry_run = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    message = models.UUIDField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="an_import_that_ended_says_when",
                condition=models.Q(state__in=["asked", "running"], ended_at__isnull=True)
                | models.Q(state__in=["done", "refused", "cancelled"], ended_at__isnull=False),
            )
        ]

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will happen."""
        return self.ended_at is not None
