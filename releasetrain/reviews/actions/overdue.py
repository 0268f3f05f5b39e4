"""Tell reviewers once a day of theirs that a gate is late (R8); a day that was missed is not told afterwards."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from releasetrain.domain.turns import Turn
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.beginning import fix_many
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.models import Gate, Overdue
from releasetrain.reviews.queries.clocks import waited
from releasetrain.reviews.queries.stuck import live_releases
from releasetrain.teams.calendars import working_calendar
from releasetrain.trains.lock import locked_calendar

Clock = Callable[[], datetime]
HOUR = 9  # of the team's own clock
BATCH = 200


def tell_overdue(*, clock: Clock) -> int:
    """Tell of every gate that is late, at most once a working day; return how many were told. Twice at once is once."""
    now, told = clock(), 0
    waiting = Gate.objects.filter(turn=Turn.REVIEWER.value, release__in=live_releases(now)).exclude(role="")
    for gate in waiting.select_related("release__team").order_by("pk"):
        told += _tell(gate, now)
    return told


def _tell(gate: Gate, now: datetime) -> int:
    team = gate.release.team
    local, found = now.astimezone(ZoneInfo(team.zone)), waited(gate, team=team, now=now)
    if not found.late_by or local.hour < HOUR or not working_calendar(team.holidays)(local.date()):
        return 0
    with transaction.atomic():
        row = {"release_id": gate.release_id, "gate": gate.code, "on": local.date()}
        _, is_first = Overdue.objects.get_or_create(**row)  # whoever comes second waits here, and finds it
        if not is_first:
            return 0
        deed = {"by": None, "at": now.isoformat(), "because": None, "by_itself": True}
        facts = {"gate": gate.code, "days": found.days, "late_by": found.late_by, "note": ""}
        outbox.post("review.overdue", release=gate.release_id, **facts, **deed)
    return 1


def judge_unjudged(*, clock: Clock) -> int:
    """Judge releases on their way that nobody judged yet, as after an upgrade; return how many. Nobody is mailed."""
    judged = 0
    while ids := _unjudged(clock()):
        with locked_calendar():
            now = clock()
            fix_many(ids, now=now)
            refresh(ids, at=now, by=None, code="upgrade")
        judged += len(ids)
    return judged


def _unjudged(now: datetime) -> list[int]:
    found = Release.objects.filter(pk__in=live_releases(now), open_gates=None).order_by("pk")
    return list(found.values_list("pk", flat=True)[:BATCH])
