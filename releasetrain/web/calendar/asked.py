"""What is asked of the calendar: how much of it, around which day, of which train and team."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import formats, timezone
from django.utils.http import urlencode

from releasetrain.domain.timetable import to_instant
from releasetrain.domain.windows import Window
from releasetrain.releases.models import Release
from releasetrain.teams.models import Team
from releasetrain.trains.models import Train
from releasetrain.web import typed

DAY = timedelta(days=1)
WEEK = 7 * DAY


class Show(StrEnum):
    """How much is shown."""

    MONTH = "month"
    WEEK = "week"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One view: ``on`` lies in it; days are the reader's. ``train`` and ``team``: None for all."""

    show: Show
    on: date
    zone: ZoneInfo
    now: datetime
    train: Train | None = None
    team: Team | None = None

    @property
    def today(self) -> date:
        """The day it is where the reader is."""
        return self.now.astimezone(self.zone).date()

    @property
    def first(self) -> date:
        """The first day that is meant."""
        match self.show:
            case Show.WEEK:
                return monday(self.on)
            case Show.MONTH:
                return self.on.replace(day=1)
        return date(self.on.year, (self.on.month - 1) // 3 * 3 + 1, 1)

    @property
    def last(self) -> date:
        """The last day that is meant."""
        return self.first + WEEK - DAY if self.show is Show.WEEK else self._months_on() - DAY

    def _months_on(self) -> date:
        months = self.first.year * 12 + self.first.month - 1 + (3 if self.show is Show.QUARTER else 1)
        return date(months // 12, months % 12 + 1, 1)

    @property
    def days(self) -> Iterator[date]:
        """The days that are drawn: whole weeks, but for the quarter."""
        first, last = self.first, self.last
        if self.show is Show.MONTH:
            first, last = monday(first), monday(last) + WEEK - DAY
        return (first + number * DAY for number in range((last - first).days + 1))

    @property
    def window(self) -> Window:
        """The time that is drawn."""
        days = list(self.days)
        return Window(midnight(days[0], self.zone), midnight(days[-1] + DAY, self.zone))

    @property
    def before(self) -> "Asked":
        """The view before."""
        return replace(self, on=self.first - DAY)

    @property
    def after(self) -> "Asked":
        """The view after."""
        return replace(self, on=self.last + DAY)

    @property
    def is_now(self) -> bool:
        """Whether today is in it."""
        return self.first <= self.today <= self.last

    @property
    def title(self) -> str:
        """What it is called: "November 2031", "24 – 30 Nov 2031", "October – December 2031"."""
        first, last = self.first, self.last
        if self.show is Show.MONTH:
            return formats.date_format(first, "F Y")
        if self.show is Show.QUARTER:
            return f"{formats.date_format(first, 'F')} – {formats.date_format(last, 'F Y')}"
        form = "j" if first.month == last.month else "j M" if first.year == last.year else "j M Y"
        return f"{formats.date_format(first, form)} – {formats.date_format(last, 'j M Y')}"

    def of_team(self, releases: Iterable[Release]) -> list[Release]:
        """Return those of the team that is asked for; of all teams all."""
        return [one for one in releases if self.team is None or one.team_id == self.team.pk]

    def query(self, **said: Any) -> str:
        """Return the address's query for this view, or for one that differs in ``said``; what is usual is left out."""
        words = {"show": self.show.value, "on": self.on.isoformat(), **filters(self.train, self.team), **said}
        return urlencode({name: value for name, value in words.items() if value})


def filters(train: Train | None, team: Team | None) -> dict[str, str]:
    """Return train and team as addresses name them."""
    return {"train": train.slug if train else "", "team": team.code if team else ""}


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins."""
    return to_instant(datetime.combine(day, time()), zone)


def monday(day: date) -> date:
    """Return the first day of its week."""
    return day - day.weekday() * DAY


def read(request: HttpRequest) -> Asked:
    """Return what the address asks for: nonsense is this month; a train or team that is not there is a 404."""
    said, now, zone = request.GET, timezone.now(), ZoneInfo(request.user.zone)
    show = Show(said["show"]) if said.get("show") in set(Show) else Show.MONTH
    on = typed.day(said.get("on")) or now.astimezone(zone).date()
    train, team = narrowed(said)
    return Asked(show=show, on=on, zone=zone, now=now, train=train, team=team)


def narrowed(said: QueryDict) -> tuple[Train | None, Team | None]:
    """Return the train and the team that an address names, None for all, or raise 404."""
    slug, code = said.get("train"), said.get("team")
    train = get_object_or_404(Train, slug=slug) if slug else None
    return train, get_object_or_404(Team, code=code) if code else None
