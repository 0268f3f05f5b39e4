"""Which versions run where, of which class their code is for a change, and what people say for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import versions
from releasetrain.releases.models import Release, Service
from releasetrain.schema.models.changes import SchemaChange

LONGEST_NAME = 40


class CodeClass(models.TextChoices):
    """What code does with the two fields of a change."""

    V0 = versions.CodeClass.V0.value, _("old only")
    V1 = versions.CodeClass.V1.value, _("writes both, reads old")
    V2 = versions.CodeClass.V2.value, _("writes both, reads new")
    V3 = versions.CodeClass.V3.value, _("new only")


class Usage(models.Model):
    """Who uses the table of a change, where somebody said so: without services, the servers of its stages' releases.

    ``old_is_optional``: the old may be left out, whatever relax does; ``rollback_hours``: how long a superseded version
    can be rolled back to.
    """

    change = models.OneToOneField(SchemaChange, on_delete=models.CASCADE, related_name="usage")
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    old_is_optional = models.BooleanField(default=False)
    rollback_hours = models.PositiveIntegerField(default=versions.ROLLBACK_HOURS)


class ReleaseClass(models.Model):
    """The class of a release's code for a change, where it is not that of the stage it carries."""

    change = models.ForeignKey(SchemaChange, on_delete=models.CASCADE, related_name="release_classes")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="code_classes")
    code_class = models.CharField(max_length=2, choices=CodeClass)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "release"], name="one_class_per_release_and_change")]


class VersionClass(models.Model):
    """The class of a version's code for a change, as somebody typed it."""

    change = models.ForeignKey(SchemaChange, on_delete=models.CASCADE, related_name="version_classes")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    code_class = models.CharField(max_length=2, choices=CodeClass)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "service", "name"], name="one_class_per_version_and_change"),
        ]


class VersionReport(models.Model):
    """All versions of a service at an instant, as somebody reported them. The latest counts; rows are only added."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="version_reports")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["service", "-id"], name="latest_report_of_a_service")]


class ReportedVersion(models.Model):
    """A version that runs, or that can be rolled back to (until ``until``, where somebody said).

    ``since``: since when it runs; ``release``: the one that built it.
    """

    report = models.ForeignKey(VersionReport, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=LONGEST_NAME)
    runs = models.BooleanField(default=True)
    copies = models.PositiveIntegerField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="built")

    class Meta:
        ordering = ["-runs", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "name"], name="a_report_names_a_version_once"),
            models.CheckConstraint(name="a_version_has_a_name", condition=~models.Q(name="")),
        ]


class Attestation(models.Model):
    """A person says that of a service nothing older than a class runs or can be rolled back to. Only added."""

    change = models.ForeignKey(SchemaChange, on_delete=models.CASCADE, related_name="attestations")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    code_class = models.CharField(max_length=2, choices=CodeClass)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="an_attestation_has_a_reason", condition=~models.Q(reason="")),
        ]


class Verification(models.Model):
    """How many rows differ after the backfill of a change; none: it is complete. The latest counts; only added."""

    change = models.ForeignKey(SchemaChange, on_delete=models.CASCADE, related_name="verifications")
    differing = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
