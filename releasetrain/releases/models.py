"""Initiatives, services, data tables and releases."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import sizes
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.teams.models import Team


class Initiative(models.Model):
    """The task from the product owner ("QR payments"); groups its releases."""

    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """Something deployable with an owner team; a client names its platform (desktop, Android, iOS)."""

    class Kind(models.TextChoices):
        """Whether it serves or is served."""

        SERVER = "server", _("server")
        CLIENT = "client", _("client")

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SERVER)
    platform = models.CharField(max_length=40, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DataTable(models.Model):
    """A table that releases may alter: its size in rows, bytes a row, indexes, and the free disk of its database."""

    name = models.CharField(max_length=120)
    database = models.CharField(max_length=80)
    rows = models.BigIntegerField(default=0)
    row_bytes = models.PositiveIntegerField(default=0)
    indexes = models.PositiveSmallIntegerField(default=0)
    random_indexes = models.PositiveSmallIntegerField(default=0)
    free_disk_bytes = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["database", "name"]
        constraints = [
            models.UniqueConstraint(fields=["database", "name"], name="one_table_per_name_and_database"),
            models.CheckConstraint(name="table_has_no_fewer_than_zero_rows", condition=models.Q(rows__gte=0)),
            models.CheckConstraint(
                name="random_indexes_are_among_the_indexes",
                condition=models.Q(random_indexes__lte=models.F("indexes")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Adjectives for releases."""

    def visible_to(self, person: Person | None) -> "ReleaseQuerySet":
        """Return what ``person`` may see: drafts of the own teams only, submitted ones for everyone signed in."""
        if person is None or not may(person, Permission.SEE):
            return self.none()
        if may(person, Permission.SEE_DRAFT):
            return self
        own = [team for team in person.teams if may(person, Permission.SEE_DRAFT, team=team)]
        return self.filter(models.Q(submitted_at__isnull=False) | models.Q(team__in=own))


class Release(models.Model):
    """What boards a train. Its state is derived (``domain.states``); its code is RT- and its number, the key."""

    class Size(models.TextChoices):
        """How big it is."""

        SMALL = sizes.Size.SMALL.value, _("small")
        MEDIUM = sizes.Size.MEDIUM.value, _("medium")
        LARGE = sizes.Size.LARGE.value, _("large")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="releases")
    initiative = models.ForeignKey(Initiative, null=True, blank=True, on_delete=models.PROTECT, related_name="releases")
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    size = models.CharField(max_length=1, choices=Size, default=Size.SMALL)
    earliest = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    links = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    services = models.ManyToManyField(Service, through="ReleaseService", related_name="releases")
    tables = models.ManyToManyField(DataTable, through="ReleaseTable", related_name="releases")
    clients = models.ManyToManyField(Service, through="ReleaseClient", related_name="must_work_with")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    rolled_back_at = models.DateTimeField(null=True)
    # The gates still open, by code: written by reviews, None until they were judged. What boards reads it.
    open_gates = ArrayField(models.CharField(max_length=40), null=True)
    imported_key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  null: made here
    import_warning = models.JSONField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["size"], name="large_releases", condition=models.Q(size="L")),
        ]
        constraints = [
            models.CheckConstraint(
                name="release_is_not_due_before_its_earliest",
                condition=models.Q(earliest__isnull=True)
                | models.Q(due__isnull=True)
                | models.Q(due__gte=models.F("earliest")),
            ),
            models.CheckConstraint(name="release_weighs_at_least_one", condition=models.Q(weight__gte=1)),
            models.CheckConstraint(name="release_size_is_s_m_or_l", condition=models.Q(size__in=["S", "M", "L"])),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """How people call it: RT-31."""
        return f"RT-{self.pk}"


class ReleaseService(models.Model):
    """A service that a release changes."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="service_links")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="release_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "service"], name="a_release_names_a_service_once")]


class ReleaseTable(models.Model):
    """A table that a release touches: it changes its schema or moves its data."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="table_links")
    table = models.ForeignKey(DataTable, on_delete=models.PROTECT, related_name="release_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "table"], name="a_release_names_a_table_once")]


class ReleaseClient(models.Model):
    """A client on its platform that a release of a server must stay compatible with (R9)."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="client_links")
    client = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="server_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "client"], name="a_release_names_a_client_once")]


class Dependency(models.Model):
    """``release`` needs ``on``: in the same slot or later, or ``lag_hours`` after the end of its departure."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="needs")
    on = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="needed_by")
    lag_hours = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "on"], name="one_dependency_per_pair"),
            models.CheckConstraint(name="a_release_does_not_need_itself", condition=~models.Q(release=models.F("on"))),
        ]


class Revision(models.Model):
    """What a release said after an edit: all its fields, who edited, and which fields changed.

    ``classes``: of the fields that changed; ``editors``: everybody behind the edit, none where a file brought it in;
    ``fingerprints``: of all classes after it (``domain.fingerprints``).
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    fields = models.JSONField()
    changed = ArrayField(models.CharField(max_length=40), default=list)
    classes = ArrayField(models.CharField(max_length=8), default=list)
    editors = ArrayField(models.BigIntegerField(), default=list)
    fingerprints = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["release", "number"], name="one_revision_per_number")]
