"""What people say to the SQL review: how a table looks, and that a warning is accepted."""

from django.conf import settings
from django.db import models

from releasetrain.domain import stages
from releasetrain.releases.models import DataTable, Release
from releasetrain.schema.models.changes import SchemaChange, SchemaStage

PERSON = settings.AUTH_USER_MODEL


class KnownSchema(models.Model):
    """How a table looks before a change, as SQL: what ``pg_dump --schema-only -t`` wrote, pasted."""

    table = models.OneToOneField(DataTable, on_delete=models.CASCADE, related_name="known_schema")
    sql = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")


class Acceptance(models.Model):
    """An architect accepts what the review warns of in a stage, and says why. Only added to, and taken back.

    It holds as long as the stage has a finding with this ``rule`` and ``mark``, whoever carries the stage.
    ``release``: who carried it then.
    """

    change = models.ForeignKey(SchemaChange, on_delete=models.PROTECT, related_name="acceptances")
    stage = models.CharField(max_length=8, choices=SchemaStage.Stage)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    mark = models.CharField(max_length=128)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "stage", "rule", "mark"],
                condition=models.Q(taken_back_at__isnull=True),
                name="a_warning_is_accepted_once",
            ),
            models.CheckConstraint(name="whoever_accepts_a_warning_says_why", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="what_is_accepted_belongs_to_a_stage",
                condition=models.Q(stage__in=[one.value for one in stages.Stage]),
            ),
        ]
