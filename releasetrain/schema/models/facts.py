"""What a forecast of a backfill rests on: a table as it was measured, what its database costs, and the plan chosen.

How many rows and indexes a table has, and how much disk is free, stands in ``releases.DataTable`` and nowhere else.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.forecast.values import PlanKind
from releasetrain.releases.models import DataTable
from releasetrain.schema.models.changes import SchemaChange


class Measurement(models.Model):
    """What was measured of a table beside its sizes; it is put aside when somebody types other sizes.

    ``indexes``: each as ``{"name", "bytes", "ordered", "columns"}``, as many as the table says. ``wal_bytes_s`` null:
    nobody said how much log may be written. ``server``: where it was measured, the tightest of them.
    """

    table = models.OneToOneField(DataTable, on_delete=models.CASCADE, related_name="measurement")
    heap_bytes = models.BigIntegerField()
    indexes = models.JSONField(default=list)
    fillfactor = models.PositiveSmallIntegerField(default=100)
    checkpoint_s = models.PositiveIntegerField(default=300)
    max_wal_bytes = models.BigIntegerField(null=True)
    full_page_writes = models.BooleanField(default=True)
    wal_compression = models.BooleanField(default=False)
    wal_bytes_s = models.BigIntegerField(null=True)
    target_indexed = models.BooleanField(default=False)
    old_snapshot = models.BooleanField(default=False)
    server = models.CharField(max_length=80, blank=True, db_default="")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_fillfactor_is_a_share_of_a_page", condition=models.Q(fillfactor__gte=10, fillfactor__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} at {self.at}"


class Profile(models.Model):
    """What a database costs, where that differs from what was measured elsewhere: coefficients by name.

    ``runs``: how many finished runs they come from, 0: somebody typed them.
    """

    database = models.CharField(max_length=80, unique=True)
    coefficients = models.JSONField(default=dict)
    runs = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["database"]

    def __str__(self) -> str:
        return self.database


class ChosenPlan(models.Model):
    """How the backfill of a change is to run (``domain.forecast.Plan``), who chose it and when."""

    class Kind(models.TextChoices):
        """The four plans."""

        ONE_PASS = PlanKind.ONE_PASS.value, _("one pass")
        VACUUM = PlanKind.VACUUM.value, _("VACUUM between")
        PASSES = PlanKind.PASSES.value, _("interleaved passes")
        REPACK = PlanKind.REPACK.value, _("repack first")

    change = models.OneToOneField(SchemaChange, on_delete=models.CASCADE, related_name="plan")
    kind = models.CharField(max_length=8, choices=Kind)
    batch_rows = models.PositiveIntegerField()
    vacuum_every = models.BigIntegerField(default=0)
    passes = models.PositiveSmallIntegerField(default=1)
    fillfactor = models.PositiveSmallIntegerField(default=0)
    pause_ms = models.PositiveIntegerField(default=0)
    at_any_hour = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.change_id}: {self.kind}"
