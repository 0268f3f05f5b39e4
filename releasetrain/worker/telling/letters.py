"""Letters: what a mail says, made from notices in the reader's language and zone."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain import mail_wording as wording
from releasetrain.change_wording import Row
from releasetrain.change_wording import rows as changes
from releasetrain.conflict_wording import listed, moment
from releasetrain.domain.telling import Capacity, Sort
from releasetrain.notices.models import MailHabit, Notice
from releasetrain.teams.models import User

NAMED = 2  # releases that the subject of a digest names
MOST = 16  # things that a digest tells: under 30 kB, mailboxes cut longer mails off
CLIPPED, CLIPPED_IN_A_DIGEST = 1000, 120  # characters of a value that changed
SIDE_BY_SIDE = 36  # characters of a value that still stands beside the other in plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail without its envelope."""

    subject: str
    text: str
    html: str


@contextmanager
def as_read_by(person: User, habit: MailHabit) -> Iterator[ZoneInfo]:
    """Speak the person's language and show their times inside."""
    with translation.override(habit.language), timezone.override(person.zone):
        yield ZoneInfo(person.zone)


def letter(notice: Notice, zone: ZoneInfo) -> Letter:
    """Return the letter that tells one thing."""
    item = _item(notice, zone)
    why = _why(Capacity.read(notice.capacity))
    return _written("notice", wording.subject(notice.event, notice.facts, zone), {"item": item, "why": why})


def digest(notices: Sequence[Notice], on: date, zone: ZoneInfo) -> Letter:
    """Return the letter that tells a day's things, release by release."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for notice in notices[:MOST]:
        item = _item(notice, zone, clip=CLIPPED_IN_A_DIGEST)
        groups.setdefault(item["about"], []).append(item)
    count = ngettext("%(n)s change", "%(n)s changes", len(notices)) % {"n": len(notices)}
    said = {"day": date_format(on, "D j M"), "count": count, "about": _some(list(groups))}
    subject = " ".join((_("%(day)s: %(count)s of %(about)s") % said).split())
    more = max(0, len(notices) - MOST)
    context = {"groups": list(groups.items()), "why": _("This comes once a day."), "more": more}
    return _written("digest", subject, context)


def _some(names: list[str]) -> str:
    """The first names, and how many more."""
    more = len(names) - NAMED
    if more < 2:
        return listed(names)
    return _("%(names)s and %(more)s more") % {"names": ", ".join(names[:NAMED]), "more": more}


def _item(notice: Notice, zone: ZoneInfo, *, clip: int = CLIPPED) -> dict[str, Any]:
    facts, capacity = notice.facts, Capacity.read(notice.capacity)
    rows = [_clipped(row, clip) for row in changes(notice.event, facts, zone)]
    return {
        "about": wording.called(facts) or _about(facts),
        "first": wording.first(notice.event, facts, zone),
        "meanings": wording.meanings(notice.event, facts, capacity, zone),
        "rows": rows,
        "lines": list(_aligned(rows)),
        "at": moment(notice.at, zone),
        "href": _address(facts),
    }


def _about(facts: dict[str, Any]) -> str:
    if facts.get("change"):
        return _("Schema change %(change)s") % {"change": facts["change"]}
    return _("Train %(train)s") % {"train": facts["train"]} if facts.get("train") else _("Set-up")


def _clipped(row: Row, most: int) -> Row:
    return replace(row, old=Truncator(row.old).chars(most), new=Truncator(row.new).chars(most))


def _address(facts: dict[str, Any]) -> str:
    if "release" in facts:
        return settings.BASE_URL + reverse("web:release", args=[facts["release"]])
    if "slot_id" in facts:
        return settings.BASE_URL + reverse("web:slot", args=[facts["slot_id"]])
    if "change" in facts:
        return settings.BASE_URL + reverse("web:changes")
    if "slug" in facts:
        return settings.BASE_URL + reverse("web:board", args=[facts["slug"]])
    return settings.BASE_URL + reverse("web:setup")


def _why(capacity: Capacity) -> str:
    reasons = {
        Sort.TEAM: _("You are told because it is your team's."),
        Sort.ROLE: _("You are told because of your role."),
        Sort.NEEDS: _("You are told because a release of your team needs it."),
    }
    return reasons[capacity.sort]


def _aligned(rows: Iterable[Row]) -> Iterator[str]:
    """Yield old and new in columns, for a mail without a table; long values stand below each other."""
    known = list(rows)
    whats, olds = (max((len(text) for text in column), default=0) for column in _columns(known))
    for row in known:
        if max(len(row.old), len(row.new)) <= SIDE_BY_SIDE and "\n" not in row.old + row.new:
            yield f"  {row.what:<{whats}}  {row.old:<{olds}}  ->  {row.new}"
        else:
            yield from (f"  {row.what}", f"    - {_indented(row.old)}", f"    + {_indented(row.new)}")


def _columns(rows: list[Row]) -> tuple[list[str], list[str]]:
    return [row.what for row in rows], [row.old for row in rows if len(row.old) <= SIDE_BY_SIDE]


def _indented(text: str) -> str:
    return text.replace("\n", "\n      ")


def _written(name: str, subject: str, context: dict[str, Any]) -> Letter:
    known = {
        **context,
        "subject": subject,
        "language": translation.get_language(),
        "choose": settings.BASE_URL + reverse("web:notices"),
    }
    text = render_to_string(f"emails/{name}.txt", known)
    return Letter(subject=subject, text=text, html=render_to_string(f"emails/{name}.html", known))
