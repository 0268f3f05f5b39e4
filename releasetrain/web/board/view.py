"""What the board shows, read in a constant number of queries: rows from the database, not yet words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from releasetrain.boarding.expecting import expected_in, in_sight, queue
from releasetrain.boarding.stages import StageMark, stages_of
from releasetrain.domain.chances import Chance, chance
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.picture import Picture
from releasetrain.domain.waivers import standing
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Gate
from releasetrain.reviews.queries.gates import gates_of
from releasetrain.teams.models import Team
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request, Slot, Train

COLUMNS = 6
QUEUE_SHOWN = 150
SEEN_AHEAD = 18  # departures among which the queue's expected ones are looked for: three boards full


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything on one board. ``chances``: per slot, what would happen to the chosen release there.

    ``standing``: what blocks in view or in the departures that come next and no waiver covers; ``against``: the same by
    release; ``waived``: who rides by somebody's waiver.
    ``expected``: the departure that each who waits may expect.
    """

    train: Train
    slots: list[Slot]
    earlier: Slot | None
    later: Slot | None
    bookings: list[Any]
    asking: list[Request]
    waiting: list[Request]
    waiting_count: int
    teams: list[Team]
    picture: Picture
    stages: Mapping[int, StageMark]
    gates: Mapping[int, list[Gate]] = field(default_factory=dict)
    chosen: Release | None = None
    chances: Mapping[int, Chance] = field(default_factory=dict)
    standing: tuple[Conflict, ...] = ()
    against: Mapping[int, list[Conflict]] = field(default_factory=dict)
    waived: frozenset[int] = frozenset()
    expected: Mapping[int, Slot] = field(default_factory=dict)


def board(train: Train, *, since: datetime | None, now: datetime, chosen: Release | None = None) -> Board:
    """Return the board of ``train`` with the departures from ``since`` (None: from now on)."""
    slots, earlier, later = window(train, since=since, now=now)
    ahead = in_sight(train, now=now)[:SEEN_AHEAD]
    departures = {slot.pk: trains.departure(slot) for slot in (*ahead, *slots)}
    in_view = {slot.pk for slot in slots}
    requests = _requests(train, slots, now)
    asked = {one.release_id for one in requests} | ({chosen.pk} if chosen else set())
    world = trains.world_of(asked, slots=departures, near=trains.span_of(departures.values(), now=now))
    also = trains.partners(world, asked) | ({chosen.pk} if chosen else set())
    near = trains.bookings_near(departures, also=also, world=world, now=now)
    bookings = list(trains.facts_of(near).order_by("pk"))
    riders = {place.release_id: trains.rider_of(place) for place in (*requests, *bookings)}
    if chosen and chosen.pk not in riders:
        riders[chosen.pk] = trains.rider(chosen)
    picture = trains.picture_of(bookings, riders=riders, departures=departures, world=world, now=now)
    aboard = [booking for booking in bookings if booking.slot_id in in_view]
    shown = [place.release_id for place in (*requests, *aboard)]
    asking = [one for one in requests if one.slot_id in in_view]
    waiting = [one for one in requests if one.slot_id not in in_view]
    return Board(
        train=train,
        slots=slots,
        earlier=earlier,
        later=later,
        bookings=aboard,
        asking=asking,
        waiting=waiting[:QUEUE_SHOWN],
        waiting_count=len(waiting),
        teams=list(_teams(train, {place.release.team_id for place in (*asking, *waiting[:QUEUE_SHOWN], *aboard)})),
        picture=picture,
        stages=stages_of(shown),
        gates=gates_of(shown),
        chosen=chosen,
        chances=chances(picture, chosen, slots, ahead),
        expected=_expected(picture, waiting[:QUEUE_SHOWN], ahead),
        **_judged(picture, {one.release_id for one in bookings if one.slot_id in departures}),
    )


def _expected(picture: Picture, waiting: list[Request], ahead: list[Slot]) -> dict[int, Slot]:
    slot_of = {slot.pk: slot for slot in ahead}
    found = expected_in(picture, waiting, slots=ahead)
    return {release: slot_of[slot] for release, slot in found.items() if slot is not None}


def _judged(picture: Picture, riders: set[int]) -> dict[str, Any]:
    """What stands against the riders, and who of them rides by a waiver: judged once for all cards."""
    found = [one for one in picture.conflicts_of(riders) if one.blocks]  # open gates are seen as gates
    left = standing(found, picture.waivers)
    covered = [one for one in found if one not in left] if picture.waivers else []
    return {"standing": tuple(left), "against": _by_release(left), "waived": frozenset(_by_release(covered))}


def _by_release(conflicts: Iterable[Conflict]) -> dict[int, list[Conflict]]:
    sorted_out: dict[int, list[Conflict]] = {}
    for one in conflicts:
        for side in {one.a, one.b}:
            if side.kind is SideKind.RELEASE:
                sorted_out.setdefault(side.id, []).append(one)
    return sorted_out


def window(train: Train, *, since: datetime | None, now: datetime) -> tuple[list[Slot], Slot | None, Slot | None]:
    """Return the slots in view, where going back leads and where going on leads; one query.

    Without ``since`` the view starts with what is departing now, else with the first that starts then.
    """
    slots = Slot.objects.filter(train=train).select_related("train", "skipped_by")
    is_seen = Q(start_at__gte=since) if since else Q(end_at__gt=now)
    at_or_after = slots.filter(is_seen).order_by("start_at", "pk")[: COLUMNS + 1]
    before = slots.filter(~is_seen).order_by("-start_at", "-pk")[:COLUMNS]
    rows = sorted(before.union(at_or_after, all=True), key=lambda slot: (slot.start_at, slot.pk))
    for slot in rows:
        slot.train = train
    here = [slot for slot in rows if (slot.start_at >= since if since else slot.end_at > now)]
    back = [slot for slot in rows if slot not in here]
    return here[:COLUMNS], back[0] if back else None, here[COLUMNS] if len(here) > COLUMNS else None


def _requests(train: Train, slots: list[Slot], now: datetime) -> list[Request]:
    """Who waits (a slot that departed without it is asked for no more) and who asks for a slot in view."""
    in_view = Q(slot__isnull=True) | Q(slot__start_at__lte=now) | Q(slot__in=[slot.pk for slot in slots])
    return list(queue(train).filter(in_view))


def _teams(train: Train, seen: set[int]) -> Iterable[Team]:
    """The teams whose train this is, and whoever else is on it; in the company's own order."""
    return Team.objects.filter(Q(default_train__train=train) | Q(pk__in=seen))


def chances(
    picture: Picture, chosen: Release | None, slots: list[Slot], onward: Iterable[Slot] = ()
) -> dict[int, Chance]:
    """Ask the rules for every slot in view with the one picture that was read.

    ``onward``: where small ones may move on to that a large one displaces, beside those in view.
    """
    if chosen is None:
        return {}
    coming = [slot.pk for slot in slots if slot.kind != Slot.Kind.PAST]
    ahead = [*coming, *(slot.pk for slot in onward)]
    return {slot: chance(picture, chosen.pk, slot, chosen.due, ahead=ahead) for slot in coming}
