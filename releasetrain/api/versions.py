"""Versions beside a schema change: report them, attest, say classes, verify a backfill; and may this step start now?"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Id, Number, Reason, Said, Text, earliest_year
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.versions import ROLLBACK_HOURS, CodeClass, Life, Ruling
from releasetrain.releases import queries as releases
from releasetrain.releases.models import Release
from releasetrain.rollouts import actions
from releasetrain.rollouts.actions.usage import MOST_ROLLBACK, MOST_SERVICES
from releasetrain.rollouts.actions.verifying import MOST_ROWS
from releasetrain.rollouts.actions.versions import MOST_COPIES, MOST_VERSIONS, Running
from releasetrain.rollouts.versions import Whole, whole
from releasetrain.schema.models import SchemaChange, VersionReport
from releasetrain.schema.models.versions import LONGEST_NAME
from releasetrain.version_wording import GUARDED, against

Facts = Mapping[str, Any]
CODES = [code.value for code in CodeClass]


class VersionAnswer(Answer):
    """A version that runs, or can be rolled back to."""

    name = serializers.CharField()
    runs = serializers.BooleanField()
    copies = serializers.IntegerField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text="Until when it can be rolled back to.")
    release = serializers.CharField(allow_null=True, help_text="The release that built it.")


class VersionReportAnswer(Answer):
    """All versions of a service at an instant."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    versions = VersionAnswer(many=True)


class ClassOfVersionSaid(Said):
    """The class of a version's code for a schema change."""

    change = Id()
    code_class = serializers.ChoiceField(choices=CODES)


class VersionSaid(Said):
    """A version. ``until``: until when it can be rolled back to, if it does not run."""

    name = Text(max_length=LONGEST_NAME)
    runs = serializers.BooleanField(default=True)
    copies = Number(min_value=0, max_value=MOST_COPIES, allow_null=True, default=None)
    since = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])
    until = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])
    release = Id(allow_null=True, default=None, help_text="The number of the release that built it.")
    classes = ClassOfVersionSaid(many=True, default=list, max_length=MOST_VERSIONS)


class VersionsSaid(Said):
    """Every version of the service that runs or can be rolled back to; what is not named is gone."""

    versions = VersionSaid(many=True, allow_empty=False, max_length=MOST_VERSIONS)


class Versions(Door):
    """Which versions of a service run."""

    family, ordering = "versions", "-pk"
    needs = Permission.SEE  # whose service it is: the action asks
    named_by_address = ("no-such-service",)

    @described("What a service reported of its versions, latest first", answers=VersionReportAnswer, paged=True)
    def get(self, request: Request, service: int, said: Facts) -> QuerySet[VersionReport]:
        """Return its reports."""
        reports = VersionReport.objects.filter(service=releases.service(service)).select_related("by")
        return reports.prefetch_related("versions__release")

    def with_more(self, page: list[VersionReport]) -> list[Facts]:
        """Return them as they are answered."""
        return [_told_report(one) for one in page]

    @described(
        "Report every version of a service that runs or can be rolled back to",
        takes=VersionsSaid,
        answers=VersionReportAnswer,
        status=201,
    )
    def post(self, request: Request, service: int, said: Facts) -> Facts:
        """Report them."""
        versions = [_running(one) for one in said["versions"]]
        actions.report_versions(service=service, versions=versions, by=request.user, clock=timezone.now)
        return _told_report(VersionReport.objects.filter(service=service).latest("pk"))


def _running(said: Facts) -> Running:
    classes = {one["change"]: CodeClass(one["code_class"]) for one in said["classes"]}
    return Running(**{**said, "classes": classes})


def _told_report(row: VersionReport) -> Facts:
    versions = [
        {**{name: getattr(one, name) for name in ("name", "runs", "copies", "since", "until")}, "release": _code(one)}
        for one in row.versions.all()
    ]
    return {"id": row.pk, "at": row.at, "by": row.by.name, "versions": versions}


def _code(row: Any) -> str | None:
    return row.release.code if row.release else None


class InTheWayAnswer(Answer):
    """A version that keeps a gate shut. ``name`` empty: the service did not report."""

    service = serializers.IntegerField()
    service_name = serializers.CharField()
    name = serializers.CharField()
    code_class = serializers.CharField(help_text="V0 where nobody said: the worst.")
    is_known = serializers.BooleanField(help_text="Whether somebody said its class.")
    runs = serializers.BooleanField(help_text="false: it can be rolled back to.")
    until = serializers.DateTimeField(allow_null=True, help_text="Until when it can be rolled back to.")


class VersionGateAnswer(Answer):
    """Whether what a gate guards may start now, as it was reported; no booking counts."""

    gate = serializers.ChoiceField(choices=["G1", "G2", "G3", "G4"])
    guards = serializers.CharField()
    may = serializers.BooleanField()
    missing = serializers.CharField(
        allow_null=True, help_text="not-expanded, not-verified, old-required, not-relaxed; null: nothing."
    )
    message = serializers.CharField(help_text="Why not, in one sentence; empty if it may.")
    versions = InTheWayAnswer(many=True)


