"""One sentence per conflict code, in the reader's language and zone. Values come in, words go out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.domain.conflicts.values import Conflict, Severity, SideKind
from releasetrain.domain.versions import Life
from releasetrain.review_wording import gate_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A release as a sentence needs it. ``holds_until`` None: it rides nowhere."""

    code: str
    title: str = ""
    is_large: bool = False
    holds_until: datetime | None = None

    @property
    def full(self) -> str:
        """Code and title."""
        return f"{self.code} {self.title}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What ids are called: releases, and by fact ("service:3") whatever else; and the reader's zone.

    ``freeze_ends``: until when each freeze lasts, as far as it is known; ``lives``: how long each version of a basis
    runs and can be rolled back to, if everything departs as it is booked.
    """

    zone: ZoneInfo
    releases: Mapping[int, Named] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    freeze_ends: Mapping[int, datetime] = field(default_factory=dict)
    lives: Mapping[str, Life] = field(default_factory=dict)

    def release(self, id: int) -> Named:
        """Return the release; one that is not known is called by its code."""
        return self.releases.get(id) or Named(code=f"RT-{id}")

    def of(self, kind: str, id: int) -> str:
        """Return what a thing is called; one that is not known by its number."""
        return self.resources.get(f"{kind}:{id}") or str(id)


def day(instant: datetime, zone: ZoneInfo) -> str:
    """Return "Tue 2 Dec" where the reader is."""
    return formats.date_format(instant.astimezone(zone), "D j M")


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Return "Tue 2 Dec 22:00" where the reader is."""
    return formats.date_format(instant.astimezone(zone), "D j M H:i")


def weekday_and_clock(instant: datetime, zone: ZoneInfo) -> str:
    """Return "Wed 18:00" where the reader is."""
    return formats.date_format(instant.astimezone(zone), "D H:i")


def sentence(conflict: Conflict, *, of: int, names: Names) -> str:
    """Return what stands against the release ``of``, in one sentence with the other side's name."""
    return SENTENCES[conflict.code](conflict, of, names)


def _other(conflict: Conflict, of: int, names: Names) -> Named:
    return names.release(conflict.other_than(of).id)


def _rides_alone(conflict: Conflict, of: int, names: Names) -> str:
    other, own = _other(conflict, of, names), names.release(of)
    if other.is_large:
        return _("%(other)s is large and rides alone.") % {"other": other.full}
    return _("%(own)s is large and rides alone; %(other)s is aboard.") % {"own": own.code, "other": other.full}


def _overlap(conflict: Conflict, of: int, names: Names) -> str:
    other = _other(conflict, of, names)
    shared = listed(names.resources.get(fact, "") for fact in sorted(conflict.basis.facts))
    known = {"other": other.full, "shared": shared}
    if other.holds_until is None:
        return _("%(other)s, also large, changes %(shared)s too.") % known if shared else _also_large(other)
    known["until"] = moment(other.holds_until, names.zone)
    if shared:
        return _("%(other)s, also large, changes %(shared)s too and soaks until %(until)s.") % known
    return _("%(other)s, also large, soaks until %(until)s.") % known


def _also_large(other: Named) -> str:
    return _("%(other)s is also large and changes the same.") % {"other": other.full}


