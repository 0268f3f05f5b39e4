"""How long a gate has waited, in working days of the calendar of the release's team (R8)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from releasetrain.domain.turns import late_by, working_days
from releasetrain.reviews.models import Gate
from releasetrain.teams.calendars import working_calendar
from releasetrain.teams.models import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """Working days on which the reviewers had the turn, the target, and by how many days it is missed."""

    days: int
    target: int
    late_by: int = 0


def waited(gate: Gate, *, team: Team, now: datetime) -> Waited:
    """Return how long a gate has waited for its reviewers in their present turn."""
    spans = [(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None) for start, end in gate.spans]
    days = working_days(spans, now=now, zone=ZoneInfo(team.zone), is_working=working_calendar(team.holidays))
    return Waited(days=days, target=gate.days, late_by=late_by(days, target=gate.days))
