"""Side A and side B of a conflict that are releases: what there is to know of each, and where it could go instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from releasetrain.boarding.stages import StageMark
from releasetrain.chance_wording import cost, look
from releasetrain.conflict_wording import day, days_and_hours, moment
from releasetrain.domain.chances import Chance
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.stages import ORDER, Stage
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Gate
from releasetrain.trains.models import Slot
from releasetrain.web.conflict.reading import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A word of a fact. ``is_shared``: the other side has it too; ``is_code``: a name as the database has it."""

    text: str
    is_shared: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of what there is to know: its term, and words with commas between."""

    term: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A slot that would do, what it costs in words, and the form that takes it."""

    release: int
    code: str
    slot: Slot
    words: str
    look: str
    icon: str
    is_best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A side as the template shows it. ``does``: what it has to do with the slot.

    ``mover``: who may move it, if not the reader; ``deeds``: links beside the ways, as (address, words).
    """

    letter: str
    does: str
    title: str
    facts: tuple[Fact, ...]
    release: Release | None = None
    stage: StageMark | None = None
    gates: str = ""
    ways: tuple[Way, ...] = ()
    has_ways: bool = True
    may_move: bool = False
    mover: str = ""
    may_edit: bool = False
    may_shrink: bool = False
    deeds: tuple[tuple[str, str], ...] = ()


def release_column(rows: Rows, id: int, other: int | None, *, letter: str, person: Person, zone: ZoneInfo) -> Column:
    """Return the column of a release; ``other``: the release that it stands against, if that is one."""
    release = rows.releases.get(id)
    if release is None:
        words = _("A draft of another team: only they see what it says.")
        return Column(letter=letter, does="", title=f"RT-{id}", facts=(fact(_("Title"), words),), has_ways=False)
    may_move = may(person, Permission.BOOK, team=release.team_id)
    mover = _("Whoever is on %(team)s may move it, or a release manager.") % {"team": release.team.name}
    return Column(
        letter=letter,
        does=_does(rows, id),
        title=release.title,
        release=release,
        stage=rows.stages.get(id),
        gates=gates_words(rows.gates.get(id, ())),
        facts=tuple(_facts(rows, release, other, zone)),
        ways=ways_of(rows, id, zone),
        may_move=may_move,
        mover="" if may_move else mover,
        may_edit=may(person, Permission.EDIT, team=release.team_id),
        may_shrink=release.size != Release.Size.SMALL,
    )


def _does(rows: Rows, id: int) -> str:
    """What it has to do with the slot that the page is about."""
    place, request = rows.bookings.get(id), rows.requests.get(id)
    if place is not None:
        return _("has the place") if place.slot_id == rows.slot.pk else _("rides another slot")
    if id == rows.release.pk:
        return _("asks for it") if request and request.slot_id == rows.slot.pk else _("would ride")
    return _("has no place")


def gates_words(gates: Iterable[Gate]) -> str:
    """Return "2 of 5 gates", empty where none is open."""
    known = list(gates)
    yes = sum(one.turn == Gate.Turn.NOBODY for one in known)
    return _("%(yes)s of %(all)s gates") % {"yes": yes, "all": len(known)} if yes < len(known) else ""


def fact(term: str, *words: str) -> Fact:
    """Return a fact of plain words."""
    return Fact(term=term, parts=tuple(Part(text=one) for one in words))


def _facts(rows: Rows, release: Release, other: int | None, zone: ZoneInfo) -> Iterable[Fact]:
    yield fact(_("Slot"), _place(rows, release.pk, zone))
    yield fact(_("Target"), day_of(release) or _("none"))
    shared_services, shared_tables = shared(rows, release.pk, other)
    yield _resources(_("Services"), release.services.all(), shared_services)
    yield _resources(_("Tables"), release.tables.all(), shared_tables, is_code=True)
    yield fact(_("Soak"), _soak(rows, release.pk, zone))
    yield fact(_("Behind it"), *_behind(release))


def day_of(release: Release) -> str:
    """Return the day on which it is due."""
    return formats.date_format(release.due, "D j M") if release.due else ""


def shared(rows: Rows, one: int, other: int | None) -> tuple[frozenset[int], frozenset[int]]:
    """Return the services and the tables that two releases have in common."""
    riders = rows.found.picture.riders
    if other is None or other == one or not {one, other} <= riders.keys():
        return frozenset(), frozenset()
    return riders[one].services & riders[other].services, riders[one].tables & riders[other].tables


def _resources(term: str, named: Iterable[Any], common: frozenset[int], *, is_code: bool = False) -> Fact:
    parts = tuple(Part(text=one.name, is_shared=one.pk in common, is_code=is_code) for one in named)
    return Fact(term=term, parts=parts or (Part(text=_("none")),))


def _place(rows: Rows, id: int, zone: ZoneInfo) -> str:
    """Where it rides since when and by whom, or since when it waits."""
    place, request = rows.bookings.get(id), rows.requests.get(id)
    if place is not None:
        words = {"slot": moment(place.slot.start_at, zone), "day": day(place.booked_at, zone)}
        if place.booked_by is None or place.by_itself:
            return _("%(slot)s, boarded %(day)s by itself") % words
        return _("%(slot)s, boarded %(day)s by %(by)s") % {**words, "by": place.booked_by.name}
    if request is None or request.asked_at is None:
        return _("none; it is a draft")
    words = {"day": day(request.asked_at, zone)}
    if request.made_by is None:
        return _("waits since %(day)s") % words
    return _("waits since %(day)s, asked by %(by)s") % {**words, "by": request.made_by.name}


def _soak(rows: Rows, id: int, zone: ZoneInfo) -> str:
    claim = rows.found.picture.claim(id)
    if claim is None:
        return _("begins with its departure")
    hours = (claim.holds.end - claim.ends_at) // timedelta(hours=1)
    words = {"time": days_and_hours(max(0, hours)), "until": moment(claim.holds.end, zone)}
    return _("%(time)s, until %(until)s") % words


def _behind(release: Release) -> list[str]:
    """Who needs it, and who carries the later stages of its changes."""
    found = {one.release_id: one.release for one in release.needed_by.all()}
    words = {id: f"{one.code} {one.title}" for id, one in sorted(found.items())}
    for mine in release.schema_stages.all():
        later = ORDER[ORDER.index(Stage(mine.stage)) + 1 :]
        for step in mine.change.stages.all():
            if Stage(step.stage) in later and step.release_id != release.pk:
                words[step.release_id] = f"{step.release.code} {step.get_stage_display()}"
    return list(words.values()) or [_("nothing")]


def ways_of(rows: Rows, id: int, zone: ZoneInfo) -> tuple[Way, ...]:
    """Return where it could go; the first that costs nothing is the one to take."""
    found = rows.found.ways.get(id, ())
    best = next((one for one in found if look(one)[0] == "is-clear"), found[0] if found else None)
    return tuple(way(rows, id, one, zone, is_best=one is best and id == rows.release.pk) for one in found)


def way(rows: Rows, id: int, one: Chance, zone: ZoneInfo, *, is_best: bool = False) -> Way:
    """Return one way out."""
    meaning, icon = look(one)
    return Way(
        release=id,
        code=f"RT-{id}",
        slot=rows.found.slots[one.slot],
        words=cost(one, zone=zone),
        look=meaning,
        icon=icon,
        is_best=is_best,
    )
