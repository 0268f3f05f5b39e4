"""What an event of a review means, read while it is fresh: whose turn it is, what was said, what changed since."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from releasetrain.releases.models import Release, Service
from releasetrain.reviews.models import Gate
from releasetrain.trains.models import Booking
from releasetrain.worker.telling import changes

Payload = Mapping[str, Any]
Facts = dict[str, Any]
QUIET = frozenset({"imported", "upgrade"})


def _turn_of(release: Release, gates: Collection[str]) -> Facts | None:
    """Whose turn it is at these gates; None where by now it is nobody's."""
    rows = list(Gate.objects.filter(release=release, code__in=list(gates), turn=Gate.Turn.REVIEWER).exclude(role=""))
    if not rows:
        return None
    spoke = {who for gate in Gate.objects.filter(release=release) for who in gate.counted}
    barred = set.intersection(*(set(row.barred) for row in rows))
    names = [[row.code, row.name] for row in rows]
    return {"gates": names, "asked": {row.role for row in rows}, "not_asked": spoke | barred}


def asked(release: Release, payload: Payload, now: datetime) -> Facts | None:
    """It is somebody's turn; where they approved before, what changed since."""
    turn, why = _turn_of(release, payload["gates"]), payload.get("why") or {}
    if turn is None:
        return None
    rows = changes.of_revision(release.pk, why.get("revision"), why.get("changed") or []) if payload["again"] else []
    return {
        **turn,
        "again": bool(payload["again"]),
        "changes": rows,
        "is_quiet": why.get("code") in QUIET,
        **_when(release),
    }


def _when(release: Release) -> Facts:
    booking = Booking.objects.filter(release=release, left_at=None).select_related("slot").first()
    if booking is None:
        return {}
    return {"rides": booking.slot.start_at.isoformat(), "cut_off": booking.slot.cut_off_at.isoformat()}


def to_reviewers(release: Release, payload: Payload, now: datetime) -> Facts | None:
    """An answer, a reminder, or that it is late."""
    turn = _turn_of(release, [payload["gate"]])
    return turn and {**turn, **_note(payload), "late_by": payload.get("late_by"), **_when(release)}


def _note(payload: Payload) -> Facts:
    return {"reason": payload["note"]} if payload.get("note") else {}


def _gate(release: Release, payload: Payload) -> Facts:
    name = Gate.objects.filter(release=release, code=payload["gate"]).values_list("name", flat=True).first()
    return {"gates": [[payload["gate"], name or ""]]}


def to_author(release: Release, payload: Payload, now: datetime) -> Facts:
    """A question."""
    return {**_gate(release, payload), **_note(payload)}


def verdict(release: Release, payload: Payload, now: datetime) -> Facts:
    """A verdict, and what is open still."""
    return {**to_author(release, payload, now), "kind": payload["kind"], "open": _open(release)}


def _open(release: Release) -> list[list[str]]:
    rows = Gate.objects.filter(release=release).exclude(turn=Gate.Turn.NOBODY).order_by("place")
    return [[code, name] for code, name in rows.values_list("code", "name")]


def results(release: Release, payload: Payload, now: datetime) -> Facts:
    """What came of trying clients; that all passed bothers nobody."""
    names = dict(Service.objects.filter(pk__in=[one["client"] for one in payload["results"]]).values_list("pk", "name"))
    fails = [names.get(one["client"], "") for one in payload["results"] if one["kind"] == "fail"]
    return {"fails": fails, "tried": sorted(set(names.values())), "is_quiet": not fails}


def ticked(release: Release, payload: Payload, now: datetime) -> Facts:
    """A condition was seen to: whoever wants to hear of it can choose so."""
    return {**_gate(release, payload), "reason": payload["words"], "is_quiet": True}


def grace(release: Release, payload: Payload, now: datetime) -> Facts:
    """It may stay aboard uncleared until an instant."""
    return {"until": payload["until"], "reason": payload["reason"], "open": _open(release)}


def cleared(release: Release, payload: Payload, now: datetime) -> Facts:
    """The last gate is clear."""
    return _when(release)
