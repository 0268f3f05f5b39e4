"""What an event means, read while it is fresh: the facts that its mail will tell, and what decides who is told.

Facts are values: instants as ISO text, names as they were, codes for what a sentence says. A case costs the same few
queries however many people will be told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from releasetrain.boarding import queries as boarding
from releasetrain.domain.telling import KINDS, Happening
from releasetrain.releases.models import Dependency, Release
from releasetrain.teams.models import User
from releasetrain.trains.models import Booking, DefaultTrain, Outcome, Request, Slot, Train, Waiver
from releasetrain.worker.telling import changes, departures, reviews, standing

Payload = Mapping[str, Any]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is told, and what decides to whom."""

    happening: Happening
    facts: Facts


def case_of(event: str, payload: Payload, *, now: datetime) -> Case | None:
    """Return what an event means now, or None if by now there is nothing to tell."""
    if event.startswith("slot."):
        return _of_slot(event, payload)
    if event == "schema.abandoned":
        return _of_change(event, payload)
    if event.startswith("train."):
        return _of_train(event, payload)
    if event in ("policy.set", "questionnaire.set"):
        said = {"version": payload["version"], "reason": payload["note"]}
        return Case(happening=Happening(kind=KINDS[event], by=payload["by"]), facts={**_common(payload), **said})
    if event.startswith("waiver."):
        return _of_waivers(event, payload, now)
    release = Release.objects.filter(pk=payload["release"]).select_related("team").first()
    if release is None:
        return None
    said = _READ[event](release, payload, now)
    return None if said is None else _of_release(event, release, payload, said)


def _of_release(event: str, release: Release, payload: Payload, said: Facts) -> Case:
    needing = _needing([release.pk])
    happening = Happening(
        kind=KINDS[event],
        by=payload.get("by"),
        teams=frozenset({release.team_id}),
        needed_by=frozenset(map(int, needing)) - {release.team_id},
        is_quiet=said.pop("is_quiet", False),
        is_draft=release.submitted_at is None,
        asked=frozenset(said.pop("asked", ())),
        not_asked=frozenset(said.pop("not_asked", ())),
    )
    return Case(happening=happening, facts={**_common(payload), **named(release), "needing": needing, **said})


def _common(payload: Payload) -> Facts:
    by = payload.get("by")
    name = User.objects.filter(pk=by).values_list("name", flat=True).first() if by else None
    because = payload.get("because") or {}
    return {"by": name, "because": because.get("code"), "reason": because.get("reason") or payload.get("reason") or ""}


def named(release: Release) -> Facts:
    """Return a release as a mail names it."""
    return {"release": release.pk, "title": release.title, "size": release.size, "team": release.team.code}


def _needing(releases: Iterable[int]) -> dict[str, list[str]]:
    """Return the releases on their way that need one of these, by the id of their team."""
    ran = Outcome.objects.filter(booking__release=OuterRef("release"), booking__left_at=None, kind="departed")
    on_their_way = Dependency.objects.filter(on__in=releases, release__submitted_at__isnull=False)
    rows = on_their_way.filter(~Exists(ran), release__withdrawn_at=None).select_related("release").order_by("release")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row.release.team_id), []).append(str(row.release))
    return found


def _late(release: Release, starts: str | None, zone_of: Slot | None) -> Facts:
    """How many days after its due date it departs there."""
    if release.due is None or starts is None or zone_of is None:
        return {}
    on = changes.local_day(datetime.fromisoformat(starts), zone_of.train.zone)
    return {"days_late": (on - release.due).days, "due": release.due.isoformat()} if on > release.due else {}


def _place(release: Release, payload: Payload) -> Facts:
    slot = Slot.objects.filter(pk=payload["slot"]).select_related("train").first()
    starts = payload.get("slot_starts")
    late = _late(release, starts, slot)
    return {"slot": starts, "cut_off": slot and slot.cut_off_at.isoformat(), "train": slot and slot.train.name, **late}


def _boarded(release: Release, payload: Payload, now: datetime) -> Facts:
    """A small one that boards as it is handed in bothers nobody."""
    by_itself = bool(payload.get("by_itself"))
    is_quiet = by_itself and payload.get("by") is not None and release.size == Release.Size.SMALL
    return {**_place(release, payload), "by_itself": by_itself, "is_quiet": is_quiet}


def _moved(release: Release, payload: Payload, now: datetime) -> Facts:
    return {**_place(release, payload), "old": payload.get("old_starts"), **_displaced(payload)}


def _left(release: Release, payload: Payload, now: datetime) -> Facts | None:
    if (payload.get("because") or {}).get("code") == "withdrawn":  # told as such
        return None
    return {"old": payload.get("old_starts"), **_where(release, now), **_displaced(payload)}


def _displaced(payload: Payload) -> Facts:
    """For which large one it gave way, if it did."""
    because = payload.get("because") or {}
    large = Release.objects.filter(pk=because["for"]).first() if because.get("code") == "displaced" else None
    return {"large": str(large)} if large else {}


def _where(release: Release, now: datetime) -> Facts:
    """Where it is now: rides, asks, or waits with the next departures that would do (C3)."""
    booking = Booking.objects.filter(release=release, left_at=None).select_related("slot").first()
    if booking is not None:
        return {"rides": booking.slot.start_at.isoformat(), "boarded_by_itself": booking.by_itself}
    request = Request.objects.filter(release=release, ended_at=None).select_related("slot").first()
    if request is None or request.asked_at is None:
        return {}
    if request.slot is not None and request.slot.start_at > now:
        return {"asks": request.slot.start_at.isoformat()}
    return {"waits": True, "ways": _ways(release, request.train_id, now)}


