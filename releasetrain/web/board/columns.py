"""A column of the board: one slot, with the five lines of its header."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.boarding.queries import Chance
from releasetrain.chance_wording import cost, look
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, listed, moment, sentence, weekday_and_clock
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.trains.models import Outcome, Slot
from releasetrain.web.board.frozen import Frozen, frozen_of
from releasetrain.web.board.meter import Coach, coaches
from releasetrain.web.board.view import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a header says: a meaning (is-clear, is-waiting, is-blocked), its shape, and a sentence."""

    look: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What the header template shows. ``lit``: free, cost or no while a card is chosen; ``place``: its button.

    ``is_frozen``: a hard freeze of the whole train meets it.
    """

    slot: Slot
    is_next: bool
    is_over: bool
    cut_off: str
    cut_off_soon: str
    load: str
    meter: list[Coach]
    verdict: Verdict | None
    is_held: bool = False
    lit: str = ""
    place: Verdict | None = None
    is_frozen: bool = False


def columns_of(board: Board, *, zone: ZoneInfo, now: datetime) -> list[Column]:
    """Return a column for each slot in view."""
    called = names_of(board, zone, conflicts=_with_things(board), titles=False)
    coming = next((slot.pk for slot in board.slots if slot.start_at > now), None)
    frozen = frozen_of(board)
    return [_column(board, slot, called, frozen, is_next=slot.pk == coming, now=now) for slot in board.slots]


def _with_things(board: Board) -> list[Conflict]:
    """What is told in headers about freezes, tables and databases, which go by their names."""
    told = [*board.standing, *(one for chance in board.chances.values() for one in chance.standing)]
    return [one for one in told if one.b.kind not in (SideKind.RELEASE, SideKind.SLOT)]


def names_of(board: Board, zone: ZoneInfo, *, conflicts: Iterable[Conflict] = (), titles: bool = True) -> Names:
    """Return what the sentences of this board call things; a header has room for codes alone."""
    seen = [place.release for place in (*board.bookings, *board.asking, *board.waiting)]
    chosen = [board.chosen] if board.chosen else []
    return names([*seen, *chosen], zone=zone, picture=board.picture, conflicts=conflicts, titles=titles)


def _column(
    board: Board, slot: Slot, called: Names, frozen: Mapping[int, Frozen], *, is_next: bool, now: datetime
) -> Column:
    aboard = [booking.release for booking in board.bookings if booking.slot_id == slot.pk]
    points = [(board.train.points_of(release.size), release.size == "L") for release in aboard]
    chance = board.chances.get(slot.pk)
    verdict = _chance(board, chance, called) if chance else _worst_news(board, slot, called, frozen.get(slot.pk), now)
    is_open = slot.kind != Slot.Kind.HOTFIX and slot.skipped_at is None and slot.closed_at is None
    soon = is_open and slot.cut_off_at > now and (slot.cut_off_at - now).total_seconds() < 24 * 3600
    return Column(
        slot=slot,
        is_next=is_next,
        is_over=slot.end_at <= now,
        is_held=_is_held(slot, now),
        cut_off=_cut_off(slot, called.zone, now),
        cut_off_soon=_in(slot.cut_off_at, now) if soon else "",
        load=_load(points, slot),
        meter=coaches(points, capacity=_room(slot, points)),
        verdict=verdict,
        lit={"is-clear": "free", "is-waiting": "cost", "is-blocked": "no"}[verdict.look] if chance and verdict else "",
        place=_place(board, chance, verdict) if chance and chance.would_do else None,
        is_frozen=slot.pk in frozen and frozen[slot.pk].is_hard,
    )


def _is_held(slot: Slot, now: datetime) -> bool:
    """Whether it would go, were its train not held."""
    waits = slot.kind == Slot.Kind.REGULAR and slot.skipped_at is None and slot.end_at > now
    return waits and slot.train.held_at is not None


def _room(slot: Slot, points: list[tuple[int, bool]]) -> int:
    """History is never over: what departed had its room."""
    return sum(size for size, _large in points) if slot.kind == Slot.Kind.PAST else slot.capacity


def _cut_off(slot: Slot, zone: ZoneInfo, now: datetime) -> str:
    if slot.kind == Slot.Kind.PAST:
        return _("imported history")
    if slot.skipped_at is not None:
        return _("skipped")
    if slot.closed_at is not None:
        return _closed(slot.closed_at, zone, now)
    if slot.kind == Slot.Kind.HOTFIX:
        return _("hotfix: bumps nobody")
    if slot.cut_off_at <= now:
        return _("cut-off waits") if slot.train.held_at and slot.end_at > now else _("cut-off passed")
    local = slot.cut_off_at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return _("cut-off %(when)s") % {"when": f"{local:%H:%M}"}
    near = slot.start_at - slot.cut_off_at < timedelta(days=6)
    when = weekday_and_clock(slot.cut_off_at, zone) if near else moment(slot.cut_off_at, zone)
    return _("cut-off %(when)s") % {"when": when}


def _closed(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return _("closed %(when)s") % {"when": f"{local:%H:%M}"}
    return _("closed %(when)s") % {"when": weekday_and_clock(at, zone)}


def _in(instant: datetime, now: datetime) -> str:
    minutes = int((instant - now).total_seconds() // 60)
    if minutes >= 600:
        return _("in %(hours)s h") % {"hours": minutes // 60}
    return _("in %(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _load(points: list[tuple[int, bool]], slot: Slot) -> str:
    large = sum(is_large for _points, is_large in points)
    if slot.kind == Slot.Kind.PAST:
        return ngettext("%(count)s release", "%(count)s releases", len(points)) % {"count": len(points)}
    words = _("%(taken)s of %(capacity)s") % {"taken": sum(size for size, _l in points), "capacity": slot.capacity}
    return f"{words} · {large} L" if large else words


def _worst_news(board: Board, slot: Slot, called: Names, frozen: Frozen | None, now: datetime) -> Verdict | None:
    """Without a chosen card the header says the slot's worst news, or nothing."""
    if slot.skipped_at is not None:
        return Verdict(look="is-blocked", icon="frozen", text=_skipped(slot))
    aboard = [booking for booking in board.bookings if booking.slot_id == slot.pk]
    silent = [one for one in aboard if not one.ran or one.ran["kind"] != Outcome.Kind.DEPARTED]
    if slot.kind != Slot.Kind.PAST and slot.end_at <= now and silent:
        said = ngettext("%(count)s without anybody's word", "%(count)s without anybody's word", len(silent))
        return Verdict(look="is-blocked", icon="blocked", text=said % {"count": len(silent)})
    if frozen and frozen.is_hard:
        return Verdict(look="is-blocked", icon="frozen", text=frozen.words(called.zone))
    for rider in (booking.release_id for booking in aboard):
        if found := board.against.get(rider):
            return Verdict(look="is-blocked", icon="blocked", text=sentence(found[0], of=rider, names=called))
    if frozen:
        return Verdict(look="is-waiting", icon="cost", text=frozen.words(called.zone))
    return _asked(board, slot)


