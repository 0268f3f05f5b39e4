"""The page of a conflict: both sides, what they share, the ways out, and the form to waive."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from releasetrain.boarding import afterwards, queries
from releasetrain.chance_wording import cost
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, day, moment, sentence, sides
from releasetrain.domain.conflicts.values import Conflict, Side, SideKind
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.waivers import speaks_for
from releasetrain.releases.models import Release
from releasetrain.rule_wording import SIDES, WORDS, headline
from releasetrain.web.conflict.holds import Drawing, drawing
from releasetrain.web.conflict.reading import Rows
from releasetrain.web.conflict.sides import Column, Fact, release_column, shared
from releasetrain.web.conflict.sides import fact as plain_fact
from releasetrain.web.conflict.things import Asked, thing_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed into the form to waive."""

    chosen: frozenset[str] = frozenset()
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A rule that stands between the two. ``why_not``: why the reader cannot waive it.

    ``is_elsewhere``: it stands with another side than the one that is shown.
    """

    conflict: Conflict
    says: str
    words: str
    waived: str
    is_elsewhere: bool = False
    why_not: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """What the two sides share."""

    does: str
    facts: tuple[Fact, ...]
    holds: Drawing | None = None
    rules: tuple[Line, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


def page(rows: Rows, side: Side, *, person: Person, zone: ZoneInfo, typed: Typed) -> dict[str, Any]:
    """Return what the template shows of what stands between the release and ``side``."""
    found, called = rows.found, names_of(rows, zone)
    against = found.against(side)
    own = release_column(rows, rows.release.pk, _other(rows, side), letter="B", person=person, zone=zone)
    other = _other_column(rows, side, against, person, zone)
    lines = [_line(one, rows, called, typed, is_elsewhere=one not in against) for one in found.standing]
    here = tuple(line for line in lines if line.conflict in against)
    return {
        "headline": headline(list(against), of=rows.release.pk, names=called),
        "under": _under(rows, against, zone),
        "blocks": any(one.blocks for one in against),
        "a": other,
        "b": own,
        "middle": _middle(rows, side, here, zone),
        "swap": side.id
        if side.kind is SideKind.RELEASE and side.id in found.swaps and _may_swap(rows, side, person)
        else None,
        "others": [(one, _named(one, called, rows, zone)) for one in found.blocking if one != side],
        "lines": [line for line in lines if line.conflict.blocks and line.waived],
        "never": [line for line in here if line.conflict.blocks and not line.waived],
        "may_waive": may(person, Permission.WAIVE),
        "may_plan": may(person, Permission.PLAN),
        "rides_here": _rides_here(rows),
        "typed": typed,
        "default_until": _default_until(rows, zone),
        "tally": _tally(against, rows.now),
        "key": uuid.uuid4(),
    }


def warnings(rows: Rows, zone: ZoneInfo) -> list[tuple[Side, str, str]]:
    """Return what is no hindrance and still worth knowing: its side, a sentence, the rule."""
    called, of = names_of(rows, zone), rows.release.pk
    return [(one.other_than(of), sentence(one, of=of, names=called), one.code) for one in rows.found.standing]


def names_of(rows: Rows, zone: ZoneInfo) -> Names:
    """Return what the sentences of this page call things."""
    told = rows.found.standing
    seen = Release.objects.filter(pk__in={rows.release.pk, *sides(told, SideKind.RELEASE), *rows.releases})
    return names(seen, zone=zone, picture=rows.found.picture, conflicts=told)


def _rides_here(rows: Rows) -> bool:
    """Whether the release holds a place in the slot of the page, or only asks for it."""
    own = rows.bookings.get(rows.release.pk)
    return own is not None and own.slot_id == rows.slot.pk


def _other(rows: Rows, side: Side) -> int | None:
    return side.id if side.kind is SideKind.RELEASE else None


def _other_column(rows: Rows, side: Side, against: tuple[Conflict, ...], person: Person, zone: ZoneInfo) -> Column:
    if side.kind is SideKind.RELEASE:
        return release_column(rows, side.id, rows.release.pk, letter="A", person=person, zone=zone)
    return thing_column(Asked(rows=rows, side=side, against=against, person=person, zone=zone))


def _line(conflict: Conflict, rows: Rows, called: Names, typed: Typed, *, is_elsewhere: bool) -> Line:
    words, own = WORDS[conflict.code], sorted(speaks_for(conflict) & rows.edited)
    why_not = _("You edited RT-%(release)s: somebody else must waive for it.") % {"release": own[0]} if own else ""
    return Line(
        conflict=conflict,
        says=str(words.says),
        words=sentence(conflict, of=rows.release.pk, names=called),
        waived=str(words.waived) if queries.is_waivable(conflict) else "",
        is_elsewhere=is_elsewhere,
        why_not=why_not,
        is_chosen=conflict.name in typed.chosen,
    )


def _under(rows: Rows, against: tuple[Conflict, ...], zone: ZoneInfo) -> str:
    """Who was first, and what happens if nobody decides."""
    own = rows.release
    ways = rows.found.ways.get(own.pk, ())
    words = {"own": own.code}
    first = (
        _("The first slot that would do for %(own)s is %(day)s: %(cost)s.")
        % {**words, "day": day(ways[0].departs_at, zone), "cost": cost(ways[0], zone=zone)}
        if ways
        else _("No other departure of this train would do for %(own)s within sight.") % words
    )
    if not any(one.blocks for one in against):
        return ""
    side = against[0].other_than(own.pk)
    place = rows.bookings.get(side.id) if side.kind is SideKind.RELEASE else None
    if place is not None and own.pk not in rows.bookings:
        keeps = _("RT-%(other)s was first (%(day)s) and keeps its place; %(own)s waits.")
        return f"{keeps % {**words, 'other': side.id, 'day': day(place.booked_at, zone)}} {first}"
    return first


def _may_swap(rows: Rows, side: Side, person: Person) -> bool:
    """Whether the two could change places, and the reader may move both."""
    if side.kind is not SideKind.RELEASE or side.id not in rows.found.swaps:
        return False
    both = [rows.releases.get(one) for one in (rows.release.pk, side.id)]
    return all(one is not None and may(person, Permission.BOOK, team=one.team_id) for one in both)


def _middle(rows: Rows, side: Side, lines: tuple[Line, ...], zone: ZoneInfo) -> Middle:
    slot = plain_fact(_("Slot"), moment(rows.slot.start_at, zone))
    if side.kind is not SideKind.RELEASE or side.id == rows.release.pk:
        return Middle(does=_("what stands between them"), facts=(slot,), rules=lines)
    services, tables = shared(rows, rows.release.pk, side.id)
    claims = rows.found.picture.claim(side.id), rows.found.picture.claim(rows.release.pk)
    holds = drawing(claims[0].holds, claims[1].holds, zone) if all(claims) else None
    together = claims[0] is not None and claims[0].slot.id == rows.slot.pk
    facts = [slot] if together else [plain_fact(_("Slot"), _("each its own"))]
    facts.append(plain_fact(_("Services"), *(_called(rows, "services", services) or [_("none")])))
    facts.append(plain_fact(_("Tables"), *(_called(rows, "tables", tables) or [_("none")])))
    facts += [plain_fact(_("Hold"), holds.share)] if holds else []
    does = _("would ride and soak side by side") if together else _("would soak side by side")
    return Middle(does=does if holds and holds.both else _("share this"), facts=tuple(facts), holds=holds, rules=lines)


def _called(rows: Rows, what: str, ids: frozenset[int]) -> list[str]:
    release = rows.releases[rows.release.pk]
    return [one.name for one in getattr(release, what).all() if one.pk in ids]


def _named(side: Side, called: Names, rows: Rows, zone: ZoneInfo) -> str:
    """What a link to another side says."""
    if side.kind is SideKind.RELEASE:
        return called.release(side.id).full
    if side.kind is SideKind.SLOT:
        return _("the slot of %(day)s") % {"day": day(rows.slot.start_at, zone)}
    return f"{SIDES[side.kind]}: {called.of(side.kind.value, side.id)}"


def _default_until(rows: Rows, zone: ZoneInfo) -> str:
    """The day of the later departure: a waiver is for this time unless somebody says otherwise."""
    last = max((one.departs_at for one in rows.found.standing), default=rows.slot.start_at)
    return last.astimezone(zone).date().isoformat()


def _tally(against: tuple[Conflict, ...], now: datetime) -> afterwards.Tally | None:
    """How such waivers of this year ended, of the rule that is told first."""
    code = next((one.code for one in against if queries.is_waivable(one)), None)
    if code is None:
        return None
    since = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return afterwards.tally(code, since=since, now=now)
