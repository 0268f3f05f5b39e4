"""What a sentence calls the things it names: one place for every page that tells a conflict."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from releasetrain.conflict_wording import Named, Names
from releasetrain.domain.conflicts.rules.databases import rides_of, version_fact
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.picture import Picture
from releasetrain.domain.versions import Life, lives
from releasetrain.releases.models import DataTable, Release, Service
from releasetrain.schema.models import SchemaChange
from releasetrain.trains.models import Database, Freeze

KINDS: Mapping[str, Any] = {
    "service": Service,
    "table": DataTable,
    "change": SchemaChange,
    "freeze": Freeze,
    "database": Database,
}


def names(
    releases: Iterable[Release],
    *,
    zone: ZoneInfo,
    picture: Picture | None = None,
    conflicts: Iterable[Conflict] = (),
    titles: bool = True,
) -> Names:
    """Return the names of ``releases`` (with until when each holds, as ``picture`` has it) and of what conflicts share.

    Reads services, tables and the like only if a conflict names some, in one query each.
    """
    told = list(conflicts)
    named = {release.pk: _named(release, picture, titles) for release in releases}
    ends = _freeze_ends(told, picture) if picture else {}
    known = _lives(told, picture) if picture else {}
    return Names(zone=zone, releases=named, resources=_shared(told), freeze_ends=ends, lives=known)


def _lives(conflicts: Iterable[Conflict], picture: Picture) -> dict[str, Life]:
    """How long the versions live that stand in somebody's way; of one in two changes the longest."""
    facts = {fact for one in conflicts if one.code == "old-version-running" for fact in one.basis.facts}
    changes = [one for one in picture.world.changes if f"change:{one.id}" in facts]
    found = (life for one in changes for life in lives(one.code, rides_of(one, picture.booked)))
    known = sorted(found, key=lambda life: (life.gone_at is None, life.gone_at or picture.now))
    return {version_fact(life): life for life in known}


def _freeze_ends(conflicts: Iterable[Conflict], picture: Picture) -> dict[int, datetime]:
    """Until when the freeze lasts that a departure meets."""
    known = {freeze.id: freeze for freeze in picture.world.freezes}
    found: dict[int, datetime] = {}
    for one in conflicts:
        if one.b.kind is SideKind.FREEZE and one.b.id in known:
            after = [window.end for window in known[one.b.id].windows if window.end > one.departs_at]
            found[one.b.id] = min(after, default=one.departs_at)
    return found


def _named(release: Release, picture: Picture | None, titles: bool) -> Named:
    claim = picture.claim(release.pk) if picture else None
    return Named(
        code=release.code,
        title=release.title if titles else "",
        is_large=release.size == Release.Size.LARGE,
        holds_until=claim.holds.end if claim else None,
    )


def _shared(conflicts: Iterable[Conflict]) -> dict[str, str]:
    named = {fact for one in conflicts for fact in (*one.basis.facts, f"{one.b.kind}:{one.b.id}")}
    facts = named | {f"service:{fact.split(':')[1]}" for fact in named if fact.startswith("version:")}
    wanted = {kind: [int(fact.split(":")[1]) for fact in facts if fact.startswith(f"{kind}:")] for kind in KINDS}
    return {
        f"{kind}:{id}": name
        for kind, model in KINDS.items()
        if wanted[kind]
        for id, name in model.objects.filter(pk__in=wanted[kind]).values_list("pk", "name")
    }
