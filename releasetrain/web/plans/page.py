"""The page of a run: how far it is, its plans side by side, and the chosen one against today."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone

from releasetrain.domain.permissions import Permission
from releasetrain.planning import queries
from releasetrain.planning.models import PlanRun
from releasetrain.trains.models import Slot, Train
from releasetrain.web.access import may_anywhere
from releasetrain.web.live.topics import MOST
from releasetrain.web.live.unchanged import Followed, followed
from releasetrain.web.plans import words
from releasetrain.web.plans.differences import Ticked, departures
from releasetrain.web.plans.gone import broken_moves
from releasetrain.web.plans.loads import changes
from releasetrain.web.plans.prices import lines
from releasetrain.web.plans.reading import Rows, known, latest, rows
from releasetrain.web.plans.trouble import contradiction, left_out

BAR = 1000  # the drawing's own width; the page stretches it
MOST_TRAINS = MOST - 3  # beside the run, the large ones and the set-up


def page(request: HttpRequest, run: int, *, aim: str = "", ticked: Ticked | None = None) -> dict[str, Any]:
    """Return what the page of a run shows; ``ticked``: the moves that were chosen on it."""
    live = _followed(request, run, aim)  # the stamp is read before what it stands for
    found = rows(known(request, run), aim=aim)
    shown = {
        **_asked(found),
        "live": live,
        "run": found.run,
        "zone": request.user.zone,
        "may_plan": may_anywhere(request.person, Permission.PLAN),
        "key": uuid.uuid4(),
    }
    if not found.run.is_over:
        return {**shown, **_progress(found)}
    return {**shown, **_answer(found), **_difference(request, found, ticked or Ticked())}


def _followed(request: HttpRequest, run: int, aim: str) -> Followed:
    """Itself, and whatever can change the calendar that it was made for."""
    trains = [f"train:{pk}" for pk in Train.objects.order_by("pk").values_list("pk", flat=True)[:MOST_TRAINS]]
    at = resolve_url("web:plan", run) + (f"?plan={aim}" if aim else "")
    return followed(request, [f"plan:{run}", "large", "setup", *trains], at=at)


def _asked(found: Rows) -> dict[str, Any]:
    """What was asked, in words."""
    asked, about, zone = found.asked, found.asked.about, timezone.get_current_timezone()
    slots = Slot.objects.in_bulk(asked.slots) if asked.slots else {}
    return {
        "asked": asked,
        "title": words.title(found.run, about and about.release),
        "trains": [train.name for train in found.run.trains.all()],
        "left_alone": words.codes(asked.leave_out),
        "pinned": words.codes(asked.pinned),
        "about": about and found.releases.get(about.release),
        "about_why": words.about(about, slots, zone=zone) if about else "",
        "thought": words.thought(asked.tried, slots, zone=zone),
        "is_repair": found.run.kind == PlanRun.Kind.REPAIR,
    }


def _progress(found: Rows) -> dict[str, Any]:
    """How far the search is. The bar is the time: nobody knows how much there is left to find."""
    told, most = found.run.progress, found.asked.seconds
    seconds = min(int(told.get("seconds", 0)), most)
    return {
        "moves": True,
        "is_lost": queries.is_lost(found.run),
        "told": told,
        "looking": words.looking(told),
        "reached": words.reached(told),
        "seconds": seconds,
        "most": most,
        "width": BAR,
        "filled": BAR * seconds // max(most, 1),
    }


def _answer(found: Rows) -> dict[str, Any]:
    """What came of it: plans and their prices, or why there is none; ``not_helped``: a way out that is none for it."""
    about = found.asked.about
    return {
        "proposals": [(one, words.aim(one.aim), words.what(one.aim)) for one in found.proposals],
        "proposal": found.proposal,
        "lines": lines(found.run, found.proposals),
        "left_out": (left := left_out(found)),
        "not_helped": next((one for one in left if about and one.release.pk == about.release), None),
        "contradiction": contradiction(found),
        "others": _others(found),
        "waiting": found.run.baseline.get("waiting"),
        "failure": found.run.failure,
    }


def _others(found: Rows) -> list[tuple[int, str]]:
    """The plans that the chosen one can be compared with: its run's, then the latest of others."""
    if found.proposal is None:
        return []
    own = [(one.pk, words.aim(one.aim)) for one in found.proposals if one.pk != found.proposal.pk]
    return [*own, *latest(besides=found.run)]


def _difference(request: HttpRequest, found: Rows, ticked: Ticked) -> dict[str, Any]:
    """The chosen plan against today."""
    if found.proposal is None:
        return {}
    zone, capacities = ZoneInfo(request.user.zone), found.asked.tried.capacity
    todo = [move for move in found.moves if move.applied_at is None]
    shown = [move for move in todo if move.release_id in ticked.chosen] if ticked.chosen else todo
    gone = broken_moves(found, zone=zone) if todo else {}
    return {
        "aim": words.aim(found.proposal.aim),
        "departures": departures(found, changes(shown, found.slots, capacities), broken=gone, ticked=ticked),
        "move_count": len(found.moves),
        "todo_count": len(todo),
        "done_count": len(found.moves) - len(todo),
        "broken_count": len(gone),
        "holding_count": len(todo) - len(gone),
        "displaced_count": sum(move.reason.get("code") == "cannot-stay" for move in found.moves),
        "is_old": bool(todo) and found.run.revision != queries.revision(),
        "ticked": ticked,
        "lacking": words.codes(ticked.lacking),
        "may_apply": not found.asked.tried,
        "now": timezone.now(),
    }
