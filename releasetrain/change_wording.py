"""What changed, old and new side by side, in the reader's language and zone. Values come in, words go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.recurrence import EVER, WEEKDAYS
from releasetrain.log_wording import FIELDS
from releasetrain.mail_wording import Facts, when
from releasetrain.timetable_wording import Entry, in_words

TRAIN_FIELDS: Mapping[str, Promise] = {
    "name": gettext_lazy("the name"),
    "slug": gettext_lazy("the address"),
    "zone": gettext_lazy("the time zone"),
    "horizon_days": gettext_lazy("days ahead"),
    "capacity": gettext_lazy("capacity"),
    "reserve": gettext_lazy("points that plans keep free"),
    "points_small": gettext_lazy("points of a small one"),
    "points_medium": gettext_lazy("points of a medium one"),
    "points_large": gettext_lazy("points of a large one"),
    "soak_small_hours": gettext_lazy("soak of a small one, h"),
    "soak_medium_hours": gettext_lazy("soak of a medium one, h"),
    "soak_large_hours": gettext_lazy("soak of a large one, h"),
    "cut_off_days": gettext_lazy("cut-off, days before"),
    "cut_off_time": gettext_lazy("cut-off, at"),
    "large_mode": gettext_lazy("what a large one rides with"),
    "timetable": gettext_lazy("the timetable"),
}
MODES: Mapping[str, Promise] = {
    "alone": gettext_lazy("a large one rides alone"),
    "apart": gettext_lazy("a large one shares no service or table"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What changed: its name, the value before and the value now, in words."""

    what: str
    old: str
    new: str


def rows(event: str, facts: Facts, zone: ZoneInfo) -> list[Row]:
    """Return what changed, old and new side by side."""
    if event.startswith("booking."):
        waits = _("waits") if event == "booking.made" or not facts.get("asks") else _("asks for %(slot)s")
        old, new = when(facts.get("old"), zone), when(facts.get("slot"), zone)
        return [Row(what=_("departure"), old=old or waits, new=new or waits % {"slot": when(facts.get("asks"), zone)})]
    if facts.get("gone"):
        start = when(facts["slot"], zone)
        return [Row(what=one["release"], old=start, new=when(one["slot"], zone) or _("waits")) for one in facts["gone"]]
    if facts.get("was"):
        return _waiver_rows(facts, zone)
    return [_row(*one) for one in facts.get("changes") or ()]


def _waiver_rows(facts: Facts, zone: ZoneInfo) -> list[Row]:
    was, now = facts["was"], facts["waived"][0]
    ends = [when(one["until"], zone) or _("without an end") for one in (was, now)]
    found = [
        Row(what=_("until"), old=ends[0], new=ends[1]),
        Row(what=_("reason"), old=was["reason"], new=now["reason"]),
    ]
    return [row for row in found if row.old != row.new]


def _row(name: str, old: Any, new: Any) -> Row:
    what = FIELDS.get(name) or TRAIN_FIELDS.get(name) or name
    return Row(what=str(what), old=_value(name, old), new=_value(name, new))


def _value(name: str, value: Any) -> str:
    if name == "timetable":
        return in_words(map(_entry, value)) or _("none")
    if name in ("earliest", "due") and value:
        return formats.date_format(date.fromisoformat(value), "D j M")
    if name == "large_mode":
        return str(MODES.get(value, value))
    if name == "cut_off_time":
        return str(value)[:5]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _("none")
    return _("none") if value in (None, "") else str(value)


def _entry(told: list[Any]) -> Entry:
    """An entry as the event carries it; before rules it carried a weekday."""
    if isinstance(told[0], int):
        return f"FREQ=WEEKLY;BYDAY={WEEKDAYS[told[0]]}", told[1], EVER
    rule, at, _minutes, first_on = told
    return rule, at, date.fromisoformat(first_on)
