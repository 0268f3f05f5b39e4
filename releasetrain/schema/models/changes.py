"""Schema changes: one change of stored data that ships without stopping, in stages on up to four releases (M1)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import stages
from releasetrain.releases.models import DataTable, Release


class SchemaChange(models.Model):
    """One change of one table: old field, new field. ``soak_hours``: the agreed soak between its stages.

    ``mapping``: the new field's value, as SQL over the row; empty: the old value.
    ``key_field``: the one by which batches of its backfill go. ``wrapped``: whether what runs its SQL wraps a file in
    one transaction, None where nobody said. ``has_sync_trigger``: the database itself keeps old and new alike.
    ``abandoned_at``: given up, with a reason: its table is free again.
    """

    name = models.CharField(max_length=120)
    table = models.ForeignKey(DataTable, on_delete=models.PROTECT, related_name="schema_changes")
    old_field = models.CharField(max_length=120, blank=True)
    new_field = models.CharField(max_length=120, blank=True)
    mapping = models.TextField(blank=True, db_default="")
    soak_hours = models.PositiveIntegerField(default=120)
    key_field = models.CharField(max_length=120, default="id", db_default="id")
    wrapped = models.BooleanField(null=True)
    has_sync_trigger = models.BooleanField(default=False, db_default=False)
    abandoned_at = models.DateTimeField(null=True)
    abandoned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    abandoned_because = models.TextField(blank=True, db_default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="schema_change_names_are_unique"),
            models.CheckConstraint(
                name="whoever_abandons_a_change_says_why",
                condition=models.Q(abandoned_at__isnull=True) | ~models.Q(abandoned_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchemaStage(models.Model):
    """One stage of a schema change, the release that carries it, and its SQL as written.

    ``heavy_lock``: it locks its table so that it wants the hours of low load (rule peak-hours); ``found_lock``: the
    review found that its SQL does. ``findings``: what the review found, None where nobody judged it yet; ``judged``:
    what that followed from (``schema.reviewer.digest_of``), empty where it is to be judged again. Both are written
    anew with everything that can change them; rebuildable.
    """

    class Stage(models.TextChoices):
        """The steps."""

        EXPAND = stages.Stage.EXPAND.value, _("expand")
        BACKFILL = stages.Stage.BACKFILL.value, _("backfill")
        RELAX = stages.Stage.RELAX.value, _("relax")
        DROP = stages.Stage.DROP.value, _("drop")

    change = models.ForeignKey(SchemaChange, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=8, choices=Stage)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="schema_stages")
    sql = models.TextField(blank=True)
    heavy_lock = models.BooleanField(default=False, db_default=False)
    found_lock = models.BooleanField(default=False, db_default=False)
    findings = models.JSONField(null=True)
    judged = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "stage"], name="each_stage_of_a_change_once"),
        ]
