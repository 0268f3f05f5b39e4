"""What the calendar says of a departure, a freeze and a hold: shape, word, and the reason behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.boarding.agenda import Hold, Stop
from releasetrain.conflict_wording import moment
from releasetrain.domain.windows import Window
from releasetrain.releases.models import Release
from releasetrain.trains.between import Frozen
from releasetrain.trains.models import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing to know of a departure: ``look`` a meaning or none, its shape, the word, and why."""

    text: str
    look: str = ""
    icon: str = ""
    why: str = ""

    @property
    def full(self) -> str:
        """The word with its reason."""
        return f"{self.text}: {self.why}" if self.why else self.text


def words_of(stop: Stop, now: datetime) -> list[Word]:
    """Return what is to know of a departure, the worst first; of one in good order nothing."""
    return [*_conflicts(stop), *_skipped(stop), *_held(stop, now), *_frozen(stop), *_closed(stop, now), *_kind(stop)]


def _conflicts(stop: Stop) -> Iterator[Word]:
    if found := len(stop.conflicts):
        text = ngettext("%(n)s conflict", "%(n)s conflicts", found) % {"n": found}
        codes = ", ".join(dict.fromkeys(one.code for one in stop.conflicts))
        yield Word(text=text, look="is-blocked", icon="blocked", why=codes)


def _skipped(stop: Stop) -> Iterator[Word]:
    slot = stop.slot
    if slot.skipped_at:
        yield Word(text=_("skipped"), icon="frozen", why=_because(slot.skipped_because, slot.skipped_by.name))


def _held(stop: Stop, now: datetime) -> Iterator[Word]:
    train = stop.slot.train
    if stop.is_held(now):
        why = _because(train.held_because, train.held_by.name)
        yield Word(text=_("held"), look="is-waiting", icon="hold", why=why)


def _because(reason: str, who: str) -> str:
    return _("%(reason)s (%(who)s)") % {"reason": reason, "who": who}


def _frozen(stop: Stop) -> Iterator[Word]:
    for one in stop.frozen:
        if one.freeze.is_hard:
            yield Word(text=_("frozen"), look="is-blocked", icon="frozen", why=one.freeze.name)
        else:
            yield Word(text=_("soft freeze"), look="is-waiting", icon="cost", why=one.freeze.name)


def _closed(stop: Stop, now: datetime) -> Iterator[Word]:
    if stop.slot.closed_because == Slot.Closing.MISSED:
        yield Word(text=_("missed"), look="is-blocked", icon="blocked", why=_("nobody had closed it"))
    elif stop.is_ahead(now) and stop.slot.closed_at:
        yield Word(text=_("closed"))


def _kind(stop: Stop) -> Iterator[Word]:
    if stop.slot.kind == Slot.Kind.HOTFIX:
        yield Word(text=_("hotfix"))


def load(stop: Stop) -> str:
    """Return how full it is: "6/10 · 1 L"; history tells how many rode."""
    if stop.slot.kind == Slot.Kind.PAST:
        return ngettext("%(n)s release", "%(n)s releases", len(stop.aboard)) % {"n": len(stop.aboard)}
    words = f"{stop.points}/{stop.slot.capacity}"
    return f"{words} · {len(stop.large)} L" if stop.large else words


def codes_by_team(releases: Iterable[Release]) -> list[tuple[str, str]]:
    """Return who rides, team by team in the company's own order: ("PAY", "RT-31, RT-40")."""
    found: dict[str, list[str]] = {}
    for one in sorted(releases, key=lambda one: (one.team.place, one.team_id, one.pk)):
        found.setdefault(one.team.code, []).append(one.code)
    return [(team, ", ".join(codes)) for team, codes in found.items()]


def freeze_words(one: Frozen, window: Window, zone: ZoneInfo) -> str:
    """Return what a freeze means from when to when, and why."""
    words = _("frozen from %(since)s to %(until)s: %(why)s")
    if not one.freeze.is_hard:
        words = _("softly frozen from %(since)s to %(until)s: %(why)s")
    said = {"since": moment(window.start, zone), "until": moment(window.end, zone), "why": one.freeze.reason}
    return words % said


def hold_words(hold: Hold, zone: ZoneInfo) -> str:
    """Return until when a large one holds."""
    said = {"release": str(hold.release), "until": moment(hold.window.end, zone)}
    return _("%(release)s holds until %(until)s") % said
