"""Questions about the calendar."""

import functools
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    expressions,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject, RowNumber

from releasetrain.domain.conflicts.claims import SlotFacts
from releasetrain.domain.conflicts.values import Basis, LargeMode, Side, SideKind, SlotKind
from releasetrain.domain.holds import Ran
from releasetrain.domain.picture import UNJUDGED, Departure, Picture, Place, Rider
from releasetrain.domain.sizes import Size
from releasetrain.domain.waivers import Waiver as WaiverFacts
from releasetrain.domain.windows import Window
from releasetrain.domain.world import World
from releasetrain.releases.models import Release, ReleaseService, ReleaseTable
from releasetrain.trains.models import Booking, Grace, Outcome, Request, Slot, Train, Waiver
from releasetrain.trains.worlds import whole_world, world_of

_HOUR = Value(timedelta(hours=1), output_field=DurationField())
_SOAK = ExpressionWrapper(F("slot__train__soak_large_hours") * _HOUR, output_field=DurationField())
NEAR = re.sub(r"\s*--[^\n]*", "", Path(__file__).with_name("near.sql").read_text(encoding="utf-8"))
_PLACE = re.compile(r"%\((\w+)\)s")
QUEUE_ORDER = ("due_by", "-release__weight", "release__submitted_at", "asked_at", "pk")
LONGEST_HOLD = timedelta(hours=2000, days=1)  # the longest soak and departure that a train can have


def holding() -> QuerySet[Booking]:
    """Return the bookings that hold their place; those in slots of kind past claim nothing."""
    return Booking.objects.filter(left_at__isnull=True)


def on_their_way(train: int) -> set[int]:
    """Return the releases that ride a coming slot of the train or ask for a place on it."""
    asks = Request.objects.filter(train=train, ended_at__isnull=True).values_list("release", flat=True)
    rides = holding().filter(slot__train=train).exclude(slot__kind=Slot.Kind.PAST).values_list("release", flat=True)
    return {*asks, *rides}


def picture(
    *,
    releases: Collection[int],
    slots: Iterable[int | Slot],
    now: datetime,
    own: Iterable[Any] | None = None,
    tables: Collection[int] = (),
) -> Picture:
    """Return the calendar as far as it can matter to ``releases`` where they are and in any of ``slots``.

    Slots may be given as rows with their train, and the live bookings of ``releases`` as ``own`` (read with
    ``facts_of``), which saves reading them. ``tables``: what one of them would touch that does not say so yet.
    Constant number of queries, at most six.
    Read it after the lock when it is to be acted upon.
    """
    if own is None:
        rides = holding().filter(release__in=releases).values_list("pk", flat=True) if releases else ()
        own = facts_of(holding().filter(pk__in=list(rides))) if rides else ()  # who only asks costs less so
    own = list(own)
    departures = {booking.slot_id: departure(booking.slot) for booking in own} | _departures(slots)
    near_by = span_of(departures.values(), now=now)
    world = world_of(releases, slots=departures, near=near_by, tables=tables)
    near = bookings_near(departures, own=own, also=partners(world, releases), world=world, now=now)
    bookings = [*own, *facts_of(near).exclude(release__in=releases)]
    riders = {booking.release_id: rider_of(booking) for booking in bookings}
    riders |= riders_of(set(releases) - riders.keys())
    return picture_of(bookings, riders=riders, departures=departures, world=world, now=now)


def span_of(departures: Iterable[Departure], *, now: datetime) -> Window:
    """Return from when to when some departures depart; of none: this instant."""
    windows = [one.slot.departs for one in departures]
    return functools.reduce(Window.joined_with, windows) if windows else Window(now, now)


def partners(world: World, releases: Iterable[int]) -> set[int]:
    """Return the releases, beside ``releases``, whose places the rules read with theirs."""
    carriers = {one for change in world.changes for one in (*change.carriers.values(), *change.classes)}
    return carriers | {other for release in releases for other in world.partners(release)}


