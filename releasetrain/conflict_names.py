"""What a sentence calls the things it names: one place for every page that tells a conflict."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from releasetrain.conflict_wording import Named, Names
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.picture import Picture
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
    return Names(zone=zone, releases=named, resources=_shared(told), freeze_ends=ends)


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
    facts = {fact for one in conflicts for fact in (*one.basis.facts, f"{one.b.kind}:{one.b.id}")}
    wanted = {kind: [int(fact.split(":")[1]) for fact in facts if fact.startswith(f"{kind}:")] for kind in KINDS}
    return {
        f"{kind}:{id}": name
        for kind, model in KINDS.items()
        if wanted[kind]
        for id, name in model.objects.filter(pk__in=wanted[kind]).values_list("pk", "name")
    }
