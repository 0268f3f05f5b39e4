"""Record what came of trying clients: the whole matrix as one form, or pasted lines."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain import wording
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.results import Tried, record_results
from releasetrain.reviews.models import Result
from releasetrain.reviews.queries.cases import cases
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.refusals import status_of
from releasetrain.web.releases.reading import visible
from releasetrain.web.reviews.matrix import Matrix, matrix_of
from releasetrain.web.reviews.matrix import Tried as Cell

NAMES = ("kind", "version", "link", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the form: a cell of the matrix, what was typed, and what is wrong with it."""

    name: str
    cell: Cell
    service: str
    typed: Mapping[str, str]
    error: str = ""


@access(SIGNED_IN)
def results(request: HttpRequest, number: int) -> HttpResponse:
    """Show the matrix as a form; on a post record the rows that say something, all or none."""
    found = get_object_or_404(visible(request), pk=number)
    (case,) = cases([number])
    matrix = matrix_of(case)
    if matrix is None:
        raise Http404
    if request.method != "POST":
        return render(request, "reviews/results.html", _page(found, matrix, {}))
    rows = _said(request, matrix)
    try:
        deed = {"by": request.user, "clock": timezone.now}
        key = typed.one_time_key(request.POST.get("key"), deed=request.path)
        record_results(release=number, results=[tried for _name, tried in rows], key=key, **deed)
    except Refused as refused:
        wrong = refused.details.get("row")
        errors = {rows[wrong][0]: wording.refusal(refused)} if wrong is not None else {}
        more = {"refusal": "" if errors else wording.refusal(refused), "pasted": request.POST.get("lines", "")}
        context = _page(found, matrix, request.POST.dict(), errors) | more
        return render(request, "reviews/results.html", context, status=status_of(refused))
    messages.success(request, _("The results of %(code)s are kept.") % {"code": found.code})
    return redirect("web:release", number)


def _page(
    found: Release, matrix: Matrix, typed_before: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> dict[str, Any]:
    wrong = errors or {}
    rows = [
        Row(
            name=name_of(cell),
            cell=cell,
            service=block.service,
            typed={one: typed_before.get(f"{name_of(cell)}-{one}", "") for one in NAMES},
            error=wrong.get(name_of(cell), ""),
        )
        for block in matrix.blocks
        for line in block.lines
        for cell in line.cells
        if cell is not None
    ]
    pasted_wrong = next((words for name, words in wrong.items() if name.startswith("line")), "")
    return {
        "release": found,
        "matrix": matrix,
        "rows": rows,
        "kinds": Result.Kind.choices,
        "pasted_error": pasted_wrong,
    }


def name_of(cell: Cell) -> str:
    """Return what the fields of a cell begin with."""
    return f"{cell.service or 0}-{cell.client.pk}"


def _said(request: HttpRequest, matrix: Matrix) -> list[tuple[str, Tried]]:
    """The rows that say something, then the pasted lines, each with the name of where it was typed."""
    said = []
    for cell in matrix.cells:
        values = {one: request.POST.get(f"{name_of(cell)}-{one}", "").strip() for one in NAMES}
        if any(values.values()):
            said.append((name_of(cell), Tried(service=cell.service, client=cell.client.pk, **values)))
    return said + _pasted(request.POST.get("lines", ""), matrix)


def _pasted(text: str, matrix: Matrix) -> list[tuple[str, Tried]]:
    """Lines of client, result, link or reason, version; with the service first where there are several."""
    names = {(block.service, cell.client.name): cell for block in matrix.blocks for cell in _cells(block.lines)}
    several = len(matrix.blocks) > 1
    found = []
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    for number, record in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
        words = [word.strip() for word in record]
        if not any(words):
            continue
        service = words.pop(0) if several else matrix.blocks[0].service
        client, kind, said, version = [*words, "", "", "", ""][:4]
        cell = names.get((service, client))
        link = said if said.lower().startswith(("http://", "https://")) else ""
        facts = {"kind": kind, "link": link, "note": "" if link else said, "version": version}
        place = {"service": cell.service, "client": cell.client.pk} if cell else {"service": None, "client": 0}
        found.append((f"line {number}", Tried(**place, **facts)))
    return found


def _cells(lines: Sequence[Any]) -> list[Cell]:
    return [cell for line in lines for cell in line.cells if cell is not None]


urlpatterns = [path("releases/<int:number>/results/", results, name="results")]