def whole(*, now: datetime) -> Picture:
    """Return the calendar with everybody who ever boarded and did not leave. For the nightly check, not for a page."""
    bookings = list(facts_of(holding()))
    departures = {booking.slot_id: departure(booking.slot) for booking in bookings}
    return Picture(
        now=now,
        riders={booking.release_id: rider_of(booking) for booking in bookings},
        departures=departures,
        places={booking.release_id: _place(booking) for booking in bookings},
        waivers=tuple(map(waiver_facts, Waiver.objects.filter(ended_at__isnull=True))),
        world=whole_world(near=span_of(departures.values(), now=now)),
    )


def ahead(*, now: datetime, train: int | None = None) -> Picture:
    """Return the calendar from now on, of one train or of all: every departure that is not over and who is aboard.

    Five queries, however much is to come.
    """
    coming = Slot.objects.filter(end_at__gt=now).exclude(kind=Slot.Kind.PAST).select_related("train")
    slots = list(coming.filter(train=train) if train else coming)
    own = list(facts_of(holding().filter(slot__in=[slot.pk for slot in slots])))
    return picture(releases={booking.release_id for booking in own}, slots=slots, now=now, own=own)


def picture_of(
    bookings: Iterable[Any],
    *,
    riders: Mapping[int, Rider],
    departures: Mapping[int, Departure],
    world: World,
    now: datetime,
) -> Picture:
    """Return the picture of bookings that were read with ``facts_of``; reads the waivers, in one query."""
    rows = list(bookings)
    places = {booking.release_id: _place(booking) for booking in rows}
    every = {**departures, **{booking.slot_id: departure(booking.slot) for booking in rows}}
    waivers = waivers_about(releases=riders.keys(), slots=every.keys())
    return Picture(now=now, riders=riders, departures=every, places=places, waivers=waivers, world=world)


def _departures(slots: Iterable[int | Slot]) -> dict[int, Departure]:
    given = list(slots)
    rows = {slot.pk: departure(slot) for slot in given if isinstance(slot, Slot)}
    return rows | departures_of(slot for slot in given if not isinstance(slot, Slot))


def bookings_near(
    departures: Mapping[int, Departure],
    *,
    now: datetime,
    world: World,
    own: Iterable[Any] = (),
    also: Collection[int] = (),
) -> QuerySet[Booking]:
    """Return who can matter: whoever rides in one of the slots, any large one whose hold may meet one of theirs,
    whoever touches a table whose change rides there, and ``also``.

    Each way in is a search of its own with an index of its own, whatever else the calendar holds.
    """
    tables = {change.table for change in world.changes}
    reach = _reach(own, departures, now) if departures else Window(now, now)
    return _near(reach, slots=departures, also=also, tables=tables, now=now)


def large_near(reach: Window, *, slots: Collection[int]) -> QuerySet[Booking]:
    """Return the riders of ``slots``, and the large ones whose hold, as planned or as it became, may meet ``reach``."""
    return _near(reach, slots=slots, also=(), tables=(), now=reach.start)


def _near(
    reach: Window, *, slots: Collection[int], also: Collection[int], tables: Collection[int], now: datetime
) -> QuerySet[Booking]:
    facts = {"slots": list(slots), "also": list(also), "tables": list(tables), "now": now}
    times = {"since": reach.start, "until": reach.end, "earliest": reach.start - LONGEST_HOLD}
    sql, values = _positional(NEAR, {**facts, **times})
    # An array is looked up by the key's index; IN (...) was planned as a scan of all bookings.
    is_near = f"trains_booking.id = ANY (ARRAY({sql}))"
    return Booking.objects.filter(RawSQL(is_near, values, output_field=BooleanField()))  # noqa: S611  our own file


