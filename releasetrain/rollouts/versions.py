"""Questions about the versions that run beside a schema change: what was reported, the gates, all of it over time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Min, OuterRef, Subquery

from releasetrain.domain.conflicts.claims import Claim
from releasetrain.domain.conflicts.rules.databases import rides_of
from releasetrain.domain.overtime import Course, Seen
from releasetrain.domain.picture import Picture
from releasetrain.domain.stages import Stage
from releasetrain.domain.versions import CodeClass, Ground, Ride, Ruling, is_void, rulings
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Change
from releasetrain.releases.models import Service
from releasetrain.schema.models import (
    Attestation,
    ReportedVersion,
    SchemaChange,
    Usage,
    Verification,
    VersionClass,
    VersionReport,
)
from releasetrain.trains import queries as trains
from releasetrain.trains.worlds import changes_called

Typed = Mapping[tuple[int, str], CodeClass]
LATEST = 20  # of what was attested or verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """An attestation; ``is_void``: a later report contradicts it."""

    row: Attestation
    is_void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A service that uses the table: its latest report, what that says, and what was attested of it, latest first."""

    service: Service
    report: VersionReport | None = None
    versions: tuple[ReportedVersion, ...] = ()
    classes: Mapping[str, CodeClass] = field(default_factory=dict)
    attested: tuple[Attested, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A change with everything that is known of the versions beside it.

    ``change``: as the rules read it; ``picture``: the calendar around the releases with code of a class.
    """

    row: SchemaChange
    change: Change
    picture: Picture
    ground: Ground
    course: Course
    rulings: tuple[Ruling, ...]
    usage: Usage | None
    told: tuple[Told, ...]  # by name
    seen: Mapping[tuple[int, str], Seen]
    verifications: tuple[Verification, ...]

    @property
    def rides(self) -> list[Ride]:
        """The releases with code of a class that are yet to depart."""
        return rides_of(self.change, self.picture.booked)


def whole(row: SchemaChange, *, now: datetime) -> Whole:
    """Return everything about the versions beside a change, in a constant number of queries."""
    (change,) = changes_called([row.pk])
    releases = {*change.classes, *change.carriers.values()}
    picture = trains.picture(releases=releases, slots=(), now=now, tables=(change.table,))
    usage = Usage.objects.filter(change=row).prefetch_related("services").first()
    verifications = tuple(Verification.objects.filter(change=row).select_related("by")[:LATEST])
    course, typed = _course(change, picture, now), _typed(change)
    ground = _ground(change, course, is_optional=usage is not None and usage.old_is_optional)
    return Whole(
        row=row,
        change=change,
        picture=picture,
        ground=ground,
        course=course,
        rulings=tuple(rulings(change.code, ground, now=now)),
        usage=usage,
        told=tuple(_told(change, typed)),
        seen=_seen(change, typed),
        verifications=verifications,
    )


def _course(change: Change, picture: Picture, now: datetime) -> Course:
    claims = {stage: claim for stage, release in change.steps if (claim := picture.claim(release)) is not None}
    return Course(
        departs={stage: Window(claim.departs.start, claim.ends_at) for stage, claim in claims.items()},
        departed=frozenset(stage for stage, claim in claims.items() if _has_departed(claim, picture)),
        soak=timedelta(hours=change.soak_hours),
        verified_at=change.code.verified_at,
        is_expanded=Stage.EXPAND not in change.carriers,
    )


def _has_departed(claim: Claim, picture: Picture) -> bool:
    return picture.places[claim.release].ran is not None


def _ground(change: Change, course: Course, *, is_optional: bool) -> Ground:
    relaxed = Stage.RELAX in course.departed or (Stage.RELAX not in change.carriers and is_optional)
    return Ground(
        expanded=Stage.EXPAND in course.departed or course.is_expanded,
        verified=change.code.verified_at is not None,
        old_is_optional=is_optional,
        relaxed=relaxed,
    )


def _typed(change: Change) -> Typed:
    """The classes that were typed for versions, by service and name."""
    rows = VersionClass.objects.filter(change=change.id).values_list("service", "name", "code_class")
    return {(service, name): CodeClass(code) for service, name, code in rows}


def _told(change: Change, typed: Typed) -> Iterable[Told]:
    services = list(Service.objects.filter(pk__in=change.code.services).select_related("team").order_by("name"))
    latest = reports_of(services)
    attested = list(Attestation.objects.filter(change=change.id).select_related("by", "service")[:LATEST])
    for service in services:
        report = latest.get(service.pk)
        rows = tuple(report.versions.all()) if report else ()
        known = {
            one.name: code for one in rows if (code := _class(service.pk, one.name, one.release_id, typed, change))
        }
        own = [one for one in attested if one.service_id == service.pk]
        yield Told(
            service=service,
            report=report,
            versions=rows,
            classes=known,
            attested=tuple(Attested(row=one, is_void=_is_void(one, report, change)) for one in own),
        )


def reports_of(services: Iterable[Service]) -> dict[int, VersionReport]:
    """Return the latest report of each of these services that has one, with its versions; two queries."""
    latest = VersionReport.objects.filter(service=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    newest = Service.objects.filter(pk__in=[one.pk for one in services]).values(newest=Subquery(latest))
    found = VersionReport.objects.filter(pk__in=newest).select_related("by").prefetch_related("versions__release")
    return {one.service_id: one for one in found}


def _class(service: int, name: str, release: int | None, typed: Typed, change: Change) -> CodeClass | None:
    known = typed.get((service, name))
    return known or (change.classes.get(release) if release else None)


def _is_void(one: Attestation, report: VersionReport | None, change: Change) -> bool:
    if report is None or report.at < one.at:
        return False
    later = (version for version in change.code.versions if version.service == one.service_id)
    return is_void(CodeClass(one.code_class), later)


def _seen(change: Change, typed: Typed) -> dict[tuple[int, str], Seen]:
    """When each version was first and last reported running; a version says itself since when it runs."""
    rows = ReportedVersion.objects.filter(report__service__in=change.code.services, runs=True)
    known = rows.values_list("report__service", "name").annotate(
        since=Min("since"), first=Min("report__at"), last=Max("report__at"), built=Max("release")
    )
    return {
        (service, name): Seen(
            first=min(since or first, first), last=last, code=_class(service, name, built, typed, change)
        )
        for service, name, since, first, last, built in known.order_by("report__service_id", "name")
    }
