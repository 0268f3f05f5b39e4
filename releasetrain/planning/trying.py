"""What is only tried (P4), put into a copy of the calendar: points, freezes and dates that nobody wrote down."""

from collections.abc import Iterator
from dataclasses import replace

from releasetrain.domain.picture import Departure, Picture, Rider
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Freeze
from releasetrain.planning.asked import Tried


def as_tried(picture: Picture, tried: Tried) -> Picture:
    """Return the picture as it would be; what ``tried`` names and the picture does not hold changes nothing."""
    freezes = (*picture.world.freezes, *_freezes(tried))
    other = replace(picture, departures={**picture.departures, **dict(_departures(picture, tried))})
    return other.edited(_riders(picture, tried)).in_world(replace(picture.world, freezes=freezes))


def _freezes(tried: Tried) -> Iterator[Freeze]:
    """Ids below nought are nobody's: they stand for freezes that were never written."""
    for number, one in enumerate(tried.freezes, start=1):
        windows = (Window(one.since, one.until),)
        yield Freeze(id=-number, is_hard=one.is_hard, windows=windows, trains=frozenset(one.trains))


def _departures(picture: Picture, tried: Tried) -> Iterator[tuple[int, Departure]]:
    for id, points in tried.capacity.items():
        if (known := picture.departures.get(id)) is not None:
            yield id, replace(known, slot=replace(known.slot, capacity=points))


def _riders(picture: Picture, tried: Tried) -> Iterator[Rider]:
    for id, said in tried.dates.items():
        if (known := picture.riders.get(id)) is not None:
            yield replace(known, **said)
