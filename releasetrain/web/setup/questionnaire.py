"""The questions about risk and all weights: a form of numbers, and lines for the questions; each save is a version."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import review_wording as words
from releasetrain import wording
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.stages import Stage
from releasetrain.reviews.actions.policies import set_questionnaire
from releasetrain.reviews.models import Questionnaire
from releasetrain.reviews.queries.versions import scale_in_force
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.refusals import status_of

NUMBERS = {
    "per_service": gettext_lazy("each service after the first"),
    "per_client": gettext_lazy("each client"),
    "per_blocked": gettext_lazy("each finding in the SQL that blocks"),
    "per_warned": gettext_lazy("each finding that warns"),
    "record_rolled_back": gettext_lazy("if every departure of the team had been rolled back"),
    "record_not_departed": gettext_lazy("if none of its departures had taken place"),
    "record_least": gettext_lazy("a record needs so many departures"),
    "medium": gettext_lazy("medium from"),
    "high": gettext_lazy("high from"),
}


@access(Permission.SET_UP_REVIEWS)
def questionnaire(request: HttpRequest) -> HttpResponse:
    """Show questions and weights; on a post put them in force as another version."""
    current = scale_in_force()
    if request.method != "POST":
        return render(request, "setup/questionnaire.html", _page(current, as_form(current.scale), current.pk))
    said, seen = request.POST, typed.key(request.POST.get("seen")) or 0
    try:
        facts = {"scale": read(said), "note": said.get("note", ""), "seen": seen}
        version = set_questionnaire(**facts, by=request.user, clock=timezone.now)
    except Refused as refused:
        context = _page(current, said.dict(), seen) | {"refusal": wording.refusal(refused)}
        return render(request, "setup/questionnaire.html", context, status=status_of(refused))
    messages.success(request, _("Version %(version)s is in force.") % {"version": version})
    return redirect("web:setup-questionnaire")


def _page(current: Questionnaire, values: Mapping[str, Any], seen: int) -> dict[str, Any]:
    weights = [(f"stage-{stage.value}", words.STAGES[stage.value]) for stage in Stage] + list(NUMBERS.items())
    rows = [(name, label, values.get(name, "")) for name, label in weights]
    return {
        "current": current,
        "seen": seen,
        "next_version": current.pk + 1,
        "weights": rows,
        "rows": values.get("rows", ""),
        "questions": values.get("questions", ""),
        "note": values.get("note", "") if seen != current.pk else "",
        "versions": list(Questionnaire.objects.select_related("made_by")[:10]),
        "here_is": "questionnaire",
    }


def as_form(scale: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scale as the form holds it: questions as lines, an answer's line is indented and begins with points."""
    lines = []
    for one in scale["questions"]:
        lines.append(f"{one['code']}: {one['words']}")
        lines += [f"  {choice['points']} {choice['code']}: {choice['words']}" for choice in one["choices"]]
    return {
        **{f"stage-{stage}": points for stage, points in scale["stages"].items()},
        **{name: scale[name] for name in NUMBERS},
        "rows": "\n".join(f"{least} {points}" for least, points in scale["rows"]),
        "questions": "\n".join(lines),
    }


def read(said: Mapping[str, str]) -> dict[str, Any]:
    """Return the scale that a form holds; a line that cannot be read is refused with its number."""
    return {
        "stages": {stage.value: _number(said.get(f"stage-{stage.value}")) for stage in Stage},
        **{name: _number(said.get(name)) for name in NUMBERS},
        "rows": [_pair(line, n) for n, line in enumerate(said.get("rows", "").splitlines(), 1) if line.strip()],
        "questions": _questions(said.get("questions", "")),
    }


def _number(value: str | None) -> int:
    if value is None or not value.strip().isascii() or not value.strip().isdigit() or len(value.strip()) > 15:
        raise Refused("scale-unreadable", details={"field": "scale"})
    return int(value)


def _pair(line: str, n: int) -> list[int]:
    parts = line.split()
    if len(parts) != 2:
        raise Refused("scale-line", details={"line": n, "text": line.strip()[:60]})
    return [_number(parts[0]), _number(parts[1])]


def _questions(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        head, colon, said = line.strip().partition(":")
        parts = head.split()
        is_answer = line[:1].isspace()
        if not colon or not said.strip() or len(parts) != (2 if is_answer else 1) or (is_answer and not found):
            raise Refused("scale-line", details={"line": n, "text": line.strip()[:60]})
        if is_answer:
            found[-1]["choices"].append({"code": parts[1], "points": _number(parts[0]), "words": said.strip()})
        else:
            found.append({"code": parts[0], "words": said.strip(), "choices": []})
    return found


urlpatterns = [path("setup/questionnaire/", questionnaire, name="setup-questionnaire")]
