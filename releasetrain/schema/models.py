"""Schema changes: one change of stored data that ships without stopping, in stages on up to four releases (M1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import stages
from releasetrain.releases.models import DataTable, Release


class SchemaChange(models.Model):
    """One change of one table: old field, new field. ``soak_hours``: the agreed soak between its stages."""

    name = models.CharField(max_length=120)
    table = models.ForeignKey(DataTable, on_delete=models.PROTECT, related_name="schema_changes")
    old_field = models.CharField(max_length=120, blank=True)
    new_field = models.CharField(max_length=120, blank=True)
    soak_hours = models.PositiveIntegerField(default=120)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["name"], name="schema_change_names_are_unique")]

    def __str__(self) -> str:
        return self.name


class SchemaStage(models.Model):
    """One stage of a schema change, the release that carries it, and its SQL as written."""

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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "stage"], name="each_stage_of_a_change_once"),
        ]
