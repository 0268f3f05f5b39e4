"""One sentence per conflict code, in the reader's language and zone. Values come in, words go out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.domain.conflicts.values import Conflict, Severity, SideKind
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
    """What ids are called: releases, slots (their start), services and tables; and the reader's zone."""

    zone: ZoneInfo
    releases: Mapping[int, Named] = field(default_factory=dict)
    slots: Mapping[int, datetime] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)

    def release(self, id: int) -> Named:
        """Return the release; one that is not known is called by its code."""
        return self.releases.get(id) or Named(code=f"RT-{id}")


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


SENTENCES: Mapping[str, Callable[[Conflict, int, Names], str]] = {
    "large-rides-alone": _rides_alone,
    "large-overlap": _overlap,
    "capacity": _capacity,
    "team-limit": _team_limit,
    "cut-off": _cut_off,
    "not-cleared": _not_cleared,
}


def sides(conflicts: Iterable[Conflict], kind: SideKind) -> set[int]:
    """Return the ids of the sides of this kind, so that a door can look up their names."""
    return {side.id for conflict in conflicts for side in (conflict.a, conflict.b) if side.kind is kind}