def listed(words: Iterable[str]) -> str:
    """Return "a, b and c"; empty words are passed over."""
    found = [word for word in words if word]
    if len(found) < 2:
        return "".join(found)
    return _("%(first)s and %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]}


def _capacity(conflict: Conflict, of: int, names: Names) -> str:
    excess = conflict.basis.amounts["points"]
    return ngettext(
        "The slot is full: %(excess)s point too many.", "The slot is full: %(excess)s points too many.", excess
    ) % {"excess": excess}


def _team_limit(conflict: Conflict, of: int, names: Names) -> str:
    riders, excess = len(conflict.basis.facts), conflict.basis.amounts["releases"]
    return _("%(riders)s releases of one team in a slot, %(excess)s more than it watches over.") % {
        "riders": riders,
        "excess": excess,
    }


def _cut_off(conflict: Conflict, of: int, names: Names) -> str:
    return _("The door is shut: its cut-off has passed.")


def _not_cleared(conflict: Conflict, of: int, names: Names) -> str:
    gates = listed(gate_name(one.removeprefix("gate:")) for one in sorted(conflict.basis.facts))
    if conflict.severity is Severity.WARNS:
        return _("%(gates)s: open until now; what is not clear at the cut-off does not ride.") % {"gates": gates}
    return _("%(gates)s: open after the cut-off, so it does not depart.") % {"gates": gates}


def _frozen(conflict: Conflict, of: int, names: Names) -> str:
    named = {"freeze": names.of("freeze", conflict.b.id)}
    if (ends := names.freeze_ends.get(conflict.b.id)) is not None:
        named["until"] = moment(ends, names.zone)
    if conflict.severity is Severity.WARNS:
        soft = _("Softly frozen: %(freeze)s, until %(until)s.") if ends else _("Softly frozen: %(freeze)s.")
        return soft % named
    return (_("Frozen: %(freeze)s, until %(until)s.") if ends else _("Frozen: %(freeze)s.")) % named


def _held(conflict: Conflict, of: int, names: Names) -> str:
    if conflict.severity is Severity.WARNS:
        return _("The train is held: nothing departs before somebody restarts it.")
    return _("The train is held, so it does not depart.")


def _same_table(conflict: Conflict, of: int, names: Names) -> str:
    change = next(int(one.removeprefix("change:")) for one in conflict.basis.facts if one.startswith("change:"))
    words = {"table": names.of("table", conflict.b.id), "change": names.of("change", change)}
    if conflict.a.id != of:
        words["other"] = names.release(conflict.a.id).full
        return _("%(other)s touches %(table)s while “%(change)s” is under way.") % words
    return _("%(table)s is being changed: “%(change)s” is under way.") % words


def _stage(conflict: Conflict) -> str:
    stage = next(one.removeprefix("stage:") for one in conflict.basis.facts if one.startswith("stage:"))
    return str(STAGES[stage])


def _stage_order(conflict: Conflict, of: int, names: Names) -> str:
    if conflict.a == conflict.b:
        return _("It carries two stages of one change at once: %(stage)s ships alone.") % {"stage": _stage(conflict)}
    words = {"stage": _stage(conflict), "other": _other(conflict, of, names).full}
    return _("Out of order: %(stage)s departs after the stage before it has; %(other)s carries the other.") % words


def _soak(conflict: Conflict, of: int, names: Names) -> str:
    hours = conflict.basis.amounts["hours"]
    words = {"other": _other(conflict, of, names).full, "time": days_and_hours(hours)}
    return _("Too soon after the stage before: %(time)s of soak are missing; %(other)s carries the other.") % words


def days_and_hours(hours: int) -> str:
    """Return "2 days", "1 d 3 h"."""
    days, rest = divmod(hours, 24)
    if not rest:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return _("%(days)s d %(hours)s h") % {"days": days, "hours": rest} if days else _("%(hours)s h") % {"hours": rest}


def _dependency(conflict: Conflict, of: int, names: Names) -> str:
    on = next(int(one.removeprefix("needs:")) for one in conflict.basis.facts if one.startswith("needs:"))
    dependent = names.release(conflict.b.id if conflict.a.id == on else conflict.a.id)
    words = {"on": names.release(on).full, "own": dependent.code, "dependent": dependent.full}
    if "hours" in conflict.basis.amounts:
        words["time"] = days_and_hours(conflict.basis.amounts["hours"])
    how = next(one for one in conflict.basis.facts if ":" not in one)
    return (NEEDS if of != on else NEEDED)[how] % words


NEEDS = {
    "not-booked": gettext_lazy("It needs %(on)s, which has no place."),
    "broken": gettext_lazy("It needs %(on)s, which was rolled back."),
    "too-late": gettext_lazy("It needs %(on)s, which is %(time)s too late for it."),
}
NEEDED = {
    "not-booked": gettext_lazy("%(dependent)s needs it and has a place."),
    "broken": gettext_lazy("%(dependent)s needs it, and it was rolled back."),
    "too-late": gettext_lazy("%(dependent)s needs it %(time)s earlier."),
}


def _old_version(conflict: Conflict, of: int, names: Names) -> str:
    facts = [one for one in sorted(conflict.basis.facts) if one.startswith("version:")]
    found = listed(_life(one, names) for one in facts)
    words = {"versions": found, "table": names.of("table", conflict.b.id)}
    if conflict.severity is Severity.WARNS:
        return _("Its step on %(table)s would break %(versions)s.") % words
    return _("Its step on %(table)s breaks %(versions)s.") % words


def _life(fact: str, names: Names) -> str:
    """What a version is called, and until when it runs and can be rolled back to."""
    called, life = version_name(fact, names), names.lives.get(fact)
    if life is None:
        return called
    words = {"version": called}
    if life.runs_until is not None:
        words["runs"] = moment(life.runs_until, names.zone)
    if life.gone_at is not None:
        words["gone"] = moment(life.gone_at, names.zone)
    return _LIVES[life.runs, life.runs_until is not None, life.gone_at is not None] % words


def version_name(fact: str, names: Names) -> str:
    """Return what a version of a basis ("version:3:5.119") is called: its service and its name."""
    _kind, service, name = fact.split(":", 2)
    words = {"service": names.of("service", int(service)), "version": name}
    if not name:
        return _("%(service)s (not reported)") % words
    life = names.lives.get(fact)
    if life is not None and not life.is_known:
        return _("%(service)s %(version)s (class not said)") % words
    return _("%(service)s %(version)s") % words


# It runs, something booked supersedes it, it is known when it is gone.
_LIVES: Mapping[tuple[bool, bool, bool], Promise] = {
    (True, True, True): gettext_lazy("%(version)s, which runs until %(runs)s and may be rolled back to until %(gone)s"),
    (True, False, False): gettext_lazy("%(version)s, which runs until something booked replaces it"),
    (False, False, True): gettext_lazy("%(version)s, which may be rolled back to until %(gone)s"),
    (False, False, False): gettext_lazy("%(version)s, which may be rolled back to"),
}


def _unfinished(conflict: Conflict, of: int, names: Names) -> str:
    words = {"table": names.of("table", conflict.b.id)}
    if "not-verified" in conflict.basis.facts:
        return _("The backfill of %(table)s is not reported verified.") % words
    if "never" in conflict.basis.facts:
        return _("The backfill of %(table)s would go on for more than two years.") % words
    if "hours" not in conflict.basis.amounts:
        return _("Nobody can say when the backfill of %(table)s will be verified.") % words
    words["time"] = days_and_hours(conflict.basis.amounts["hours"])
    return _("The backfill of %(table)s will be verified %(time)s too late.") % words


def _peak_hours(conflict: Conflict, of: int, names: Names) -> str:
    minutes = conflict.basis.amounts["minutes"]
    words = {"database": names.of("database", conflict.b.id), "time": _minutes(minutes)}
    return _("Its heavy work runs %(time)s outside the hours of low load of %(database)s.") % words


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def _disk(conflict: Conflict, of: int, names: Names) -> str:
    over = formats.number_format(conflict.basis.amounts["bytes"] / 10**9, 1)
    words = {"database": names.of("database", conflict.b.id), "over": over}
    return _("At its peak the backfill needs %(over)s GB more than is free on %(database)s.") % words


STAGES = {
    "expand": gettext_lazy("expand"),
    "backfill": gettext_lazy("backfill"),
    "relax": gettext_lazy("relax"),
    "drop": gettext_lazy("drop"),
}
SENTENCES: Mapping[str, Callable[[Conflict, int, Names], str]] = {
    "large-rides-alone": _rides_alone,
    "large-overlap": _overlap,
    "capacity": _capacity,
    "team-limit": _team_limit,
    "cut-off": _cut_off,
    "not-cleared": _not_cleared,
    "frozen": _frozen,
    "held": _held,
    "same-table": _same_table,
    "stage-order": _stage_order,
    "soak": _soak,
    "dependency": _dependency,
    "old-version-running": _old_version,
    "backfill-unfinished": _unfinished,
    "peak-hours": _peak_hours,
    "disk-headroom": _disk,
}


def sides(conflicts: Iterable[Conflict], kind: SideKind) -> set[int]:
    """Return the ids of the sides of this kind, so that a door can look up their names."""
    return {side.id for conflict in conflicts for side in (conflict.a, conflict.b) if side.kind is kind}
