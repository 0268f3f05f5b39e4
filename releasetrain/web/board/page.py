"""The board's page: rows, columns, cards and what was refused, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from releasetrain.boarding.queries import WAYS, Chance, swap_would_do, ways_out
from releasetrain.chance_wording import cost, look
from releasetrain.conflict_wording import sentence
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, may, teams_where
from releasetrain.releases.models import Release
from releasetrain.review_wording import gate_name
from releasetrain.reviews.queries.stuck import unfillable
from releasetrain.teams.models import Team
from releasetrain.trains.models import Slot, Train
from releasetrain.web.board.cards import Card, cards_of
from releasetrain.web.board.columns import Column, columns_of, in_view, names_of, timetable_words
from releasetrain.web.board.view import Board, board


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a team's row crosses a slot's column."""

    column: Column
    cards: list[Card]
    is_chosen_row: bool
    refusal: "RefusedPlace | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A team's row: who waits, then a cell for each slot."""

    team: Team
    waiting: list[Card]
    cells: list[Cell]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is booked in view."""
        return not self.waiting and not any(cell.cards or cell.is_chosen_row for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPlace:
    """Why the chosen release may not ride in a slot, and the ways out."""

    slot: Slot
    card: Card | None
    reasons: list[tuple[str, str]]
    message: str
    ways: list[tuple[Chance, str, str, str]]
    swaps: list[Release]
    may_waive: bool
    may_ask: bool


def context(
    train: Train,
    *,
    person: Person,
    zone: ZoneInfo,
    now: datetime,
    since: datetime | None = None,
    team: str = "",
    chosen: Release | None = None,
    refused: tuple[int, Refused, str] | None = None,
) -> dict[str, Any]:
    """Return what the board's template shows; ``refused``: slot, refusal and its sentence."""
    seen = board(train, since=since, now=now, chosen=chosen)
    movable = teams_where(person, Permission.BOOK, among=[one.pk for one in seen.teams])
    columns = columns_of(seen, zone=zone, now=now)
    placed = cards_of(seen, movable=movable, now=now)
    place = _refused(seen, person, zone, now, *refused) if refused else None
    rows = [_row(seen, one, columns, placed, place) for one in seen.teams if team in ("", one.code)]
    return {
        "board": seen,
        "train": train,
        "columns": columns,
        "in_view": in_view(seen, zone),
        "timetable": timetable_words(seen, zone),
        "rows": [row for row in rows if not row.is_empty],
        "folded": [row.team for row in rows if row.is_empty],
        "slot_cards": _by_slot(columns, placed, place),
        "queue": [card for (_, slot), cards in placed.items() if slot == 0 for card in cards],
        "chosen_card": _chosen(placed),
        "refused": place,
        "team_filter": team,
        "may_draft": bool(person.teams) or may(person, Permission.DRAFT),
        "may_set_up": may(person, Permission.SET_UP_TRAINS),
        "stands": _stands(seen, person, now),
        "unfilled": _unfilled(person, now),
        "may_hold": may(person, Permission.HOLD),
        "may_plan": may(person, Permission.PLAN),
        "cut_offs_that_wait": _that_wait(train, now),
    }


def _that_wait(train: Train, now: datetime) -> int:
    """How many departures of a held train should have shut by now, or left, and wait for it."""
    if train.held_at is None:
        return 0
    waiting = Slot.objects.filter(train=train, kind=Slot.Kind.REGULAR, closed_at=None, skipped_at=None)
    return waiting.filter(cut_off_at__lte=now, end_at__gt=now).count()


def _stands(seen: Board, person: Person, now: datetime) -> int:
    """For release managers: how much blocks the departures that come next, in view or not; it is theirs to resolve."""
    if not may(person, Permission.WAIVE):
        return 0
    return len({(one.code, one.a, one.b) for one in seen.standing if one.departs_at > now})


def _unfilled(person: Person, now: datetime) -> list[tuple[str, list[int]]]:
    """For whoever gives roles: gates that nobody is left to review, and the releases that wait for it."""
    if not may(person, Permission.SET_UP_PEOPLE):
        return []
    found: dict[str, list[int]] = {}
    for one in unfillable(now=now):
        for gate in one.gates:
            found.setdefault(gate_name(gate), []).append(one.release)
    return list(found.items())


def _row(
    seen: Board,
    team: Team,
    columns: list[Column],
    placed: Mapping[tuple[int, int], list[Card]],
    place: RefusedPlace | None,
) -> Row:
    mine = seen.chosen is not None and seen.chosen.team_id == team.pk
    cells = [
        Cell(
            column=column,
            cards=placed.get((team.pk, column.slot.pk), []),
            is_chosen_row=mine,
            refusal=place if mine and place and place.slot.pk == column.slot.pk else None,
        )
        for column in columns
    ]
    return Row(team=team, waiting=placed.get((team.pk, 0), []), cells=cells)


def _by_slot(
    columns: list[Column], placed: Mapping[tuple[int, int], list[Card]], place: RefusedPlace | None
) -> list[tuple[Column, list[Card], RefusedPlace | None]]:
    """The same for a phone: a list of slots."""
    return [
        (
            column,
            [card for (_, slot), cards in placed.items() if slot == column.slot.pk for card in cards],
            place if place and place.slot.pk == column.slot.pk else None,
        )
        for column in columns
    ]


def _chosen(placed: Mapping[tuple[int, int], list[Card]]) -> Card | None:
    return next((card for cards in placed.values() for card in cards if card.is_chosen), None)


def _swaps(seen: Board, person: Person, slot: int, refusal: Refused, now: datetime) -> list[Release]:
    """Who in the way could take the chosen one's place instead, if the reader may move both."""
    if seen.chosen.pk not in seen.picture.places:
        return []
    facing = {one.other_than(seen.chosen.pk).id for one in refusal.conflicts if one.b.kind is SideKind.RELEASE}
    there = [booking.release for booking in seen.bookings if booking.slot_id == slot and booking.release_id in facing]
    mine = [one for one in there if may(person, Permission.BOOK, team=one.team_id)][:3]
    return [one for one in mine if swap_would_do(seen.chosen.pk, one.pk, now=now)]


def _refused(
    seen: Board, person: Person, zone: ZoneInfo, now: datetime, slot: int, refusal: Refused, message: str
) -> RefusedPlace | None:
    column = next((one for one in seen.slots if one.pk == slot), None)
    if column is None or seen.chosen is None:
        return None
    called = names_of(seen, zone, conflicts=refusal.conflicts)
    place = seen.picture.places.get(seen.chosen.pk)
    ways = ways_out(seen.chosen.pk, train=seen.train.pk, now=now, count=WAYS + 1)
    others = [way for way in ways if place is None or way.slot != place.slot][:WAYS]
    return RefusedPlace(
        slot=column,
        card=None,
        reasons=[(sentence(one, of=seen.chosen.pk, names=called), one.code) for one in refusal.conflicts],
        message=message,
        ways=[(way, cost(way, zone=zone), *look(way)) for way in others],
        swaps=_swaps(seen, person, slot, refusal, now),
        may_waive=bool(refusal.conflicts) and may(person, Permission.WAIVE),
        may_ask=bool(refusal.conflicts),
    )
