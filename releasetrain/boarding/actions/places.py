"""What a change of places writes: bookings that end and begin, who waits, the log, the news. Under the lock."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, JSONField, Value, When

from releasetrain.audit import actions as audit
from releasetrain.audit.models import Entry
from releasetrain.domain.picture import Picture
from releasetrain.outbox import actions as outbox
from releasetrain.reviews.actions.refreshing import refresh_promises
from releasetrain.trains.models import Booking, Request

TAKEN_AWAY = frozenset({"displaced", "bumped", "missed", "skipped", "not-departed"})  # nobody of its team gave it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Whose deed it is, at which instant; ``by`` None: the product itself. ``because`` is kept with who left.

    ``behind``: who made the token that a service acts with.
    """

    at: datetime
    by: int | None
    by_itself: bool = False
    behind: int | None = None
    because: Mapping[str, Any] | None = None

    @property
    def editors(self) -> list[int]:
        """Everybody whose edit it is (R7): who hides behind a pipeline edited too."""
        return sorted({one for one in (self.by, self.behind) if one is not None})

    @property
    def deed(self) -> dict[str, Any]:
        """What an event says of the deed that made it: whose, when, why."""
        because = dict(self.because) if self.because else None
        return {"by": self.by, "at": self.at.isoformat(), "because": because, "by_itself": self.by_itself}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How places are changed, beside whose deed it is: see ``rebook``."""

    by_themselves: Collection[int] = ()
    because: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    quiet: bool = False


def write(changes: Mapping[int, int | None], before: Picture, hand: Hand, manner: Manner) -> dict[int, int | None]:
    """Write what moves, and return it."""
    moving = {
        release: slot
        for release, slot in changes.items()
        if (before.places[release].slot if release in before.places else None) != slot
    }
    gone = [release for release in moving if release in before.places]
    waiting = [release for release in gone if moving[release] is None]
    _move_on([release for release in gone if moving[release] is not None], hand, manner.because)
    for because, released in _alike(waiting, manner.because):
        own = replace(hand, because=because) if because else hand
        end_bookings(released, own)
        queue(released, before, own)
    boarding = {release: slot for release, slot in moving.items() if slot is not None}
    _board(boarding, hand, manner.by_themselves)
    _tell(moving, before, hand, manner)
    refresh_promises(moving, at=hand.at, by=hand.by, code="moved")
    return moving


def _move_on(releases: list[int], hand: Hand, because: Mapping[int, Mapping[str, Any]]) -> None:
    """Let releases leave for another place, each for its own reason; one query, however many reasons there are."""
    if not releases:
        return
    usual = dict(hand.because or {"code": "moved"})
    said = [When(release=one, then=Value(dict(because[one]), JSONField())) for one in releases if because.get(one)]
    why = Case(*said, default=Value(usual, JSONField()), output_field=JSONField())
    live = Booking.objects.filter(release__in=releases, left_at__isnull=True)
    live.update(left_at=hand.at, left_by=hand.by, left_because=why)


def _alike(releases: list[int], because: Mapping[int, Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], list[int]]]:
    """Return the releases by why they leave; the hand's own reason is the empty one."""
    found: dict[str, tuple[Mapping[str, Any], list[int]]] = {}
    for release in releases:
        said = because.get(release, {})
        found.setdefault(repr(sorted(said.items())), (said, []))[1].append(release)
    return list(found.values())


def end_bookings(releases: list[int], hand: Hand) -> None:
    """Let releases give their place back, under the lock; the hand says why, if anybody does."""
    live = Booking.objects.filter(release__in=releases, left_at__isnull=True)
    live.update(left_at=hand.at, left_by=hand.by, left_because=dict(hand.because or {"code": "left"}))


def queue(releases: Iterable[int], before: Picture, hand: Hand) -> None:
    """Let releases that lost their place wait for the train they were on.

    Whoever gave it back waits to be placed; whom the product took it from wants what it wanted before.
    """
    waiting = list(releases)
    wishes = _last_wishes(waiting) if (hand.because or {}).get("code") in TAKEN_AWAY else {}
    Request.objects.bulk_create(
        Request(
            release_id=release,
            train_id=before.departures[before.places[release].slot].slot.train,
            wish=wishes.get(release, Request.Wish.THIS),
            only_cleared=bool((hand.because or {}).get("only_cleared")),
            because=dict(hand.because) if hand.because else None,
            made_at=hand.at,
            made_by_id=hand.by,
            asked_at=hand.at,
        )
        for release in waiting
    )


def _last_wishes(releases: list[int]) -> dict[int, str]:
    """What each wished the last time it asked for a place."""
    said = Request.objects.filter(release__in=releases).order_by("release", "-pk").distinct("release")
    return dict(said.values_list("release", "wish"))


def _board(boarding: Mapping[int, int], hand: Hand, alone: Collection[int]) -> None:
    Request.objects.filter(release__in=list(boarding), ended_at__isnull=True).update(ended_at=hand.at)
    Booking.objects.bulk_create(
        Booking(
            release_id=release,
            slot_id=slot,
            booked_at=hand.at,
            booked_by_id=hand.by,
            by_itself=hand.by_itself or release in alone,
        )
        for release, slot in boarding.items()
    )


def _tell(moving: Mapping[int, int | None], before: Picture, hand: Hand, manner: Manner) -> None:
    """Write the log and the news of everybody who moves, in one query each per verb, however many they are."""
    entries: list[Entry] = []
    news: dict[str, list[dict[str, Any]]] = {}
    for release, slot in moving.items():
        old = before.places[release].slot if release in before.places else None
        verb = "booking.left" if slot is None else "booking.moved" if old else "booking.made"
        because = manner.because.get(release) or hand.because
        own = replace(hand, because=because)
        facts = {"slot": slot, "old": old, "because": dict(because) if because else None}
        entries.append(Entry(verb=verb, subject=f"release:{release}", by_id=hand.by, at=hand.at, facts=facts))
        starts = {f"{name}_starts": _start(before, id) for name, id in (("slot", slot), ("old", old))}
        news.setdefault(verb, []).append({"release": release, "slot": slot, "old": old, **starts, **own.deed})
    audit.record_all(entries)
    for verb, payloads in news.items() if not manner.quiet else ():
        outbox.post_all(verb, payloads)


def _start(picture: Picture, slot: int | None) -> str | None:
    """When a departure starts: it is said with the event, since a free one may be gone when somebody is told."""
    return None if slot is None else picture.departures[slot].slot.departs.start.isoformat()
