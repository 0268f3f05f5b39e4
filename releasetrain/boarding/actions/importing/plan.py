"""Rows that are to come: every rule is asked, in the order of the file, and every row finds out where it may ride."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from releasetrain.boarding import queries
from releasetrain.boarding.actions.asking import put_request
from releasetrain.boarding.actions.drafting import put_release
from releasetrain.boarding.actions.importing.judging import occurrence_of
from releasetrain.boarding.actions.importing.report import Line, against, line
from releasetrain.boarding.actions.importing.rows import Batch, chunks, known_releases, numbered, put_links, put_new
from releasetrain.boarding.actions.importing.seats import Answer, Seats
from releasetrain.boarding.actions.importing.ties import needs_of
from releasetrain.boarding.actions.rebooking import rebook, serve
from releasetrain.boarding.trying import as_said
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.picture import Rider
from releasetrain.domain.release_file import Row
from releasetrain.domain.row_order import in_order
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.beginning import fix_many
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import take
from releasetrain.trains.models import Request, Slot

# What a transaction holds the calendar for, at most: measured, about two seconds (docs/import.md).
MOST_ROWS = 1000
MOST_CHANGED = 200
MOST_JUDGED = 25  # of them, those that change what a rule reads
JUDGED = frozenset(("size", "services", "tables", "earliest", "needs"))
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """New rows of a plan that are written as releases and have no place yet."""

    batch: Batch
    rows: list[Row]
    releases: dict[str, Release]
    slots: dict[str, Slot]
    seats: Seats


def lay_out(batch: Batch, rows: list[Row]) -> Laid:
    """Write rows as submitted releases, edit those that came in before, and read who sits where.

    In a dry run only edits are written, and only they take the calendar's lock.
    """
    batch.read_known(rows)
    _put_known_rows(batch, [row for row in rows if row.key in batch.known])
    new = in_order(sorted((row for row in rows if row.key not in batch.known), key=_order))
    releases = put_new(batch, new, dated=lambda row: {"created_at": batch.hand.at, "submitted_at": batch.hand.at})
    slots = _named_slots(batch, new)
    for part in chunks(new):
        put_links(batch, part, releases)
    riders = {_rider(batch, row, releases[row.key]): row.title for row in new}
    needs = needs_of(batch, new, releases)
    seats = Seats.of(batch.train, riders, slots.values(), needs=needs, now=batch.hand.at)
    return Laid(batch=batch, rows=new, releases=releases, slots=slots, seats=seats)


def _rider(batch: Batch, row: Row, release: Release) -> Rider:
    says = batch.fields(row)
    return Rider(
        release=release.pk,
        team=release.team_id,
        team_limit=release.team.slot_limit,
        size=says.size,
        services=says.services,
        tables=says.tables,
        earliest=says.earliest,
        due=says.due,
        weight=says.weight,
    )


def put_places(laid: Laid) -> None:
    """Let each row board the slot it names or the first that would do, ask, or wait; a dry run only judges."""
    for part in chunks(laid.rows):
        _put_places(laid, part)
        laid.batch.step(len(part))


def _order(row: Row) -> datetime:
    """A plan drawn from what really happened is taken in that order; any other in the order of the file."""
    return row.departed_at if row.departed_at and row.departed_at.tzinfo else _LAST


def _named_slots(batch: Batch, rows: Iterable[Row]) -> dict[str, Slot]:
    named = {occurrence_of(row) for row in rows if row.slot}
    found = Slot.objects.filter(train=batch.train, occurrence__in=named).exclude(kind=Slot.Kind.PAST)
    # A hotfix slot of the same minute is never meant: nothing enters it by itself.
    return {slot.occurrence: slot for slot in found.select_related("train").order_by("kind")}


def _put_places(laid: Laid, rows: list[Row]) -> None:
    batch, named, by_itself, requests = laid.batch, {}, {}, []
    for row in rows:
        release, slot = laid.releases[row.key], laid.slots.get(occurrence_of(row))
        answer = laid.seats.seat(release.pk, slot=slot and slot.pk, wish=_wish(row))
        if answer.slot is not None:
            (named if slot else by_itself)[release.pk] = answer.slot
        else:
            requests.append(_request(batch, row, release, slot, answer))
        _list(batch, row, release, slot, answer, laid.seats)
    if batch.dry_run:
        return
    Request.objects.bulk_create(requests)
    fix_many([laid.releases[row.key].pk for row in rows], now=batch.hand.at)
    if named or by_itself:
        rebook({**named, **by_itself}, hand=batch.hand, by_themselves=by_itself.keys())
    ids = [laid.releases[row.key].pk for row in rows]
    refresh(ids, at=batch.hand.at, by=batch.hand.by, code="imported")


def _wish(row: Row) -> str:
    return row.wish or (Request.Wish.THIS.value if row.slot else Request.Wish.FIRST.value)


def _request(batch: Batch, row: Row, release: Release, slot: Slot | None, answer: Answer) -> Request:
    asked = slot if slot is not None and not answer.refusal else None
    at, by = batch.hand.at, batch.hand.by
    return Request(
        release=release, train=batch.train, slot=asked, wish=_wish(row), made_at=at, made_by_id=by, asked_at=at
    )


def _list(batch: Batch, row: Row, release: Release, slot: Slot | None, answer: Answer, seats: Seats) -> None:
    if answer.slot is not None:
        batch.report.boarded += 1
        return
    if not (answer.conflicts or answer.refusal):
        batch.report.waiting += 1
        return
    batch.report.asking.append(_asking(row, release, slot, answer, seats.titles))


def _asking(row: Row, release: Release, slot: Slot | None, answer: Answer, titles: dict[int, str]) -> Line:
    return Line(
        row=row.number,
        key=row.key,
        title=row.title,
        release=numbered(release),
        code=answer.refusal or "conflict",
        facts={"slot": slot.start_at.isoformat()} if slot else {},
        against=against(answer.conflicts, release=release.pk, titles=titles),
    )


def _put_known_rows(batch: Batch, rows: list[Row]) -> None:
    """A row that came in before changes what its release says, and where it rides only if the rules refuse that."""
    edits = _edits(batch, rows)
    _refuse_too_many(edits)
    batch.report.unchanged += len(rows) - len(edits)
    batch.step(len(rows) - len(edits))
    if edits and batch.dry_run:
        take()  # the import has it all along
    for row, release, wanted in edits:
        _put_known(batch, row, release, wanted)
        batch.step(1)
    if batch.report.updated:
        serve(at=batch.hand.at)


def _refuse_too_many(edits: list[tuple[Row, Release, ReleaseFields]]) -> None:
    judged = sum(_is_judged(release, wanted) for _, release, wanted in edits)
    for code, found, most in (
        ("too-many-changes", len(edits), MOST_CHANGED),
        ("too-many-judged", judged, MOST_JUDGED),
    ):
        if found > most:
            raise Refused(code, details={"found": found, "most": most})


def _is_judged(release: Release, wanted: ReleaseFields) -> bool:
    return not JUDGED.isdisjoint(wanted.changed_from(ReleaseFields.of(release)))


def _edits(batch: Batch, rows: list[Row]) -> list[tuple[Row, Release, ReleaseFields]]:
    releases, found = known_releases(batch, rows), []
    for row in rows:
        release = releases[batch.known[row.key]]
        current = ReleaseFields.of(release)
        wanted = batch.updated(row, current)
        if wanted.changed_from(current):
            found.append((row, release, wanted))
    return found


def _put_known(batch: Batch, row: Row, release: Release, wanted: ReleaseFields) -> None:
    booking = queries.booking_or_none(release.pk)
    if booking is not None and (booking.slot.start_at <= batch.hand.at or booking.outcomes.exists()):
        code = "has-departed" if booking.outcomes.exists() else "needs-a-word"
        batch.report.left.append(line(row, release=release.pk, code=code))
        return
    batch.report.updated += 1
    answer = _refused(batch, release, wanted) if booking is not None else None
    if booking is not None and answer is not None:
        _ask_again(batch, row, release, booking.slot, answer)
    put_release(release, wanted, hand=batch.hand)


def _refused(batch: Batch, release: Release, wanted: ReleaseFields) -> Answer | None:
    """Return why the release could not ride where it does if it said this; None: it can."""
    if not _is_judged(release, wanted):
        return None
    before = trains.picture(releases={release.pk}, slots=set(), now=batch.hand.at, tables=wanted.tables)
    after = as_said(before, release.pk, wanted)
    slot = before.places[release.pk].slot
    if after.is_too_early(release.pk, slot) and not before.is_too_early(release.pk, slot):
        return Answer(refusal="before-earliest")
    found = before.made_by(after, releases=[release.pk])
    return Answer(conflicts=tuple(found)) if found else None


def _ask_again(batch: Batch, row: Row, release: Release, slot: Slot, answer: Answer) -> None:
    """The booking becomes a request for the same slot (C4), or for none where the slot is too early by now."""
    rebook({release.pk: None}, hand=batch.hand)
    put_request(release, slot=None if answer.refusal else slot, wish=Request.Wish.THIS, hand=batch.hand)
    batch.report.asking.append(_asking(row, release, slot, answer, _titles(answer.conflicts)))


def _titles(conflicts: Iterable[Conflict]) -> dict[int, str]:
    ids = {side.id for conflict in conflicts for side in (conflict.a, conflict.b)}
    return dict(Release.objects.filter(pk__in=ids).values_list("pk", "title"))