def _positional(sql: str, facts: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return SQL with named places as Django's expressions take it: by position."""
    return _PLACE.sub("%s", sql), [facts[name] for name in _PLACE.findall(sql)]


def _reach(own: Iterable[Any], departures: Mapping[int, Departure], now: datetime) -> Window:
    """The longest that any release could hold in these slots, joined with what the placed ones really did."""
    longest = {id: timedelta(hours=max(known.soak_hours.values())) for id, known in departures.items()}
    windows = [Window(one.slot.departs.start, one.slot.departs.end + longest[id]) for id, one in departures.items()]
    for booking in own:
        if ran := ran_of(booking.ran):
            finished = max(ran.started_at, ran.finished_at or now)
            windows.append(Window(ran.started_at, finished + longest[booking.slot_id]))
    return functools.reduce(Window.joined_with, windows)


def facts_of(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Add what the rules read: ``ran`` (the latest report), ``soak`` of a large one, ``services`` and ``tables``."""
    latest = Outcome.objects.filter(booking=OuterRef("pk")).order_by("-pk")
    facts = JSONObject(kind="kind", started="started_at", finished="finished_at")
    services = ReleaseService.objects.filter(release=OuterRef("release")).values("service_id")
    tables = ReleaseTable.objects.filter(release=OuterRef("release")).values("table_id")
    grace = Grace.objects.filter(booking=OuterRef("pk")).order_by("-pk").values("until")
    return bookings.select_related("release__team", "slot__train").annotate(
        grace_until=Subquery(grace[:1]),
        ran=Subquery(latest.values(facts=facts)[:1]),
        soak=_SOAK,
        services=ArraySubquery(services),
        tables=ArraySubquery(tables),
    )


def _place(booking: Any) -> Place:
    ran = ran_of(booking.ran)
    return Place(
        slot=booking.slot_id,
        boarded_at=booking.booked_at,
        by_itself=booking.by_itself,
        ran=ran,
        grace_until=booking.grace_until,
    )


def ran_of(facts: dict[str, Any] | None) -> Ran | None:
    """Return what happened out of the ``ran`` that a query carries."""
    if facts is None or facts["kind"] != Outcome.Kind.DEPARTED:
        return None
    finished = facts["finished"] and datetime.fromisoformat(facts["finished"])
    return Ran(started_at=datetime.fromisoformat(facts["started"]), finished_at=finished)


def departures_of(slots: Iterable[int]) -> dict[int, Departure]:
    """Return the slots with these ids, by id."""
    ids = list(slots)
    return {slot.pk: departure(slot) for slot in Slot.objects.filter(pk__in=ids).select_related("train")} if ids else {}


def departure(slot: Slot) -> Departure:
    """Return what the rules read of a slot and its train."""
    train = slot.train
    facts = SlotFacts(
        id=slot.pk,
        train=slot.train_id,
        kind=SlotKind(slot.kind),
        departs=Window(slot.start_at, slot.end_at),
        cut_off_at=slot.cut_off_at,
        capacity=slot.capacity,
        large_mode=LargeMode(train.large_mode),
        closed_at=slot.closed_at,
        is_held=train.held_at is not None,
        is_skipped=slot.skipped_at is not None,
    )
    points, soak = {size: train.points_of(size) for size in Size}, {size: train.soak_hours_of(size) for size in Size}
    on = slot.start_at.astimezone(ZoneInfo(train.zone)).date()
    return Departure(slot=facts, on=on, points=points, soak_hours=soak)


def rider_of(place: Any) -> Rider:
    """Return the rider of a booking or request that was read with its release, team, services and tables."""
    of = place.release
    facts = (of.size, place.services, place.tables, of.earliest, of.due, of.weight, of.open_gates, of.submitted_at)
    return _rider(of.pk, of.team_id, of.team.slot_limit, *facts)


def in_queue_order(requests: QuerySet[Request]) -> QuerySet[Request]:
    """Return the requests as the queue serves them (S3): due, then weight, then submitted.

    ``due_by`` is the day they are due, for those without one after all that have one.
    """
    due_by = Coalesce("release__due", Value(date.max))
    return requests.annotate(due_by=due_by).order_by(*QUEUE_ORDER)


def live_requests() -> QuerySet[Request]:
    """Return the requests that ask for a place now, with what the rules read; longest waiting first."""
    services = ReleaseService.objects.filter(release=OuterRef("release")).values("service_id")
    tables = ReleaseTable.objects.filter(release=OuterRef("release")).values("table_id")
    asking = Request.objects.filter(ended_at__isnull=True, asked_at__isnull=False)
    asking = asking.select_related("release__team", "slot__train")
    return asking.annotate(services=ArraySubquery(services), tables=ArraySubquery(tables)).order_by("asked_at", "pk")


def with_resources(releases: QuerySet[Release]) -> QuerySet[Release]:
    """Add what the rules read of a release: ``service_ids`` and ``table_ids``; read its team with it."""
    services = ReleaseService.objects.filter(release=OuterRef("pk")).values("service_id")
    tables = ReleaseTable.objects.filter(release=OuterRef("pk")).values("table_id")
    return releases.annotate(service_ids=ArraySubquery(services), table_ids=ArraySubquery(tables))


def rider(release: Any) -> Rider:
    """Return the rider of a release that was read with ``with_resources``."""
    limit, facts = release.team.slot_limit, (release.service_ids, release.table_ids, release.earliest)
    return _rider(
        release.pk,
        release.team_id,
        limit,
        release.size,
        *facts,
        release.due,
        release.weight,
        release.open_gates,
        release.submitted_at,
    )


def riders_of(releases: Iterable[int]) -> dict[int, Rider]:
    """Return what the rules read of these releases, by id."""
    if not (ids := list(releases)):
        return {}
    services = ReleaseService.objects.filter(release=OuterRef("pk")).values("service_id")
    tables = ReleaseTable.objects.filter(release=OuterRef("pk")).values("table_id")
    rows = Release.objects.filter(pk__in=ids).values_list(
        "pk",
        "team_id",
        "team__slot_limit",
        "size",
        ArraySubquery(services),
        ArraySubquery(tables),
        "earliest",
        "due",
        "weight",
        "open_gates",
        "submitted_at",
    )
    return {row[0]: _rider(*row) for row in rows}


def _rider(
    release: int,
    team: int,
    limit: int,
    size: str,
    services: list[int],
    tables: list[int],
    earliest: date | None,
    due: date | None,
    weight: int,
    open_gates: list[str] | None,
    submitted_at: datetime | None,
) -> Rider:
    return Rider(
        release=release,
        team=team,
        team_limit=limit,
        size=Size(size),
        services=frozenset(services),
        tables=frozenset(tables),
        earliest=earliest,
        due=due,
        weight=weight,
        submitted_at=submitted_at,
        open_gates=UNJUDGED if open_gates is None else frozenset(open_gates),
    )


def waivers_about(*, releases: Iterable[int], slots: Iterable[int]) -> tuple[WaiverFacts, ...]:
    """Return the live waivers in which one of the releases or slots is a side."""
    ids, places = list(releases), list(slots)
    about = (
        Q(a_kind=SideKind.RELEASE, a_id__in=ids)
        | Q(b_kind=SideKind.RELEASE, b_id__in=ids)
        | Q(b_kind=SideKind.SLOT, b_id__in=places)
    )
    return tuple(map(waiver_facts, Waiver.objects.filter(about, ended_at__isnull=True)))


def waivers_of(release: int) -> QuerySet[Waiver]:
    """Return the live waivers in which the release is a side."""
    about = Waiver.objects.filter(ended_at__isnull=True).select_related("by")
    mine = about.filter(a_kind=SideKind.RELEASE, a_id=release) | about.filter(b_kind=SideKind.RELEASE, b_id=release)
    return mine.order_by("pk")


def waiver_facts(waiver: Waiver) -> WaiverFacts:
    """Return the value of a waiver's row."""
    return WaiverFacts(
        code=waiver.code,
        a=Side(SideKind(waiver.a_kind), waiver.a_id),
        b=Side(SideKind(waiver.b_kind), waiver.b_id),
        basis=Basis(frozenset(waiver.facts), waiver.amounts),
        until=waiver.until,
    )


def train_called(slug: str) -> Train | None:
    """Return the train with this slug, if there is one."""
    return Train.objects.filter(slug=slug).first()


def coming_of_each(*, now: datetime, count: int) -> QuerySet[Slot]:
    """Return the next ``count`` departures of every train, train by train; one query."""
    place = expressions.Window(RowNumber(), partition_by=F("train"), order_by=[F("start_at"), F("pk")])
    slots = Slot.objects.filter(start_at__gt=now).exclude(kind=Slot.Kind.PAST).annotate(place=place)
    return slots.filter(place__lte=count).select_related("train").order_by("train", "start_at", "pk")


def coming(train: Train | int, *, now: datetime) -> QuerySet[Slot]:
    """Return the train's departures that have not started, next first; never imported history."""
    slots = Slot.objects.filter(train=train, start_at__gt=now).exclude(kind=Slot.Kind.PAST)
    return slots.select_related("train").order_by("start_at", "pk")
