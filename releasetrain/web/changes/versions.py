"""Versions beside the schema, over time: the drawing, what is in the way, and what people say about versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from releasetrain.boarding.backfills import nights
from releasetrain.boarding.queries import AHEAD, WAYS, coming_for
from releasetrain.boarding.standing import Standing, judged
from releasetrain.chance_wording import cost
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import sentence, sides
from releasetrain.domain.chances import Chance, chance
from releasetrain.domain.conflicts import RULES
from releasetrain.domain.conflicts.rule import Remedy
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.permissions import Permission, Person, may, may_edit_together, teams_where
from releasetrain.domain.picture import Picture
from releasetrain.releases.models import Release, Service
from releasetrain.rollouts.versions import Told, Whole, whole
from releasetrain.schema.models import CodeClass, ReportedVersion, SchemaChange
from releasetrain.schema.queries import teams_of, verification_query
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Freeze, Train
from releasetrain.version_wording import against, class_words
from releasetrain.web.changes.drawn import Around
from releasetrain.web.changes.timeline import drawing

MOVERS = 3  # releases whose ways out are looked for
EMPTY_ROWS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """Something that stands against a release of the change, and where that release could go instead."""

    conflict: Conflict
    release: Release
    words: str
    ways: tuple[tuple[Chance, str], ...] = ()
    train: str = ""
    may_move: bool = False

    @property
    def is_never_waived(self) -> bool:
        """Whether nobody can say yes to it."""
        return not RULES[self.conflict.code].waivable


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A service with its reported versions and their fields in the form; whether the reader may report and attest."""

    told: Told
    rows: tuple[tuple[ReportedVersion, str], ...]
    fields: tuple[Mapping[str, str], ...]
    may_report: bool
    may_attest: bool
    deed: str
    attest: str


def part(request: HttpRequest, change: SchemaChange) -> dict[str, Any]:
    """Return what the page shows of versions."""
    now, zone = timezone.now(), ZoneInfo(request.user.zone)
    found = whole(change, now=now)
    services = {one.service.pk: one.service.name for one in found.told}
    around = Around(services=services, freezes=tuple(_freezes(found)), nights=nights(change, now=now))
    person, teams = request.person, teams_of(change.pk)
    return {
        "whole": found,
        "drawing": drawing(found, around, now=now, zone=zone),
        "in_the_way": list(_in_the_way(found, person, zone)),
        "gate_rows": [(one, against(one.missing, one.versions, services)) for one in found.rulings],
        "service_lines": [_line(one, person) for one in found.told],
        "classed": list(_classed(found, person)),
        "classes": CodeClass.choices,
        "attestable": CodeClass.choices[1:],
        "empty_rows": range(EMPTY_ROWS),
        "all_services": Service.objects.order_by("name"),
        "named_services": {one.pk for one in found.usage.services.all()} if found.usage else set(),
        "question": verification_query(change),
        "may_verify": _may_verify(teams, person),
        "may_say_usage": may_edit_together(person, teams),
    }


def _freezes(found: Whole) -> Iterator[tuple[str, Any]]:
    """What is frozen for whole departures of a train that a stage rides."""
    ridden = {found.picture.departures[place.slot].slot.train for place in found.picture.places.values()}
    known = [one for one in found.picture.world.freezes if one.is_for_all_of_a_train]
    met = [one for one in known if not one.trains or one.trains & ridden]
    called = dict(Freeze.objects.filter(pk__in=[one.id for one in met]).values_list("pk", "name")) if met else {}
    for one in met:
        for window in one.windows:
            yield called.get(one.id, ""), window


