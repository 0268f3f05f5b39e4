"""Who can be placed by no plan, whatever else happens, for want of something beside it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from releasetrain.domain.planner.openings import Openings
from releasetrain.domain.planner.ties import neighbours
from releasetrain.domain.stages import Stage

NEEDS_ONE_LEFT_OUT = "needs-one-left-out"
NO_DEPARTURE = "no-departure"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A release that no plan can place, so that it stays as it is.

    ``reason``: the code of the rule, "needs-one-left-out" or "no-departure". ``of``: the others it is about.
    """

    release: int
    reason: str
    of: tuple[int, ...] = ()


def lacking(
    openings: Openings,
    release: int,
    known: Mapping[int, str],
    placed: Collection[int],
    left: Mapping[int, LeftOut],
) -> LeftOut | None:
    """Return why no plan can place a release; None: a plan may.

    ``known``: why it may not ride in each slot. ``placed``: who has a place or gets one.
    """
    if not known or all(known.values()):
        return LeftOut(release=release, reason=_of_all_slots(known))
    if code := openings.wherever(release, next(iter(known))):
        return LeftOut(release=release, reason=code)
    for code, other, is_broken in _wants(openings, release):
        if other in placed and not is_broken:
            continue
        reason = NEEDS_ONE_LEFT_OUT if other in left and other not in placed else code
        return LeftOut(release=release, reason=reason, of=() if other == release else (other,))
    return None


def _of_all_slots(known: Mapping[int, str]) -> str:
    """What refuses it most often; "no-departure" where there is none to come."""
    return Counter(known.values()).most_common(1)[0][0] if known else NO_DEPARTURE


def _wants(openings: Openings, release: int) -> Iterator[tuple[str, int, bool]]:
    """Yield the releases that must ride before it: by which rule, who, and whether that is lost already."""
    world = openings.picture.world
    for need in world.needs_of.get(release, ()):
        yield "dependency", need.on, need.is_broken
    for change in world.changes_of.get(release, ()):
        for (stage, earlier), (following, later) in neighbours(change):
            if later == release:
                at_once = earlier == later and (stage, following) != (Stage.BACKFILL, Stage.RELAX)
                yield "stage-order", earlier, at_once