def _ways(release: Release, train: int, now: datetime) -> list[str]:
    return [way.departs_at.isoformat() for way in boarding.ways_out(release.pk, train=train, now=now)]


def _asked(release: Release, payload: Payload, now: datetime) -> Facts | None:
    """Told only while it still asks: most requests board in the step that makes them."""
    asking = Request.objects.filter(release=release, ended_at=None, asked_at__isnull=False, slot=payload.get("slot"))
    request = asking.select_related("slot__train").first() if payload.get("slot") else None
    if request is None or request.slot is None or request.slot.start_at <= now:
        return None
    found = boarding.standing_conflicts(release.pk, slot=request.slot_id, now=now)
    if not found:
        return None
    return {
        **_place(release, payload),
        "conflicts": standing.as_values(found, of=release, slot=request.slot, now=now),
        "is_waivable": all(map(boarding.is_waivable, found)),
        "ways": _ways(release, request.train_id, now),
    }


def _edited(release: Release, payload: Payload, now: datetime) -> Facts:
    rows = changes.of_revision(release.pk, payload.get("revision"), payload.get("changed") or [])
    return {"changed": payload.get("changed") or [], "changes": rows, **_where(release, now)}


def _submitted(release: Release, payload: Payload, now: datetime) -> Facts:
    here = _where(release, now)
    is_quiet = release.size == Release.Size.SMALL and bool(here.get("boarded_by_itself"))
    return {**here, "is_quiet": is_quiet}


def _withdrawn(release: Release, payload: Payload, now: datetime) -> Facts:
    return {"old": payload.get("old_starts")}


def _reported(release: Release, payload: Payload, now: datetime) -> Facts:
    happened = {"slot": payload.get("slot_starts"), **{one: payload.get(one) for one in ("started_at", "finished_at")}}
    if payload.get("finished_at"):
        train = Train.objects.filter(slots=payload["slot"]).first()
        soak = timedelta(hours=train.soak_hours_of(release.size)) if train else timedelta()
        happened["soaks_until"] = (datetime.fromisoformat(payload["finished_at"]) + soak).isoformat()
    return happened


def _not_departed(release: Release, payload: Payload, now: datetime) -> Facts:
    return {"old": payload.get("slot_starts"), **_where(release, now)}


def _rolled_back(release: Release, payload: Payload, now: datetime) -> Facts:
    return {"old": payload.get("slot_starts")}


_READ: Mapping[str, Callable[[Release, Payload, datetime], Facts | None]] = {
    "booking.made": _boarded,
    "booking.moved": _moved,
    "booking.left": _left,
    "request.made": _asked,
    "release.edited": _edited,
    "review.asked": reviews.asked,
    "review.answer": reviews.to_reviewers,
    "review.reminder": reviews.to_reviewers,
    "review.overdue": reviews.to_reviewers,
    "review.question": reviews.to_author,
    "verdict.given": reviews.verdict,
    "result.recorded": reviews.results,
    "condition.ticked": reviews.ticked,
    "grace.given": reviews.grace,
    "release.cleared": reviews.cleared,
    "release.submitted": _submitted,
    "release.withdrawn": _withdrawn,
    "rollout.departed": _reported,
    "rollout.not-departed": _not_departed,
    "rollout.rolled-back": _rolled_back,
}


def _of_waivers(event: str, payload: Payload, now: datetime) -> Case | None:
    waivers = list(Waiver.objects.filter(pk__in=payload["waivers"]).order_by("pk"))
    if not waivers:
        return None
    sides = standing.sides_of(waivers)
    releases = list(Release.objects.filter(pk__in=sides.releases).select_related("team").order_by("pk"))
    about = next((one for one in releases if one.pk == payload.get("release")), releases[0] if releases else None)
    if about is None:
        return None
    until = {"until": (payload.get("was") or {}).get("until"), "reason": (payload.get("was") or {}).get("reason")}
    facts = {
        **_common(payload),
        **named(about),
        "reason": waivers[0].reason if event != "waiver.ended" else "",
        "waived": standing.waived(waivers, sides, releases),
        "was": until if payload.get("was") else None,
        **_where(about, now),
    }
    teams = frozenset(one.team_id for one in releases)
    return Case(happening=Happening(kind=KINDS[event], by=payload.get("by"), teams=teams), facts=facts)


def _of_train(event: str, payload: Payload) -> Case | None:
    train = Train.objects.filter(pk=payload["train"]).first()
    if train is None:
        return None
    rows = changes.of_train(payload)
    facts = {**_common(payload), "train": train.name, "train_id": train.pk, "slug": train.slug, "changes": rows}
    is_hold = event in ("train.held", "train.restarted")
    riding = DefaultTrain.objects.filter(train=train).values_list("team", flat=True)
    teams = departures.teams_on(train) if is_hold else frozenset(riding)
    happening = Happening(kind=KINDS[event], by=payload.get("by"), teams=teams)
    return Case(happening=happening, facts={**facts, "since": payload.get("since")})


def _of_slot(event: str, payload: Payload) -> Case | None:
    """One message about everybody whom a departure that closes, is skipped or goes after all concerns."""
    if (told := departures.of_slot(event, payload)) is None:
        return None
    needing = _needing(told.about)
    happening = Happening(
        kind=KINDS[event],
        by=payload.get("by"),
        teams=told.teams,
        needed_by=frozenset(map(int, needing)) - told.teams,
    )
    return Case(happening=happening, facts={**_common(payload), "needing": needing, **told.facts})


def _of_change(event: str, payload: Payload) -> Case | None:
    if (told := departures.of_change(payload)) is None:
        return None
    happening = Happening(kind=KINDS[event], by=payload.get("by"), teams=told.teams)
    return Case(happening=happening, facts={**_common(payload), **told.facts})
