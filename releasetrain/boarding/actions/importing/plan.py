"""Rows that are to come: every rule is asked, in the order of the file, and every row finds out where it may ride."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db import transaction

from releasetrain.boarding import queries
from releasetrain.boarding.actions.asking import put_request
from releasetrain.boarding.actions.drafting import put_release
from releasetrain.boarding.actions.importing.judging import occurrence_of
from releasetrain.boarding.actions.importing.report import Line, against, line
from releasetrain.boarding.actions.importing.rows import Batch, chunks, put_links, put_new
from releasetrain.boarding.actions.importing.seats import Answer, Seats
from releasetrain.boarding.actions.rebooking import Hand, rebook, refuse_conflicts
from releasetrain.domain.errors import Refused
from releasetrain.domain.release_file import Row
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request, Slot

_LAST = datetime.max.replace(tzinfo=UTC)


def put_plan(batch: Batch, rows: list[Row]) -> None:
    """Write rows as submitted releases: each boards the slot it names or the first that would do, asks, or waits."""
    batch.read_known(rows)
    known = [row for row in rows if row.key in batch.known]
    new = sorted((row for row in rows if row.key not in batch.known), key=_order)
    for row in known:
        _put_known(batch, row)
        batch.step(1)
    releases = put_new(batch, new, dated=lambda row: {"created_at": batch.hand.at, "submitted_at": batch.hand.at})
    slots = _named_slots(batch, new)
    for part in chunks(new):
        put_links(batch, part, releases)
    seats = Seats.of(batch.train, releases.values(), slots.values(), now=batch.hand.at)
    for part in chunks(new):
        _put_places(batch, part, releases, slots, seats)
        batch.step(len(part))


def _order(row: Row) -> datetime:
    """A plan drawn from what really happened is taken in that order; any other in the order of the file."""
    return row.departed_at if row.departed_at and row.departed_at.tzinfo else _LAST


def _named_slots(batch: Batch, rows: Iterable[Row]) -> dict[str, Slot]:
    named = {occurrence_of(row) for row in rows if row.slot}
    found = Slot.objects.filter(train=batch.train, occurrence__in=named).exclude(kind=Slot.Kind.PAST)
    # A hotfix slot of the same minute is never meant: nothing enters it by itself.
    return {slot.occurrence: slot for slot in found.select_related("train").order_by("kind")}


def _put_places(
    batch: Batch, rows: list[Row], releases: Mapping[str, Release], slots: Mapping[str, Slot], seats: Seats
) -> None:
    named, by_itself, requests = {}, {}, []
    for row in rows:
        release, slot = releases[row.key], slots.get(occurrence_of(row))
        answer = seats.seat(release.pk, slot=slot and slot.pk, wish=_wish(row))
        if answer.slot is not None:
            (named if slot else by_itself)[release.pk] = answer.slot
        else:
            requests.append(_request(batch, row, release, slot, answer))
        _list(batch, row, release.pk, slot, answer, seats)
    Request.objects.bulk_create(requests)
    for places, itself in ((named, False), (by_itself, True)):
        if places:
            rebook(places, hand=Hand(at=batch.hand.at, by=batch.hand.by, by_itself=itself))


def _wish(row: Row) -> str:
    return row.wish or (Request.Wish.THIS.value if row.slot else Request.Wish.FIRST.value)


def _request(batch: Batch, row: Row, release: Release, slot: Slot | None, answer: Answer) -> Request:
    asked = slot if slot is not None and not answer.refusal else None
    at, by = batch.hand.at, batch.hand.by
    return Request(
        release=release, train=batch.train, slot=asked, wish=_wish(row), made_at=at, made_by_id=by, asked_at=at
    )


def _list(batch: Batch, row: Row, release: int, slot: Slot | None, answer: Answer, seats: Seats) -> None:
    if answer.slot is not None:
        batch.report.boarded += 1
        return
    if not (answer.conflicts or answer.refusal):
        batch.report.waiting += 1
        return
    batch.report.asking.append(_asking(row, release, slot, answer, seats.titles))


def _asking(row: Row, release: int, slot: Slot | None, answer: Answer, titles: dict[int, str]) -> Line:
    return Line(
        row=row.number,
        key=row.key,
        title=row.title,
        release=release,
        code=answer.refusal or "conflict",
        facts={"slot": slot.start_at.isoformat()} if slot else {},
        against=against(answer.conflicts, release=release, titles=titles),
    )


def _put_known(batch: Batch, row: Row) -> None:
    """A row that came in before changes what its release says, and where it rides only if the rules refuse that."""
    release = queries.release(batch.known[row.key])
    booking = queries.booking_or_none(release.pk)
    current = ReleaseFields.of(release)
    wanted = batch.updated(row, current)
    if not wanted.changed_from(current):
        batch.report.unchanged += 1
    elif booking is not None and booking.outcomes.exists():
        batch.report.left.append(line(row, release=release.pk, code="has-departed"))
    else:
        batch.report.updated += 1
        _edit(batch, row, release, wanted)


def _edit(batch: Batch, row: Row, release: Release, wanted: ReleaseFields) -> None:
    """Edit in place; where the edit itself makes a conflict, the booking becomes a request for the same slot (C4)."""
    try:
        with transaction.atomic():
            before = trains.picture(releases={release.pk}, slots=set(), now=batch.hand.at)
            put_release(release, wanted, hand=batch.hand)
            after = trains.picture(releases={release.pk}, slots=set(), now=batch.hand.at)
            refuse_conflicts(before.made_by(after, releases=[release.pk]))
    except Refused as refused:
        release = queries.release(release.pk)
        slot = queries.booking_of(release.pk).slot
        rebook({release.pk: None}, hand=batch.hand)
        put_request(release, slot=slot, wish=Request.Wish.THIS, hand=batch.hand)
        put_release(release, wanted, hand=batch.hand)
        answer = Answer(conflicts=refused.conflicts)
        batch.report.asking.append(_asking(row, release.pk, slot, answer, _titles(refused)))


def _titles(refused: Refused) -> dict[int, str]:
    ids = {side.id for conflict in refused.conflicts for side in (conflict.a, conflict.b)}
    return dict(Release.objects.filter(pk__in=ids).values_list("pk", "title"))
