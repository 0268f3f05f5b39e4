"""A card of the board: one release, in two lines of words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.boarding.stages import StageMark
from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.releases.models import Release
from releasetrain.review_wording import gate_name
from releasetrain.reviews.models import Gate
from releasetrain.trains.models import Outcome, Slot
from releasetrain.web.board.view import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the card template shows. ``look``: the classes after ``card``; ``icon`` and ``word`` its second line."""

    release: Release
    look: str
    word: str
    icon: str = ""
    due: str = ""
    stages: StageMark | None = None
    gates: Sequence[Gate] = ()
    is_chosen: bool = False
    may_move: bool = False
    rule: str = ""


def cards_of(board: Board, *, movable: set[int], now: datetime) -> dict[tuple[int, int], list[Card]]:
    """Return the cards by (team, slot); slot 0 is the queue."""
    placed: dict[tuple[int, int], list[Card]] = {}
    rows = [(one.release.team_id, one.slot_id, booked(board, one, movable, now)) for one in board.bookings]
    rows += [(one.release.team_id, one.slot_id, asks(board, one, movable)) for one in board.asking]
    rows += [(one.release.team_id, 0, waits(board, one, movable, now)) for one in board.waiting]
    for team, slot, card in rows:
        placed.setdefault((team, slot), []).append(card)
    return placed


def _common(board: Board, release: Release, movable: set[int]) -> dict[str, Any]:
    return {
        "release": release,
        "stages": board.stages.get(release.pk),
        "gates": board.gates.get(release.pk, ()),
        "is_chosen": board.chosen is not None and board.chosen.pk == release.pk,
        "may_move": release.team_id in movable,
    }


def booked(board: Board, booking: Any, movable: set[int], now: datetime) -> Card:
    """Return the card of a booking: what is wrong with it first, then what happened, then that all is well."""
    common = _common(board, booking.release, movable)
    said = booking.ran["kind"] if booking.ran else None
    if said == Outcome.Kind.DEPARTED:
        return Card(look="is-clear", icon="clear", word=_("departed"), **{**common, "may_move": False})
    if booking.slot.kind != Slot.Kind.PAST and booking.slot.end_at <= now:
        word = _("nobody said whether it left")
        return Card(look="is-blocked", icon="blocked", word=word, **{**common, "may_move": False})
    if found := board.against.get(booking.release_id):
        return Card(look="is-blocked", icon="blocked", word=_first_rule(found), rule=found[0].code, **common)
    if open_gates := [one for one in common["gates"] if one.turn != Gate.Turn.NOBODY]:
        word = _waits_on(open_gates[0])
        word = _("waived, %(who)s") % {"who": word} if booking.release_id in board.waived else word
        return Card(look="is-waiting", word=word, **common)
    word = _("clear, waived") if booking.release_id in board.waived else _("clear")
    return Card(look="is-clear", icon="clear", word=word, **common)


def _waits_on(gate: Gate) -> str:
    """Whom it waits on, as far as a card has room."""
    return _("author") if gate.turn == Gate.Turn.AUTHOR else gate_name(gate.code, gate.name).lower()


def asks(board: Board, request: Any, movable: set[int]) -> Card:
    """Return the dashed card of a request, with the rule that is in its way."""
    found = _in_the_way(board, request.release_id, request.slot_id)
    word = _("asks: %(rule)s") % {"rule": _first_rule(found)} if found else _("asks, and would do")
    look = "is-asking is-waiting" if found else "is-asking is-clear"
    return Card(look=look, word=word, rule=found[0].code if found else "", **_common(board, request.release, movable))


def _in_the_way(board: Board, release: int, slot: int) -> list[Conflict]:
    after = board.picture.moved({release: slot})
    return after.blocking_of([release])


def _first_rule(found: list[Conflict]) -> str:
    first = sorted(found, key=lambda one: list(conflicts.RULES).index(one.code))[0].code
    if len(found) == 1:
        return first
    return _("%(rule)s, +%(count)s more") % {"rule": first, "count": len(found) - 1}


def waits(board: Board, request: Any, movable: set[int], now: datetime) -> Card:
    """Return the card of a release in the queue: since when, why it came back, what it may expect (else: due)."""
    zone = ZoneInfo(board.train.zone)
    late = bool(request.release.due and request.release.due < now.astimezone(zone).date())
    word = why_back(request.because) or _waits_since(request.asked_at, now)
    look = "is-blocked" if late else "is-waiting"
    due = _expects(board.expected.get(request.release_id)) or _due(request.release.due)
    return Card(look=look, word=word, due=due, **_common(board, request.release, movable))


def why_back(because: Mapping[str, Any] | None) -> str:
    """Return why a release came back to the queue; empty if it never had a place."""
    return {
        "not-departed": _("not departed"),
        "left": _("left its slot"),
        "bumped": _("bumped"),
        "displaced": _("gave way"),
        "missed": _("missed: no word"),
        "skipped": _("slot skipped"),
    }.get((because or {}).get("code", ""), "")


def _waits_since(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return ngettext("waits, %(days)s d", "waits, %(days)s d", days) % {"days": days} if days else _("waits, today")


def _expects(slot: Slot | None) -> str:
    return f"→ {formats.date_format(timezone.localtime(slot.start_at), 'j M')}" if slot else ""


def _due(due: date | None) -> str:
    return _("due %(day)s") % {"day": formats.date_format(due, "j M")} if due else ""
