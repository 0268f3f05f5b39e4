"""The quarter as a table: for the page, as CSV, and as the plain text that people paste into mail."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from releasetrain.boarding.agenda import Agenda, Stop
from releasetrain.web.calendar.asked import Asked
from releasetrain.web.calendar.words import Word, codes_by_team, load, words_of

# What a spreadsheet would take for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A departure. ``riders``: codes by team; ``words``: freeze, hold, skip, conflicts."""

    stop: Stop
    load: str
    large: str
    words: list[Word]
    riders: list[tuple[str, str]]
    is_over: bool


def rows(asked: Asked, seen: Agenda) -> list[Row]:
    """Return a row per departure, in order of time."""
    return [_row(asked, stop) for stop in seen.stops]


def _row(asked: Asked, stop: Stop) -> Row:
    return Row(
        stop=stop,
        load=load(stop),
        large=", ".join(one.code for one in stop.large),
        words=words_of(stop, asked.now),
        riders=codes_by_team(asked.of_team(stop.releases)),
        is_over=not stop.is_ahead(asked.now),
    )


def header(asked: Asked) -> list[str]:
    """Return what the columns are called."""
    clock = _("Time (%(zone)s)") % {"zone": asked.zone.key}
    first = [_("Date"), _("Weekday"), clock, _("Train"), _("Cut-off"), _("Load")]
    return [*first, _("Large"), _("Notes"), _("Releases")]


def cells(asked: Asked, row: Row) -> list[str]:
    """Return a row in words; times are the reader's."""
    slot = row.stop.slot
    start, cut_off = slot.start_at.astimezone(asked.zone), slot.cut_off_at.astimezone(asked.zone)
    return [
        f"{start:%Y-%m-%d}",
        formats.date_format(start, "D"),
        f"{start:%H:%M}",
        slot.train.name,
        "" if slot.kind == "past" else f"{cut_off:%Y-%m-%d %H:%M}",
        _load(row.stop),
        row.large,
        "; ".join(word.full for word in row.words),
        "; ".join(f"{team}: {codes}" for team, codes in row.riders),
    ]


def _load(stop: Stop) -> str:
    """Not "6/10": a spreadsheet would take that for a day."""
    if stop.slot.kind == "past":
        return load(stop)
    return _("%(taken)s of %(capacity)s") % {"taken": stop.points, "capacity": stop.slot.capacity}


def as_csv(asked: Asked, seen: Agenda) -> str:
    """Return the table as CSV; no cell of it is ever taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(harmless, header(asked)))
    writer.writerows(map(harmless, cells(asked, row)) for row in rows(asked, seen))
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return a cell with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def as_text(asked: Asked, seen: Agenda) -> str:
    """Return the table in aligned columns, under a line that says what it is."""
    table = [header(asked), *([_plain(cell) for cell in cells(asked, row)] for row in rows(asked, seen))]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [_line(row, widths) for row in (table[0], rule, *table[1:])]
    body = lines if seen.stops else [_("No departures.")]
    return "\n".join((_title(asked), "", *body, ""))


def _title(asked: Asked) -> str:
    of = (asked.train and asked.train.name, asked.team and asked.team.name)
    return " · ".join((asked.title, *(name for name in of if name)))


def _plain(cell: str) -> str:
    """A name may hold a line break or a tab, which would break the columns."""
    return " ".join(cell.split())


def _line(row: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(_filled(row, widths)).rstrip()


def _filled(row: Iterable[str], widths: Iterable[int]) -> Iterator[str]:
    for cell, width in zip(row, widths, strict=True):
        yield cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """How many columns of a terminal the text takes: a Chinese sign takes two, a combining accent none."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )
