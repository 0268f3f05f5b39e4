"""What a sentence calls the things it names: one place for every page that tells a conflict."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from releasetrain.conflict_wording import Named, Names
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.picture import Picture
from releasetrain.releases.models import DataTable, Release, Service

KINDS: Mapping[str, Any] = {"service": Service, "table": DataTable}


def names(
    releases: Iterable[Release],
    *,
    zone: ZoneInfo,
    picture: Picture | None = None,
    conflicts: Iterable[Conflict] = (),
    titles: bool = True,
) -> Names:
    """Return the names of ``releases`` (with until when each holds, as ``picture`` has it) and of what conflicts share.

    Reads services and tables only if a conflict shares some, in one query each.
    """
    named = {release.pk: _named(release, picture, titles) for release in releases}
    return Names(zone=zone, releases=named, resources=_shared(conflicts))


def _named(release: Release, picture: Picture | None, titles: bool) -> Named:
    claim = picture.claim(release.pk) if picture else None
    return Named(
        code=release.code,
        title=release.title if titles else "",
        is_large=release.size == Release.Size.LARGE,
        holds_until=claim.holds.end if claim else None,
    )


def _shared(conflicts: Iterable[Conflict]) -> dict[str, str]:
    facts = {fact for one in conflicts for fact in one.basis.facts}
    wanted = {kind: [int(fact.split(":")[1]) for fact in facts if fact.startswith(f"{kind}:")] for kind in KINDS}
    return {
        f"{kind}:{id}": name
        for kind, model in KINDS.items()
        if wanted[kind]
        for id, name in model.objects.filter(pk__in=wanted[kind]).values_list("pk", "name")
    }