class Gates(Door):
    """May this step start now?"""

    family, needs = "versions", Permission.ASK_GATE
    named_by_address = ("no-such-change",)

    @described("What each version gate of a schema change says now", answers=VersionGateAnswer, many=True, refuses=True)
    def get(self, request: Request, change: int) -> list[Facts]:
        """Return G1 to G4."""
        found = _whole(change)
        names = {one.service.pk: one.service.name for one in found.told}
        return [_told_gate(one, names) for one in found.rulings]


def _whole(change: int) -> Whole:
    row = SchemaChange.objects.filter(pk=change).first()
    if row is None:
        raise Refused("no-such-change", details={"change": change})
    return whole(row, now=timezone.now())


def _told_gate(ruling: Ruling, names: Mapping[int, str]) -> Facts:
    return {
        "gate": ruling.gate.value,
        "guards": str(GUARDED[ruling.gate]),
        "may": ruling.may,
        "missing": ruling.missing.value if ruling.missing else None,
        "message": against(ruling.missing, ruling.versions, names),
        "versions": [_told_life(one, names) for one in ruling.versions],
    }


def _told_life(life: Life, names: Mapping[int, str]) -> Facts:
    return {
        "service": life.service,
        "service_name": names[life.service],
        "name": life.name,
        "code_class": life.code.value,
        "is_known": life.is_known,
        "runs": life.runs,
        "until": life.gone_at,
    }


class AttestationAnswer(Answer):
    """A person's word that nothing older runs. ``is_void``: a later report contradicts it."""

    id = serializers.IntegerField()
    service = serializers.IntegerField()
    code_class = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    is_void = serializers.BooleanField()


class VersionClassAnswer(Answer):
    """A version as it was reported last, with the class of its code; null: nobody said, which counts as V0."""

    name = serializers.CharField()
    runs = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True)
    code_class = serializers.CharField(allow_null=True)


class ServiceVersionsAnswer(Answer):
    """A service that uses the table. ``reported_at`` null: it never reported, so that anything may run."""

    service = serializers.IntegerField()
    name = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)
    versions = VersionClassAnswer(many=True)
    attestations = AttestationAnswer(many=True)


class VerificationAnswer(Answer):
    """How many rows differed."""

    differing = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()


class ReleaseClassAnswer(Answer):
    """A release with code of a class. ``is_said``: somebody gave it; else it is that of the stage it carries."""

    release = serializers.CharField()
    code_class = serializers.CharField()
    is_said = serializers.BooleanField()


class UsageAnswer(Answer):
    """Who uses the table of a change, and what runs there."""

    services = ServiceVersionsAnswer(many=True)
    are_services_named = serializers.BooleanField(help_text="false: the servers of the releases that carry its stages.")
    has_sync_trigger = serializers.BooleanField(help_text="Said where the change is edited.")
    old_is_optional = serializers.BooleanField()
    rollback_hours = serializers.IntegerField()
    releases = ReleaseClassAnswer(many=True)
    verifications = VerificationAnswer(many=True, help_text="Latest first; the latest counts.")


class UsageSaid(Said):
    """Who uses the table. No services: the servers of the releases that carry its stages."""

    services = serializers.ListField(child=Id(), default=list, max_length=MOST_SERVICES)
    old_is_optional = serializers.BooleanField(default=False, help_text="The old has no NOT NULL, or a default.")
    rollback_hours = Number(min_value=0, max_value=MOST_ROLLBACK, default=ROLLBACK_HOURS)


class Usage(Door):
    """Who uses the table of a change."""

    family = "versions"
    needs = Permission.SEE  # whose releases carry it: the action asks
    named_by_address = ("no-such-change",)

    @described("Which versions run beside a schema change", answers=UsageAnswer, refuses=True)
    def get(self, request: Request, change: int) -> Facts:
        """Return services, versions, classes, attestations and verifications."""
        return _told(request, change)

    @described("Say which services use the table of a schema change", takes=UsageSaid, answers=UsageAnswer)
    def put(self, request: Request, change: int, said: Facts) -> Facts:
        """Say it."""
        actions.say_usage(change=change, **said, by=request.user, clock=timezone.now)
        return _told(request, change)


def _told(request: Request, change: int) -> Facts:
    found = _whole(change)
    usage, code = found.usage, found.change.code
    seen = Release.objects.visible_to(request._request.person).filter(pk__in=found.change.classes)
    return {
        "services": [_told_service(one) for one in found.told],
        "are_services_named": usage is not None and bool(usage.services.all()),
        "has_sync_trigger": code.trigger,
        "old_is_optional": found.ground.old_is_optional,
        "rollback_hours": code.rollback_hours,
        "releases": [
            {"release": one.code, "code_class": found.change.classes[one.pk].value, "is_said": one.pk in code.said}
            for one in seen
        ],
        "verifications": [{"differing": one.differing, "at": one.at, "by": one.by.name} for one in found.verifications],
    }


