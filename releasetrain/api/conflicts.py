"""Conflicts as JSON: the rule's code, both sides by name, what it read, one sentence, and the ways out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from rest_framework import serializers

from releasetrain.api.shapes import Answer
from releasetrain.boarding import queries as boarding
from releasetrain.chance_wording import cost
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, sentence, sides
from releasetrain.domain.chances import Chance
from releasetrain.domain.conflicts.values import Conflict, Severity, Side, SideKind
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot


class SideAnswer(Answer):
    """One side of a conflict."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in SideKind])
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="A release's code, a slot's start in UTC, what else is called.")


class ConflictAnswer(Answer):
    """What a rule found. ``facts`` and ``amounts`` are its basis: a waiver of it covers no more than these."""

    code = serializers.CharField(help_text="The rule's code, such as large-rides-alone.")
    severity = serializers.ChoiceField(choices=[severity.value for severity in Severity])
    message = serializers.CharField()
    sides = SideAnswer(many=True)
    facts = serializers.ListField(child=serializers.CharField())
    amounts = serializers.DictField(child=serializers.IntegerField())
    departs_at = serializers.DateTimeField()
    waivable = serializers.BooleanField()


class WayAnswer(Answer):
    """A way out: what to do, and in which slot."""

    do = serializers.ChoiceField(choices=["book", "ask", "waive"])
    slot = serializers.IntegerField()
    departs_at = serializers.DateTimeField()
    days_late = serializers.IntegerField(help_text="Days after the release is due; 0: in time.")
    displaces = serializers.IntegerField(help_text="How many small ones would move on for it.")
    others_late = serializers.IntegerField(help_text="How many of those become late by it, or wait again.")
    cost = serializers.CharField(help_text="The same in words.", allow_blank=True)


def told(found: Iterable[Conflict], *, of: int, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the conflicts of the release ``of``; a constant number of queries, however many there are."""
    return told_of_each(((one, of) for one in found), zone=zone)


def told_of_each(found: Iterable[tuple[Conflict, int]], *, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return conflicts, each in the words of the release named with it."""
    rows = list(found)
    if not rows:
        return []
    conflicts = [one for one, _of in rows]
    releases = Release.objects.filter(pk__in={*sides(conflicts, SideKind.RELEASE), *(of for _one, of in rows)})
    called = names(releases, zone=zone, conflicts=conflicts)
    starts = dict(Slot.objects.filter(pk__in=sides(conflicts, SideKind.SLOT)).values_list("pk", "start_at"))
    return [_conflict(one, of, called, starts) for one, of in rows]


def _conflict(one: Conflict, of: int, called: Names, starts: Mapping[int, datetime]) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity.value,
        "message": sentence(one, of=of, names=called),
        "sides": [_side(side, called, starts) for side in (one.a, one.b)],
        "facts": sorted(one.basis.facts),
        "amounts": dict(one.basis.amounts),
        "departs_at": one.departs_at,
        "waivable": boarding.is_waivable(one),
    }


def _side(side: Side, called: Names, starts: Mapping[int, datetime]) -> dict[str, Any]:
    if side.kind is SideKind.RELEASE:
        name = called.release(side.id).code
    elif side.kind is SideKind.SLOT:
        name = starts[side.id].isoformat() if side.id in starts else str(side.id)
    else:
        name = called.of(side.kind.value, side.id)
    return {"kind": side.kind.value, "id": side.id, "name": name}


def behind(error: Refused, *, person: Person | None, zone: ZoneInfo) -> dict[str, Any]:
    """Return what stands behind a refusal, and the ways out of it (C3); nothing where it rests on no conflict."""
    if not error.conflicts or person is None:
        return {}
    of, slot = _whose(error), error.details.get("slot")
    ways = remedies(of, slot, error.conflicts, person=person) if slot else []
    return {"conflicts": told(error.conflicts, of=of, zone=zone), "remedies": ways}


def _whose(error: Refused) -> int:
    said = error.details.get("release")
    return said or next(side.id for one in error.conflicts for side in (one.a, one.b) if side.kind is SideKind.RELEASE)


def remedies(release: int, slot: int, found: Iterable[Conflict], *, person: Person) -> list[dict[str, Any]]:
    """Return the next three slots that would do, to ask for ``slot`` all the same, and to waive for who may."""
    place = Slot.objects.filter(pk=slot, start_at__gt=timezone.now()).first()
    if place is None:
        return []
    ways = boarding.ways_out(release, train=place.train_id, now=timezone.now())
    rows = [way("book", one) for one in ways]
    rows.append(way("ask", Chance(slot=place.pk, departs_at=place.start_at)))
    if may(person, Permission.WAIVE) and all(map(boarding.is_waivable, found)):
        rows.append(way("waive", Chance(slot=place.pk, departs_at=place.start_at)))
    return rows


def way(do: str, one: Chance) -> dict[str, Any]:
    """Return a way out with what it costs; asking and waiving cost nothing yet."""
    return {
        "do": do,
        "slot": one.slot,
        "departs_at": one.departs_at,
        "days_late": one.days_late,
        "displaces": len(one.displaces),
        "others_late": one.others_late,
        "cost": cost(one, zone=timezone.get_current_timezone()) if do == "book" else "",
    }
