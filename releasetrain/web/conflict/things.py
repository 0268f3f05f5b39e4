"""Side A of a conflict that is no release: a slot, a freeze, a table, a database, with its own ways out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.conflict_names import names
from releasetrain.conflict_wording import listed, moment, version_name
from releasetrain.domain.conflicts.values import Conflict, Side, SideKind
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.stages import ORDER, Stage
from releasetrain.releases.models import DataTable, Release
from releasetrain.schema.models import SchemaChange
from releasetrain.trains.models import Booking, Database, Freeze
from releasetrain.web.conflict.reading import Rows
from releasetrain.web.conflict.sides import Column, Fact, Part, Way, fact, ways_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a column is asked for."""

    rows: Rows
    side: Side
    against: tuple[Conflict, ...]
    person: Person
    zone: ZoneInfo


def thing_column(asked: Asked) -> Column:
    """Return the column of whatever is no release."""
    return COLUMNS[asked.side.kind](asked)


def _slot(asked: Asked) -> Column:
    rows, slot = asked.rows, asked.rows.slot
    aboard = Booking.objects.filter(slot=slot, left_at__isnull=True).select_related("release__team")
    riders = [one.release for one in aboard.order_by("booked_at", "pk") if one.release_id != rows.release.pk]
    taken = sum(slot.train.points_of(one.size) for one in riders)
    own = slot.train.points_of(rows.release.size)
    room = _("%(taken)s of %(capacity)s points, and %(own)s more with %(code)s") % {
        "taken": taken,
        "capacity": slot.capacity,
        "own": own,
        "code": rows.release.code,
    }
    facts = [fact(_("Train"), slot.train.name), fact(_("Room"), room)]
    facts += [fact(_("Cut-off"), moment(slot.closed_at or slot.cut_off_at, asked.zone))]
    facts += _held(asked)
    facts += [Fact(term=_("Riders"), parts=tuple(_rider(asked, one) for one in riders) or (Part(text=_("nobody")),))]
    deeds = [(reverse("web:slot", args=[slot.pk]), _("Open the departure"))]
    if any(one.code == "not-cleared" for one in asked.against):
        deeds.append((reverse("web:release", args=[rows.release.pk]) + "#h-gates", _("See its gates")))
    return Column(
        letter="A",
        does=_("the departure"),
        title=moment(slot.start_at, asked.zone),
        facts=tuple(facts),
        ways=tuple(_first_ways(asked, riders)),
        has_ways=bool(riders) and any(one.code in ("capacity", "team-limit") for one in asked.against),
        mover=_mover(asked, riders),
        deeds=tuple(deeds),
    )


def _held(asked: Asked) -> list[Fact]:
    train = asked.rows.slot.train
    if train.held_at is None:
        return []
    words = _("since %(since)s: %(because)s") % {
        "since": moment(train.held_at, asked.zone),
        "because": train.held_because,
    }
    return [fact(_("Held"), words)]


def _rider(asked: Asked, rider: Release) -> Part:
    points = asked.rows.slot.train.points_of(rider.size)
    named = {release for one in asked.against for release in _riders_in(one)}
    words = ngettext("%(rider)s (%(n)s point)", "%(rider)s (%(n)s points)", points) % {"rider": rider, "n": points}
    return Part(text=words, is_shared=rider.pk in named and any(one.code == "team-limit" for one in asked.against))


def _riders_in(conflict: Conflict) -> set[int]:
    return {int(one.removeprefix("release:")) for one in conflict.basis.facts if one.startswith("release:")}


def _first_ways(asked: Asked, riders: Iterable[Release]) -> Iterable[Way]:
    """Where each rider could go soonest, for those whom the reader may move."""
    for rider in riders:
        if rider.pk in asked.rows.found.ways and may(asked.person, Permission.BOOK, team=rider.team_id):
            yield from ways_of(asked.rows, rider.pk, asked.zone)[:1]


def _mover(asked: Asked, releases: Iterable[Release]) -> str:
    """Who may move those that the reader may not."""
    if all(may(asked.person, Permission.BOOK, team=one.team_id) for one in releases):
        return ""
    return _("Whoever is on its team may move a release, or a release manager.")