def _told_service(told: Any) -> Facts:
    versions = [
        {"name": one.name, "runs": one.runs, "until": one.until, "code_class": told.classes.get(one.name)}
        for one in told.versions
    ]
    return {
        "service": told.service.pk,
        "name": told.service.name,
        "reported_at": told.report.at if told.report else None,
        "versions": versions,
        "attestations": list(_told_attested(told.attested)),
    }


def _told_attested(attested: Iterable[Any]) -> Iterable[Facts]:
    for one in attested:
        row = one.row
        known = {"id": row.pk, "service": row.service_id, "code_class": row.code_class, "reason": row.reason}
        yield {**known, "at": row.at, "by": row.by.name, "is_void": one.is_void}


class AttestSaid(Said):
    """Nothing older than this class of a service runs or can be rolled back to."""

    service = Id()
    code_class = serializers.ChoiceField(choices=CODES[1:])
    reason = Reason()


class Attestations(Door):
    """A person's word."""

    family = "versions"
    needs = Permission.SEE  # whose service it is: the action asks
    named_by_address = ("no-such-change",)

    @described(
        "Attest that of a service nothing older runs; for people, never a pipeline",
        takes=AttestSaid,
        answers=UsageAnswer,
        status=201,
    )
    def post(self, request: Request, change: int, said: Facts) -> Facts:
        """Attest it."""
        code = CodeClass(said["code_class"])
        facts = {"service": said["service"], "code": code, "reason": said["reason"]}
        actions.attest(change=change, **facts, by=request.user, clock=timezone.now)
        return _told(request, change)


class VerifiedSaid(Said):
    """How many rows differ. 0: the backfill is complete and verified."""

    differing = Number(min_value=0, max_value=MOST_ROWS)


class Verifications(Door):
    """What verifying a backfill found."""

    family = "versions"
    needs = Permission.SEE  # whose releases carry it: the action asks
    named_by_address = ("no-such-change",)

    @described(
        "Report how many rows differ after a backfill; 0 says that it is complete",
        takes=VerifiedSaid,
        answers=UsageAnswer,
        status=201,
    )
    def post(self, request: Request, change: int, said: Facts) -> Facts:
        """Report it."""
        actions.report_verified(change=change, **said, by=request.user, clock=timezone.now)
        return _told(request, change)


class ReleaseClassSaid(Said):
    """The class of a release's code. null: that of the stage it carries."""

    release = Id()
    code_class = serializers.ChoiceField(choices=CODES, allow_null=True)


class ReleaseClasses(Door):
    """Classes of releases."""

    family = "versions"
    needs = Permission.SEE  # whose release it is: the action asks
    named_by_address = ("no-such-change",)

    @described("Say the class of a release's code", takes=ReleaseClassSaid, answers=UsageAnswer)
    def post(self, request: Request, change: int, said: Facts) -> Facts:
        """Say it."""
        known = {"change": change, "release": said["release"], "code": _class(said)}
        actions.class_release(**known, by=request.user, clock=timezone.now)
        return _told(request, change)


def _class(said: Facts) -> CodeClass | None:
    return CodeClass(said["code_class"]) if said["code_class"] else None


class NamedVersionSaid(Said):
    """The class of a version's code. null: that of the release that built it."""

    service = Id()
    name = Text(max_length=LONGEST_NAME)
    code_class = serializers.ChoiceField(choices=CODES, allow_null=True)


class VersionClasses(Door):
    """Classes of versions."""

    family = "versions"
    needs = Permission.SEE  # whose service it is: the action asks
    named_by_address = ("no-such-change",)

    @described("Say the class of a version's code", takes=NamedVersionSaid, answers=UsageAnswer)
    def post(self, request: Request, change: int, said: Facts) -> Facts:
        """Say it."""
        known = {"change": change, "service": said["service"], "name": said["name"], "code": _class(said)}
        actions.class_version(**known, by=request.user, clock=timezone.now)
        return _told(request, change)


urlpatterns = [
    path("services/<row:service>/versions", Versions.as_view(), name="versions"),
    path("changes/<row:change>/gates", Gates.as_view(), name="change-gates"),
    path("changes/<row:change>/versions", Usage.as_view(), name="change-versions"),
    path("changes/<row:change>/attestations", Attestations.as_view(), name="change-attestations"),
    path("changes/<row:change>/verifications", Verifications.as_view(), name="change-verifications"),
    path("changes/<row:change>/release-classes", ReleaseClasses.as_view(), name="change-release-classes"),
    path("changes/<row:change>/version-classes", VersionClasses.as_view(), name="change-version-classes"),
]
