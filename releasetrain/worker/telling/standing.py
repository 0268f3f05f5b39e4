"""Conflicts and waivers as values that a mail can be made from later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Named, sides
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot, Waiver


def as_values(found: Iterable[Conflict], *, of: Release, slot: Slot, now: datetime) -> dict[str, Any]:
    """Return conflicts of a release in a slot with the names that their sentences need."""
    conflicts = list(found)
    ids = sides(conflicts, SideKind.RELEASE) | {of.pk}
    picture = trains.picture(releases=ids, slots=[slot], now=now)
    known = names(Release.objects.filter(pk__in=ids), zone=ZoneInfo("UTC"), picture=picture, conflicts=conflicts)
    return {
        "found": [_conflict(one) for one in conflicts],
        "releases": {str(id): _name(one) for id, one in known.releases.items()},
        "resources": dict(known.resources),
    }


def _conflict(one: Conflict) -> dict[str, Any]:
    return {
        "code": one.code,
        "a": [one.a.kind.value, one.a.id],
        "b": [one.b.kind.value, one.b.id],
        "facts": sorted(one.basis.facts),
        "amounts": dict(one.basis.amounts),
        "departs_at": one.departs_at.isoformat(),
    }


def _name(one: Named) -> list[Any]:
    return [one.code, one.title, one.is_large, one.holds_until and one.holds_until.isoformat()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What waivers name: the ids of releases, and when the slots start."""

    releases: frozenset[int]
    slots: dict[int, str]


def sides_of(waivers: Iterable[Waiver]) -> Sides:
    """Return what stands on the sides of these waivers."""
    found = [(kind, id) for one in waivers for kind, id in ((one.a_kind, one.a_id), (one.b_kind, one.b_id))]
    slots = Slot.objects.filter(pk__in=[id for kind, id in found if kind == SideKind.SLOT])
    starts = {id: at.isoformat() for id, at in slots.values_list("pk", "start_at")}
    return Sides(releases=frozenset(id for kind, id in found if kind == SideKind.RELEASE), slots=starts)


def waived(waivers: Iterable[Waiver], sides: Sides, releases: Iterable[Release]) -> list[dict[str, Any]]:
    """Return each waiver as a mail tells it: rule, sides by name, until when, why."""
    titles = {one.pk: str(one) for one in releases}
    return [
        {
            "code": one.code,
            "a": _side(one.a_kind, one.a_id, titles, sides),
            "b": _side(one.b_kind, one.b_id, titles, sides),
            "until": one.until and one.until.isoformat(),
            "reason": one.reason,
        }
        for one in waivers
    ]


def _side(kind: str, id: int, titles: dict[int, str], sides: Sides) -> dict[str, Any]:
    if kind == SideKind.RELEASE:
        return {"release": titles.get(id, f"RT-{id}")}
    return {"slot": sides.slots.get(id)}