def _freeze(asked: Asked) -> Column:
    freeze = Freeze.objects.select_related("by").prefetch_related("suspensions").get(pk=asked.side.id)
    met = next((one for one in asked.rows.found.picture.world.freezes if one.id == freeze.pk), None)
    departs = asked.against[0].departs_at
    ends = min((window.end for window in met.windows if window.end > departs), default=None) if met else None
    off = [moment(one.until, asked.zone) for one in freeze.suspensions.all() if one.until > asked.rows.now]
    facts = [
        fact(_("Kind"), _("hard: nothing departs") if freeze.is_hard else _("soft: only what somebody puts there")),
        fact(_("Reason"), freeze.reason),
        fact(_("Until"), moment(ends, asked.zone) if ends else _("again and again")),
        fact(_("Suspended"), _("until %(until)s") % {"until": listed(off)} if off else _("no")),
        fact(_("Made by"), freeze.by.name if freeze.by else _("nobody here any more")),
    ]
    deeds = _link("web:setup-freeze", freeze.pk, _("Suspend or change it")) if _may_freeze(asked) else ()
    return Column(
        letter="A",
        does=_("a freeze"),
        title=freeze.name,
        facts=tuple(facts),
        has_ways=False,
        mover="" if deeds else _("A release manager may suspend it."),
        deeds=deeds,
    )


def _may_freeze(asked: Asked) -> bool:
    return may(asked.person, Permission.FREEZE)


def _link(name: str, id: int, words: str) -> tuple[tuple[str, str], ...]:
    """A link to a page that may not be there."""
    try:
        return ((reverse(name, args=[id]), words),)
    except NoReverseMatch:
        return ()


def _table(asked: Asked) -> Column:
    """A table with the changes that are named, where each of their stages rides, and how to move those."""
    table = DataTable.objects.get(pk=asked.side.id)
    ids = [_id(one, "change:") for conflict in asked.against for one in conflict.basis.facts if "change:" in one]
    changes = SchemaChange.objects.filter(pk__in=ids).prefetch_related("stages__release")
    facts = [fact(_("Database"), table.database)]
    for change in changes:
        facts.append(fact(_("Change"), change.name))
        steps = sorted(change.stages.all(), key=lambda step: ORDER.index(Stage(step.stage)))
        facts += [fact(step.get_stage_display().capitalize(), _ride(asked, step.release)) for step in steps]
    called = names((), zone=asked.zone, picture=asked.rows.found.picture, conflicts=asked.against)
    versions = [version_name(one, called) for one in sorted(_facts(asked)) if one.startswith("version:")]
    facts += [fact(_("Versions"), *versions)] if versions else []
    carriers = [asked.rows.releases[one] for one in sorted(_parties(asked)) if one in asked.rows.releases]
    return Column(
        letter="A",
        does=_("a table"),
        title=table.name,
        facts=tuple(facts),
        ways=tuple(_first_ways(asked, carriers)),
        has_ways=bool(carriers),
        mover=_mover(asked, carriers),
    )


def _facts(asked: Asked) -> set[str]:
    return {one for conflict in asked.against for one in conflict.basis.facts}


def _parties(asked: Asked) -> set[int]:
    return {one for conflict in asked.against for one in conflict.parties}


def _id(of: str, prefix: str) -> int:
    return int(of.removeprefix(prefix))


def _ride(asked: Asked, release: Release) -> str:
    place = asked.rows.bookings.get(release.pk)
    where = moment(place.slot.start_at, asked.zone) if place else _("no slot yet")
    return f"{release}, {where}"


def _database(asked: Asked) -> Column:
    database = Database.objects.prefetch_related("low_load").get(pk=asked.side.id)
    windows = [
        _("%(days)s %(since)s to %(until)s")
        % {
            "days": listed(str(WEEKDAYS_ABBR[day]) for day in sorted(one.weekdays)),
            "since": f"{one.since:%H:%M}",
            "until": f"{one.until:%H:%M}",
        }
        for one in database.low_load.all()
    ]
    facts = (
        fact(_("Low load"), *(windows or [_("never said")])),
        fact(_("Its time"), database.zone),
    )
    return Column(letter="A", does=_("a database"), title=database.name, facts=facts, has_ways=False)


COLUMNS: Mapping[SideKind, Callable[[Asked], Column]] = {
    SideKind.SLOT: _slot,
    SideKind.FREEZE: _freeze,
    SideKind.TABLE: _table,
    SideKind.DATABASE: _database,
}
