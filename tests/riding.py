"""Releases and who rides where, as rows: what a test of the calendar arranges beside people, trains and slots."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from releasetrain.boarding.actions.asking import usual_wish
from releasetrain.domain.fingerprints import EVERY, fingerprints
from releasetrain.domain.verdicts import Kind
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import DataTable, Release, ReleaseService, ReleaseTable, Revision, Service
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.teams.models import Team, User
from releasetrain.trains.lock import locked_calendar
from releasetrain.trains.models import Booking, Outcome, Request, Slot, Train, Waiver
from tests.factories import NOW, TUESDAY, clock, create_slot

_numbers = count(1)


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)


def slot_on(train: Train, *, day: int, **facts: Any) -> Slot:
    """The departure so many days after TUESDAY; its door shuts four hours before."""
    return create_slot(train=train, start_at=TUESDAY + days(day), **facts)


def clock_at(instant: datetime = NOW):
    """Return a clock that stands still at ``instant``."""
    return clock(instant)


def create_release(
    *,
    team: Team,
    size: str = "S",
    services: Iterable[Service] = (),
    tables: Iterable[DataTable] = (),
    submitted: bool = True,
    by: User | None = None,
    train: Train | None = None,
    slot: Slot | None = None,
    **facts: Any,
) -> Release:
    """A release as it is after its first revision by ``by``; with ``train`` it waits there, or asks for ``slot``."""
    known = {"title": f"Release {next(_numbers)}", "created_at": NOW, "submitted_at": NOW if submitted else None}
    known["open_gates"] = [] if submitted else None  # cleared, unless a test says otherwise
    release = Release.objects.create(team=team, size=size, created_by=by, **{**known, **facts})
    ReleaseService.objects.bulk_create(ReleaseService(release=release, service=one) for one in services)
    ReleaseTable.objects.bulk_create(ReleaseTable(release=release, table=one) for one in tables)
    fields = said(release).as_json()
    editors = [by.pk] if by and not release.imported_key else []  # what a file brought in, nobody edited
    facts = {"fields": fields, "classes": sorted(EVERY), "fingerprints": fingerprints(fields), "editors": editors}
    Revision.objects.create(release=release, number=1, changed=["team"], at=NOW, by=by, **facts)
    if train or slot:
        ask_for(release, train=train, slot=slot)
    return release


def ask_for(release: Release, *, train: Train | None = None, slot: Slot | None = None, **facts: Any) -> Request:
    """Write the request of a release: for a slot, or with a train only a place in its queue.

    It wishes what releases of its size usually do: a small one the first that would do, a larger one to be placed.
    """
    asked_at = NOW if release.submitted_at else None
    on = slot.train if slot else train
    known = {"wish": usual_wish(release), **facts}
    return Request.objects.create(release=release, train=on, slot=slot, made_at=NOW, asked_at=asked_at, **known)


def judged(*releases: Release, at: datetime = NOW) -> None:
    """Write down where the gates of these releases stand, as the verbs do; of all submitted ones without any."""
    wanted = releases or Release.objects.filter(submitted_at__isnull=False)
    with locked_calendar():
        refresh([one.pk for one in wanted], at=at, by=None, code="submitted")


def approved(release: Release, *, by: User, gate: str = "team", at: datetime = NOW) -> None:
    """Let somebody approve a gate of a release whose reviews are open from now on."""
    judged(release)
    revision = Release.objects.get(pk=release.pk).revision
    give_verdict(release=release.pk, gate=gate, kind=Kind.APPROVE, revision=revision, by=by, clock=clock(at))


def board(release: Release, slot: Slot, *, at: datetime = NOW, **facts: Any) -> Booking:
    """Put a release on a slot, whatever the rules say; the database's own wall judges when a verb ends."""
    Request.objects.filter(release=release, ended_at=None).update(ended_at=at)
    return Booking.objects.create(release=release, slot=slot, booked_at=at, **facts)


def aboard(slot: Slot, *, team: Team, at: datetime = NOW, **facts: Any) -> Release:
    """A new release that rides in ``slot``."""
    release = create_release(team=team, **facts)
    board(release, slot, at=at)
    return release


def report(booking: Booking, *, started_at: datetime, finished_at: datetime | None = None) -> Outcome:
    """Write that a booking departed."""
    kind = Outcome.Kind.DEPARTED
    return Outcome.objects.create(
        booking=booking, kind=kind, started_at=started_at, finished_at=finished_at, at=finished_at or started_at
    )


def create_waiver(code: str, a: Release, b: Release | Slot, *, by: User, facts: Iterable[str], **known: Any) -> Waiver:
    """A release manager's yes to ``code`` between ``a`` and ``b``, resting on ``facts``."""
    sides = [("release" if isinstance(one, Release) else "slot", one.pk) for one in (a, b)]
    (a_kind, a_id), (b_kind, b_id) = sorted(sides)
    said = {"reason": "The two teams watch together.", "at": NOW, "by": by, "facts": sorted(facts), **known}
    return Waiver.objects.create(code=code, a_kind=a_kind, a_id=a_id, b_kind=b_kind, b_id=b_id, **said)


def said(release: Release, **facts: Any) -> ReleaseFields:
    """What ``release`` says, but for ``facts``: what its form would send."""
    return replace(ReleaseFields.of(Release.objects.get(pk=release.pk)), **facts)


def place_of(release: Release) -> int | None:
    """The slot in which the release holds a place."""
    return Booking.objects.filter(release=release, left_at=None).values_list("slot", flat=True).first()


def request_of(release: Release) -> Request | None:
    """The live request of the release."""
    return Request.objects.filter(release=release, ended_at=None).first()