def _in_the_way(found: Whole, person: Person, zone: ZoneInfo) -> Iterator[InTheWay]:
    """What stands against the releases of the change, what is told first first; with ways out for the first few."""
    standing = [one for one in judged(found.picture) if one.release in found.change.classes and _is_told(one)]
    told = [one.conflict for one in standing]
    wanted = {one.release for one in standing} | sides(told, SideKind.RELEASE)
    seen = {one.pk: one for one in Release.objects.visible_to(person).filter(pk__in=wanted).select_related("team")}
    called = names(seen.values(), zone=zone, picture=found.picture, conflicts=told)
    slugs = dict(Train.objects.values_list("pk", "slug")) if standing else {}
    movers = list(dict.fromkeys(one.release for one in standing if _is_moved(one.conflict)))[:MOVERS]
    for one in standing:
        if (release := seen.get(one.release)) is None:
            continue
        ways = tuple(_ways(one, found, zone)) if one.release in movers and _is_moved(one.conflict) else ()
        yield InTheWay(
            conflict=one.conflict,
            release=release,
            words=sentence(one.conflict, of=one.release, names=called),
            ways=ways,
            train=slugs[found.picture.departures[one.slot].slot.train],
            may_move=may(person, Permission.BOOK, team=release.team_id),
        )


def _is_told(one: Standing) -> bool:
    """Reviews that are still open are told on the release's own page, until they block."""
    return one.conflict.blocks or one.conflict.code != "not-cleared"


def _is_moved(conflict: Conflict) -> bool:
    return conflict.code == "old-version-running" or (conflict.blocks and Remedy.MOVE in RULES[conflict.code].remedies)


def _ways(one: Standing, found: Whole, zone: ZoneInfo) -> Iterator[tuple[Chance, str]]:
    """The next departures where it would ride and what stands would not."""
    now, train = found.picture.now, found.picture.departures[one.slot].slot.train
    slots = list(coming_for(one.release, train=train, now=now)[:AHEAD])
    picture = trains.picture(releases={one.release}, slots=slots, now=now)
    due = picture.riders[one.release].due
    tried = (chance(picture, one.release, slot.pk, due) for slot in slots if slot.pk != one.slot)
    free = (way for way in tried if way.would_do_unasked and not _stands(one, picture, way.slot))
    for way in islice(free, WAYS):
        yield way, cost(way, zone=zone)


def _stands(one: Standing, picture: Picture, slot: int) -> bool:
    there = picture.moved({one.release: slot}).standing_of([one.release])
    return any(found.code == one.conflict.code for found in there)


def _line(told: Told, person: Person) -> Line:
    team, service = told.service.team_id, told.service.pk
    return Line(
        told=told,
        rows=tuple((one, class_words(told.classes.get(one.name))) for one in told.versions),
        fields=tuple(_fields(one, told) for one in told.versions),
        may_report=may(person, Permission.REPORT_VERSIONS, team=team),
        may_attest=may(person, Permission.ATTEST, team=team),
        deed=f"report-{service}",
        attest=f"attest-{service}",
    )


def _fields(one: ReportedVersion, told: Told) -> Mapping[str, str]:
    return {
        "name": one.name,
        "runs": "runs" if one.runs else "back",
        "copies": "" if one.copies is None else str(one.copies),
        "since": _typed(one.since),
        "until": _typed(one.until),
        "release": one.release.code if one.release else "",
        "code": told.classes.get(one.name, ""),
    }


def _typed(instant: datetime | None) -> str:
    """An instant as the browser's field takes it, where the reader is."""
    return f"{timezone.localtime(instant):%Y-%m-%dT%H:%M}" if instant else ""


def _classed(found: Whole, person: Person) -> Iterator[Mapping[str, Any]]:
    """The releases with code of a class that the reader may see, as they depart."""
    classes, said = found.change.classes, found.change.code.said
    seen = Release.objects.visible_to(person).filter(pk__in=classes).select_related("team")
    departs = {one.release: one.departs.start for one in found.picture.claims.values()}
    for one in sorted(seen, key=lambda row: (row.pk not in departs, departs.get(row.pk), row.pk)):
        yield {
            "release": one,
            "code": classes[one.pk].value,
            "words": class_words(classes[one.pk]),
            "is_said": one.pk in said,
            "departs_at": departs.get(one.pk),
            "may": may(person, Permission.EDIT, team=one.team_id),
        }


def _may_verify(teams: set[int], person: Person) -> bool:
    if not teams:
        return may(person, Permission.REPORT_VERSIONS)
    return bool(teams_where(person, Permission.REPORT_VERSIONS, among=teams))