def _skipped(slot: Slot) -> str:
    return _("skipped by %(who)s: %(reason)s") % {"who": slot.skipped_by.name, "reason": slot.skipped_because}


def _asked(board: Board, slot: Slot) -> Verdict | None:
    asking = [request.release.code for request in board.asking if request.slot_id == slot.pk]
    if not asking:
        return None
    text = ngettext("%(codes)s asks", "%(codes)s ask", len(asking)) % {"codes": ", ".join(asking[:3])}
    return Verdict(look="is-waiting", icon="waiting", text=text)


def _chance(board: Board, chance: Chance, called: Names) -> Verdict:
    """With a chosen card it says what would happen to it here."""
    if chance.refusal:
        text = {
            "slot-departed": _("has departed"),
            "slot-skipped": _("skipped"),
            "has-departed": _("it has departed"),
            "needs-a-word": _("its own departure has begun"),
            "before-earliest": _("before its earliest date"),
        }[chance.refusal]
        return Verdict(look="is-blocked", icon="blocked", text=text)
    if _is_here(board, chance):
        return Verdict(look="is-clear", icon="clear", text=_("rides here"))
    if chance.standing:
        text = sentence(chance.standing[0], of=board.chosen.pk, names=called)
        more = len(chance.standing) - 1
        text = _("%(sentence)s +%(more)s more") % {"sentence": text, "more": more} if more else text
        return Verdict(look="is-blocked", icon="blocked", text=text)
    meaning, icon = look(chance)
    return Verdict(look=meaning, icon=icon, text=cost(chance, zone=called.zone))


def _is_here(board: Board, chance: Chance) -> bool:
    place = board.picture.places.get(board.chosen.pk)
    return place is not None and place.slot == chance.slot


def _place(board: Board, chance: Chance, verdict: Verdict | None) -> Verdict | None:
    if verdict is None or _is_here(board, chance):
        return None
    booked = board.chosen.pk in board.picture.places
    words = _("Move %(code)s here") if booked else _("Board %(code)s here")
    return Verdict(look=verdict.look, icon="", text=words % {"code": board.chosen.code})


def in_view(board: Board, zone: ZoneInfo) -> str:
    """Return the days in view: "24 Nov – 12 Dec"."""
    days = [formats.date_format(slot.start_at.astimezone(zone), "j M") for slot in board.slots]
    return f"{days[0]} – {days[-1]}" if days else ""


def timetable_words(board: Board, reader: ZoneInfo) -> str:
    """Return when the train departs, read off the slots in view: "Tue and Thu 22:00"; irregular ones say nothing.

    In the train's time, which is named where the reader's is another.
    """
    zone = ZoneInfo(board.train.zone)
    regular = [slot for slot in board.slots if slot.kind == Slot.Kind.REGULAR and not slot.is_extra]
    local = [slot.start_at.astimezone(zone) for slot in regular]
    clocks = {f"{start:%H:%M}" for start in local}
    days = {start.weekday(): formats.date_format(start, "D") for start in local}
    if len(clocks) != 1:
        return ""
    named = "" if reader.key == zone.key else f" {zone.key}"
    return f"{listed(days[day] for day in sorted(days))} {clocks.pop()}{named}"
