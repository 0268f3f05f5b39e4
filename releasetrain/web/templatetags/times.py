"""Times as people read them: in the reader's zone, "22:00", "Tue 24 Nov", "4 h 56 min"."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from releasetrain.work_wording import span

register = template.Library()

register.filter("span", span)


@register.filter
def clock_in(instant: datetime, zone: str | tzinfo) -> str:
    """Return "22:00" where the reader is."""
    return f"{_local(instant, zone):%H:%M}"


@register.filter
def day_in(instant: datetime | date, zone: str | tzinfo) -> str:
    """Return "Tue 24 Nov" where the reader is; a plain date is the same everywhere."""
    on = _local(instant, zone) if isinstance(instant, datetime) else instant
    return date_format(on, "D j M")


@register.filter
def moment_in(instant: datetime, zone: str | tzinfo) -> str:
    """Return "Tue 24 Nov 22:00" where the reader is."""
    return f"{day_in(instant, zone)} {clock_in(instant, zone)}"


@register.filter
def short_day(on: date) -> str:
    """Return "24 Nov"."""
    return date_format(on, "j M")


@register.simple_tag
def when(
    instant: datetime, zone: str | tzinfo, train_zone: str | tzinfo = "", form: str = "moment", css: str = ""
) -> SafeString:
    """Return a <time> in the reader's zone, with the time in the train's zone as its title.

    ``form``: moment, day or clock.
    """
    words = {"moment": moment_in, "day": day_in, "clock": clock_in}[form](instant, zone)
    there = train_zone or zone
    title = f"{date_format(_local(instant, there), 'D j M Y H:i')} {there}"
    machine = instant.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time{} datetime="{}" title="{}">{}</time>', _class(css), machine, title, words)


def _class(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else SafeString("")


def _local(instant: datetime, zone: str | tzinfo) -> datetime:
    return instant.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
