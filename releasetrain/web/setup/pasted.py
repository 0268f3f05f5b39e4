"""Many lines pasted at once, from a file or a spreadsheet: header row, then a line each."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from releasetrain import wording
from releasetrain.domain.errors import Refused

MOST_LINES = 2000
Row = dict[str, str]


@dataclass(slots=True, kw_only=True)
class Pasted:
    """What was understood, by line number (None: not), and what was not, with the reason."""

    lines: dict[int, Mapping[str, Any] | None] = field(default_factory=dict)
    bad: dict[int, str] = field(default_factory=dict)


class PasteForm(forms.Form):
    """The text as it was pasted."""

    lines = forms.CharField(max_length=1_000_000, widget=forms.Textarea({"class": "input csv", "spellcheck": "false"}))


def read(text: str, line: type[forms.Form]) -> Pasted:
    """Return the lines as ``line`` understands them; columns part at comma, semicolon or tab."""
    found = Pasted()
    try:
        rows = list(_rows(text.lstrip("\ufeff")))
    except csv.Error as error:
        found.bad[1] = _("This cannot be read as lines of columns: %(error)s.") % {"error": error}
        return found
    if reason := _bad_as_a_whole(rows, line):
        found.bad[1] = reason
        return found
    for number, row in rows:
        _take(found, number, row, line)
    return found


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """Yield line number and cells by column; cells beyond the header's stand under an empty name."""
    head = text.lstrip().split("\n", 1)[0]
    reader = csv.DictReader(StringIO(text), delimiter=max(",;\t", key=head.count), restkey="", restval="")
    for row in reader:
        beyond = "".join(row.pop("", ""))
        named = {name.strip().lower(): value for name, value in row.items()} | ({"": beyond} if beyond else {})
        if any(named.values()):
            yield reader.line_num, named


def _bad_as_a_whole(rows: list[tuple[int, Row]], line: type[forms.Form]) -> str:
    if not rows:
        return _("There is nothing but a header, or less.")
    if len(rows) > MOST_LINES:
        return _("At most %(most)s lines at once.") % {"most": MOST_LINES}
    named, fields = rows[0][1].keys() - {""}, line.base_fields
    if unknown := sorted(named - fields.keys()):
        known = ", ".join(fields)
        return _("There is no column “%(name)s”; the columns are %(known)s.") % {"name": unknown[0], "known": known}
    if missing := [name for name, known in fields.items() if known.required and name not in named]:
        return _("The column %(name)s is missing.") % {"name": missing[0]}
    return ""


def _take(found: Pasted, number: int, row: Row, line: type[forms.Form]) -> None:
    form = line(row)
    found.lines[number] = None
    if "" in row:
        found.bad[number] = _("It has more cells than the header has columns.")
    elif form.is_valid():
        found.lines[number] = form.cleaned_data
    else:
        found.bad[number] = " ".join(
            said if name == "__all__" else f"{name}: {said}" for name, errors in form.errors.items() for said in errors
        )


def refusals(error: Refused) -> dict[int, str]:
    """Return the reason by line number out of ``bad-lines``."""
    return {number: wording.refusal(one) for number, one in error.details["lines"].items()}
