"""Go or no-go: one row per condition (D1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.conflict_wording import moment
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.picture import Picture
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.trains.models import Freeze, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One row of go / no-go; ``is_no_go``: alone it says no."""

    look: str
    name: str
    words: str
    who: str = ""
    is_no_go: bool = False


def rows(
    slot: Slot, aboard: list[Any], standing: list[Conflict], found: list[Conflict], *, picture: Picture, zone: ZoneInfo
) -> list[Condition]:
    """Return the rows of a departure, the worst kinds first."""
    now = picture.now
    if slot.kind == Slot.Kind.PAST:
        return []
    return [
        *_skipped(slot, zone),
        _conflicts(standing, found),
        _hold(slot, zone, now),
        _freeze(slot, aboard, standing, picture),
        *([_room(slot, aboard), _cut_off(slot, zone, now)] if slot.skipped_at is None else ()),
        *_reviews(aboard, slot, now),
        *_reports(aboard, slot, now),
    ]


def _skipped(slot: Slot, zone: ZoneInfo) -> list[Condition]:
    if slot.skipped_at is None:
        return []
    said = {"day": moment(slot.skipped_at, zone), "reason": slot.skipped_because}
    words = _("does not take place, since %(day)s: “%(reason)s”") % said
    return [
        Condition(look="is-blocked", name=_("Skipped"), words=words, who=_name(slot.skipped_by), is_no_go=True),
    ]


def _conflicts(standing: list[Conflict], found: list[Conflict]) -> Condition:
    count, waived = len(standing), len(found) - len(standing)
    words = ngettext("%(n)s blocks", "%(n)s block", count) % {"n": count} if standing else _("none blocks")
    words += _(", %(waived)s waived") % {"waived": waived} if waived else ""
    look = "is-blocked" if standing else "is-clear"
    return Condition(look=look, name=_("Conflicts"), words=words, is_no_go=bool(standing))


def _hold(slot: Slot, zone: ZoneInfo, now: datetime) -> Condition:
    train = slot.train
    if train.held_at is None or slot.end_at <= now:
        return Condition(look="is-clear", name=_("Hold"), words=_("not held"))
    if slot.kind == Slot.Kind.HOTFIX:
        words = _("the train is held, a hotfix goes all the same")
        return Condition(look="is-clear", name=_("Hold"), words=words, who=_name(train.held_by))
    words = _("held since %(since)s: “%(reason)s”") % {
        "since": moment(train.held_at, zone),
        "reason": train.held_because,
    }
    return Condition(look="is-blocked", name=_("Hold"), words=words, who=_name(train.held_by), is_no_go=True)


def _name(person: Any) -> str:
    return person.name if person else ""


def _freeze(slot: Slot, aboard: list[Any], standing: list[Conflict], picture: Picture) -> Condition:
    """Freezes that meet the departure: of the whole train, or of somebody aboard."""
    met = [one for one in picture.world.freezes if _meets(one, slot, aboard, picture)]
    if not met:
        return Condition(look="is-clear", name=_("Freeze"), words=_("none"))
    said = {one.pk: one for one in Freeze.objects.filter(pk__in=[one.id for one in met])}
    hard = {one.id for one in met if one.is_hard}
    words = [_hard_or_soft(one.pk in hard) % {"name": one.name, "reason": one.reason} for one in said.values()]
    blocks = any(one.code == "frozen" for one in standing) or bool(hard and not aboard)
    return Condition(look="is-blocked" if blocks else "is-waiting", name=_("Freeze"), words="; ".join(words))


def _hard_or_soft(is_hard: bool) -> str:
    return _("hard, %(name)s: “%(reason)s”") if is_hard else _("soft, %(name)s: “%(reason)s”")


def _meets(freeze: FreezeFacts, slot: Slot, aboard: list[Any], picture: Picture) -> bool:
    if not freeze.meets(picture.departures[slot.pk].slot.departs):
        return False
    if freeze.is_for_all_of_a_train:
        return freeze.concerns(train=slot.train_id, services=frozenset(), team=0)
    return any(
        freeze.concerns(train=slot.train_id, services=frozenset(one.services), team=one.release.team_id)
        for one in aboard
    )


def _room(slot: Slot, aboard: list[Any]) -> Condition:
    full = sum(slot.train.points_of(one.release.size) for one in aboard)
    words = _("%(full)s of %(capacity)s points") % {"full": full, "capacity": slot.capacity}
    return Condition(look="is-waiting" if full > slot.capacity else "is-clear", name=_("Room"), words=words)


def _cut_off(slot: Slot, zone: ZoneInfo, now: datetime) -> Condition:
    name, at = _("Cut-off"), {"at": moment(slot.closed_at or slot.cut_off_at, zone)}
    if slot.closed_because == Slot.Closing.MISSED:
        return Condition(look="is-waiting", name=name, words=_("closed only after its departure, %(at)s") % at)
    if slot.closed_at is not None:
        return Condition(look="is-clear", name=name, words=_("closed %(at)s") % at)
    if slot.kind == Slot.Kind.HOTFIX:
        return Condition(look="is-clear", name=name, words=_("none: a hotfix boards until it departs and bumps nobody"))
    if slot.cut_off_at > now:
        return Condition(look="is-waiting", name=name, words=_("open until %(at)s") % at)
    if slot.train.held_at is not None:
        return Condition(look="is-waiting", name=name, words=_("waits, because the train is held"))
    return Condition(look="is-clear", name=name, words=_("passed: nobody boards without a waiver"))


def _reviews(aboard: list[Any], slot: Slot, now: datetime) -> list[Condition]:
    """How many riders are cleared; open gates block from the cut-off on."""
    riders = [one for one in aboard if not one.ran]
    if not riders:
        return []
    waiting = sum(one.release.open_gates != [] for one in riders)
    look = "is-clear" if not waiting else "is-blocked" if slot.cut_off_at <= now else "is-waiting"
    words = _("%(n)s of %(all)s cleared") % {"n": len(riders) - waiting, "all": len(riders)}
    return [Condition(look=look, name=_("Reviews"), words=words)]


def _reports(aboard: list[Any], slot: Slot, now: datetime) -> list[Condition]:
    if slot.start_at > now:
        return []
    silent = sum(1 for one in aboard if not one.ran)
    words = ngettext("%(n)s release without a word", "%(n)s releases without a word", silent) % {"n": silent}
    look = "is-clear" if not silent else "is-blocked" if slot.end_at <= now else "is-waiting"
    return [Condition(look=look, name=_("Reported"), words=words if silent else _("all"))]
