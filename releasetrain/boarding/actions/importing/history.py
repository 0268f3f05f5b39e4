"""Rows that departed: facts, which no rule is asked about and which claim nothing."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from releasetrain.boarding.actions.drafting import put_release
from releasetrain.boarding.actions.importing.judging import departed_at
from releasetrain.boarding.actions.importing.report import line
from releasetrain.boarding.actions.importing.rows import Batch, chunks, known_releases, put_links, put_new
from releasetrain.domain.release_file import Row
from releasetrain.domain.timetable import to_instant
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.trains.models import Booking, Outcome, Slot, Train

ROOMIEST = 32767  # what the column holds


def put_history(batch: Batch, rows: list[Row]) -> None:
    """Write rows as departed, in slots of kind past: one per train and day where the train runs."""
    batch.read_known(rows)
    known = [row for row in rows if row.key in batch.known]
    new = [row for row in rows if row.key not in batch.known]
    _put_known(batch, known)
    batch.step(len(known))
    (_try_new if batch.dry_run else _put_new)(batch, new)


def _try_new(batch: Batch, rows: list[Row]) -> None:
    """No rule is asked about what departed: a row that could be read comes in."""
    for part in chunks(rows):
        for row in part:
            batch.warn(row, None)
        batch.report.made += len(part)
        batch.report.departed += len(part)
        batch.step(len(part))


def _put_new(batch: Batch, new: list[Row]) -> None:
    slots = _slots(batch.train, new)
    releases = put_new(batch, new, dated=lambda row: _dated(row, batch))
    for part in chunks(new):
        put_links(batch, part, releases)
        _put_departures(batch, part, releases, slots)
        batch.step(len(part))
    _fit(batch.train, slots.values())


def _dated(row: Row, batch: Batch) -> dict[str, object]:
    departed = departed_at(row, batch.train)
    since = min(row.asked_at or departed, departed)  # a wrong clock is no lead time
    return {"created_at": since, "submitted_at": since}


def _day(row: Row, train: Train) -> str:
    return f"{departed_at(row, train).astimezone(ZoneInfo(train.zone)):%Y-%m-%d}T00:00"


def _slots(train: Train, rows: Iterable[Row]) -> dict[str, Slot]:
    """Return the past slot of each day on which a row departed, made where it was missing."""
    days = {_day(row, train) for row in rows}
    Slot.objects.bulk_create((_past_slot(train, day) for day in sorted(days)), ignore_conflicts=True)
    found = Slot.objects.filter(train=train, kind=Slot.Kind.PAST, occurrence__in=days)
    return {slot.occurrence: slot for slot in found}


def _past_slot(train: Train, day: str) -> Slot:
    """The whole local day: when within it something departed, its outcome says."""
    zone, first = ZoneInfo(train.zone), datetime.fromisoformat(day)
    start = to_instant(first, zone)
    end = to_instant(datetime.combine(first.date() + timedelta(days=1), time()), zone)
    facts = {"occurrence": day, "start_at": start, "end_at": end, "cut_off_at": start, "capacity": 0}
    return Slot(train=train, kind=Slot.Kind.PAST, **facts)


def _fit(train: Train, slots: Iterable[Slot]) -> None:
    """Let each day have had the room for what departed: capacity had no say, and must not look exceeded."""
    points = {slot.pk: 0 for slot in slots}
    for slot, size in Booking.objects.filter(slot__in=points).values_list("slot_id", "release__size"):
        points[slot] += train.points_of(size)
    for slot in slots:
        slot.capacity = min(points[slot.pk], ROOMIEST)
    Slot.objects.bulk_update(slots, ["capacity"])


def _put_departures(batch: Batch, rows: list[Row], releases: dict[str, Release], slots: dict[str, Slot]) -> None:
    bookings = [
        Booking(
            release=releases[row.key],
            slot=slots[_day(row, batch.train)],
            booked_at=releases[row.key].submitted_at,
            booked_by_id=batch.hand.by,
        )
        for row in rows
    ]
    departed = [departed_at(row, batch.train) for row in rows]
    Outcome.objects.bulk_create(
        Outcome(
            booking=booking,
            kind=Outcome.Kind.DEPARTED,
            started_at=at,
            finished_at=at,
            at=batch.hand.at,
            by_id=batch.hand.by,
        )
        for booking, at in zip(Booking.objects.bulk_create(bookings), departed, strict=True)
    )
    batch.report.departed += len(rows)


def _put_known(batch: Batch, rows: list[Row]) -> None:
    """A row that came in before: what it says is brought up to date; one that is still planned is left alone."""
    releases = known_releases(batch, rows)
    over = Booking.objects.filter(release__in=releases, left_at__isnull=True, slot__kind=Slot.Kind.PAST)
    past = set(over.values_list("release_id", flat=True))
    for row in rows:
        release = releases[batch.known[row.key]]
        if release.pk not in past:
            batch.report.left.append(line(row, release=release.pk, code="is-planned"))
            continue
        current = ReleaseFields.of(release)
        wanted = batch.updated(row, current)
        if not wanted.changed_from(current):
            batch.report.unchanged += 1
            continue
        batch.report.updated += 1
        if not batch.dry_run:
            put_release(release, wanted, hand=batch.hand)
