"""The calendar as iCalendar (RFC 5545, with the refresh hints of RFC 7986), for programs that subscribe to it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText, vUri

from releasetrain.boarding.agenda import Agenda, Stop
from releasetrain.conflict_wording import moment
from releasetrain.releases.models import Release
from releasetrain.teams.models import Team
from releasetrain.trains.between import Changed
from releasetrain.trains.models import Slot, Train
from releasetrain.web.calendar.words import load, words_of

MAKER = "-//ReleaseTrain//Calendar//EN"
REFRESH = timedelta(hours=1)


def feed(seen: Agenda, changes: dict[int, Changed], *, now: datetime, train: Train | None, team: Team | None) -> bytes:
    """Return the departures as a calendar; times are in UTC, names of times in each train's zone."""
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _name(train, team))
    calendar.add("refresh-interval", vDuration(REFRESH, {"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for stop in seen.stops:
        calendar.add_component(_event(stop, changes[stop.slot.pk], team, now))
    return calendar.to_ical()


def _name(train: Train | None, team: Team | None) -> str:
    names = [one.name for one in (train, team) if one]
    return " · ".join(names) or _("Release trains")


def _event(stop: Stop, changed: Changed, team: Team | None, now: datetime) -> Event:
    slot, event = stop.slot, Event()
    event.add("uid", uid(slot))
    event.add("dtstamp", changed.last_at.astimezone(UTC))
    event.add("last-modified", changed.last_at.astimezone(UTC))
    event.add("sequence", changed.times)
    event.add("dtstart", slot.start_at.astimezone(UTC))
    event.add("dtend", slot.end_at.astimezone(UTC))
    event.add("summary", _summary(stop, team, now))
    event.add("description", "\n".join(_description(stop, team, now)))
    event.add("url", vUri(settings.BASE_URL + reverse("web:slot", args=[slot.pk])))
    event.add("status", _status(stop, now))
    event.add("transp", "TRANSPARENT")  # nobody is busy because a train departs
    event.add("categories", [vText(slot.train.name)])
    return event


def uid(slot: Slot) -> str:
    """Return what the departure is called for ever: train, kind and local time (S1), whatever row it has."""
    return f"{slot.train_id}-{slot.kind}-{slot.occurrence}@{urlsplit(settings.BASE_URL).hostname or 'release-train'}"


def _status(stop: Stop, now: datetime) -> str:
    if stop.slot.skipped_at:
        return "CANCELLED"
    is_doubtful = stop.is_held(now) or any(one.freeze.is_hard for one in stop.frozen)
    return "TENTATIVE" if is_doubtful else "CONFIRMED"


def _summary(stop: Stop, team: Team | None, now: datetime) -> str:
    """Whoever follows a team is told its releases first; everybody what is wrong, in a word."""
    codes = ", ".join(one.code for one in _of(stop.releases, team)) if team else load(stop)
    wrong = ", ".join(word.text for word in words_of(stop, now))
    words = f"{stop.slot.train.name}: {codes}" if team else f"{stop.slot.train.name} {codes}"
    return f"{words} ({wrong})" if wrong else words


def _of(releases: Iterable[Release], team: Team | None) -> list[Release]:
    return [one for one in releases if team is None or one.team_id == team.pk]


def _description(stop: Stop, team: Team | None, now: datetime) -> Iterator[str]:
    slot = stop.slot
    zone = ZoneInfo(slot.train.zone)
    said = {"train": slot.train.name, "when": moment(slot.start_at, zone), "zone": zone.key}
    yield _("%(train)s departs %(when)s (%(zone)s).") % said
    if slot.kind != Slot.Kind.PAST:
        yield _("Cut-off %(when)s (%(zone)s).") % {"when": moment(slot.cut_off_at, zone), "zone": zone.key}
    yield load(stop)
    yield from (word.full for word in words_of(stop, now))
    yield from (f"{one.team.code} {one.code} {one.title} ({one.size})" for one in _of(stop.releases, team))
