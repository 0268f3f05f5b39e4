"""Standing conflicts in words, with the names of both sides, the departure, and the ways out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse

from releasetrain.boarding.queries import is_waivable
from releasetrain.boarding.standing import Effect, Standing
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, sentence
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.picture import Picture
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot

MOST = 100  # lines of a preview; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One conflict as a page shows it. ``freeze``: the one that stands against it; ``opens``: where it is looked at."""

    release: Release
    slot: Slot
    words: str
    code: str
    blocks: bool
    waivable: bool
    opens: str
    freeze: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would stand and what would stand no more, as far as a page has room; and how many there are."""

    arises: list[Told]
    goes: list[Told]
    arises_count: int
    goes_count: int


def tell(
    found: Iterable[Standing], *, picture: Picture, zone: ZoneInfo, called: Mapping[str, str] | None = None
) -> list[Told]:
    """Return conflicts in words; a constant number of queries. ``called``: names that are not written down yet."""
    rows = list(found)
    if not rows:
        return []
    sides = {side.id for one in rows for side in (one.conflict.a, one.conflict.b) if side.kind is SideKind.RELEASE}
    releases = Release.objects.select_related("team").in_bulk([*sides, *(one.release for one in rows)])
    slots = Slot.objects.select_related("train").in_bulk({one.slot for one in rows})
    known = names(releases.values(), zone=zone, picture=picture, conflicts=[one.conflict for one in rows])
    known = replace(known, resources={**known.resources, **(called or {})})
    return [_told(one, releases[one.release], slots[one.slot], known) for one in rows]


def _told(one: Standing, release: Release, slot: Slot, known: Names) -> Told:
    conflict = one.conflict
    return Told(
        release=release,
        slot=slot,
        words=sentence(conflict, of=release.pk, names=known),
        code=conflict.code,
        blocks=conflict.blocks,
        waivable=is_waivable(conflict),
        opens=_opens(release.pk, slot.pk),
        freeze=conflict.b.id if conflict.b.kind is SideKind.FREEZE else None,
    )


def _opens(release: int, slot: int) -> str:
    """The conflict's own page, where there is one; else its departure."""
    try:
        return reverse("web:conflict", args=[release, slot])
    except NoReverseMatch:
        return reverse("web:slot", args=[slot])


def preview(effect: Effect, *, zone: ZoneInfo, called: Mapping[str, str] | None = None) -> Preview:
    """Return what a deed would make stand and let go."""
    return Preview(
        arises=tell(effect.arises[:MOST], picture=effect.after, zone=zone, called=called),
        goes=tell(effect.goes[:MOST], picture=effect.before, zone=zone),
        arises_count=len(effect.arises),
        goes_count=len(effect.goes),
    )
