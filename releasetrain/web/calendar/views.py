"""The calendar's page, and its table to take along."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import path
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.agenda import Agenda, agenda
from releasetrain.boarding.stages import stages_of
from releasetrain.teams.models import Team
from releasetrain.trains.models import Train
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.calendar.asked import Asked, Show, read
from releasetrain.web.calendar.days import weeks
from releasetrain.web.calendar.table import as_csv, as_text, rows
from releasetrain.web.live.unchanged import followed, noted_stamp, unless_unchanged

SHOWS = ((Show.MONTH, _("Month")), (Show.WEEK, _("Week")), (Show.QUARTER, _("Quarter")))
FOLLOWED = 18  # trains that one page follows


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest) -> HttpResponse:
    """Show a month, a week or a quarter."""
    noted_stamp(request)  # before anything is read
    asked = read(request)
    template = "calendar/calendar.html#calendar" if request.htmx else "calendar/calendar.html"
    return render(request, template, page(request, asked))


@access(SIGNED_IN)
def table_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the table for a spreadsheet."""
    asked = read(request)
    return _file(as_csv(asked, seen(asked)), "text/csv", f"departures-{asked.first}-{asked.last}.csv")


@access(SIGNED_IN)
def table_text(request: HttpRequest) -> HttpResponse:
    """Show the table as plain text, to be pasted into mail."""
    asked = read(request)
    return _file(as_text(asked, seen(asked)), "text/plain")


def _file(text: str, kind: str, name: str = "") -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)


def seen(asked: Asked) -> Agenda:
    """Return what lies in the view."""
    low_load = asked.show is Show.WEEK
    return agenda(asked.window, now=asked.now, train=asked.train, team=asked.team, low_load=low_load)


def page(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what the page shows, in a constant number of queries."""
    trains, found = list(Train.objects.order_by("pk")), seen(asked)
    topics = [*(f"train:{one.pk}" for one in trains[:FOLLOWED]), "large", "setup"]
    shown = {
        "live": followed(request, topics, at=f"{resolve_url('web:calendar')}?{asked.query()}"),
        "asked": asked,
        "seen": found,
        "trains": trains,
        "teams": Team.objects.all(),
        "shows": [(one.value, words, asked.query(show=one.value)) for one, words in SHOWS],
        "links": _links(asked),
        "zone": request.user.zone,
        "now": asked.now,
    }
    return shown | (_as_table(asked, found) if asked.show is Show.QUARTER else _as_days(asked, found, len(trains)))


def _links(asked: Asked) -> dict[str, str]:
    """Where the page leads: before, after, today, and a day of the month's week."""
    return {
        "before": asked.before.query(),
        "after": asked.after.query(),
        "today": asked.query(on=""),
        "all": asked.query(train="", team=""),
        "here": asked.query(),
    }


def _as_table(asked: Asked, found: Agenda) -> dict[str, Any]:
    return {"rows": rows(asked, found)}


def _as_days(asked: Asked, found: Agenda, trains: int) -> dict[str, Any]:
    """The week tells the stages of who rides; the month has no room for riders."""
    riding = [one.pk for stop in found.stops for one in stop.releases]
    stages = stages_of(riding) if asked.show is Show.WEEK else {}
    return {"weeks": weeks(asked, found, trains=trains, stages=stages)}


urlpatterns = [
    path("calendar/", show, name="calendar"),
    path("calendar/table.csv", table_csv, name="calendar-csv"),
    path("calendar/table.txt", table_text, name="calendar-text"),
]
