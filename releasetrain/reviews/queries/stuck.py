"""Where nobody could review: no assignment of distinct people could clear a release (R2)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from releasetrain.domain.permissions import Person
from releasetrain.domain.policies import may_review
from releasetrain.domain.seats import unfilled
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Gate
from releasetrain.teams.queries import active_people
from releasetrain.trains.models import Booking, Outcome, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A release and those of its open gates for which nobody is left."""

    release: int
    team: int
    gates: tuple[str, ...]


def live_releases(now: datetime) -> QuerySet[Release]:
    """Return the releases that are under review, ride a departure that is not over or ask, and have not departed."""
    asks = Request.objects.filter(release=OuterRef("pk"), ended_at__isnull=True)
    rides = Booking.objects.filter(release=OuterRef("pk"), left_at=None, slot__end_at__gt=now)
    departed = Outcome.objects.filter(booking__release=OuterRef("pk"), booking__left_at=None)
    under_review = Release.objects.filter(submitted_at__isnull=False, withdrawn_at=None, rolled_back_at=None)
    return under_review.filter(Exists(asks) | Exists(rides)).exclude(Exists(departed)).values("pk")


def unfillable(*, now: datetime) -> list[Stuck]:
    """Return every release on its way that cannot be cleared by the people there are; three queries."""
    rows = Gate.objects.filter(release__in=live_releases(now)).exclude(role="").select_related("release")
    by_release: dict[int, list[Gate]] = defaultdict(list)
    for row in rows.order_by("release", "place"):
        by_release[row.release_id].append(row)
    people = active_people()
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    found = []
    for release, gates in by_release.items():
        if all(gate.turn == Gate.Turn.NOBODY for gate in gates):
            continue
        team = gates[0].release.team_id
        alike = (team, *((gate.code, gate.role, gate.quorum, *gate.barred, 0, *gate.counted) for gate in gates))
        if alike not in known:
            known[alike] = tuple(lacking(gates, people, team=team))
        if known[alike]:
            found.append(Stuck(release=release, team=team, gates=known[alike]))
    return found


def lacking(gates: Collection[Gate], people: Iterable[Person], *, team: int) -> list[str]:
    """Return the gates of one release that cannot get enough distinct people; whoever counts keeps their seat."""
    everybody = list(people)
    seated = {who for gate in gates for who in gate.counted}
    able = {
        gate.code: {
            one.id
            for one in everybody
            if one.id not in seated and one.id not in gate.barred and may_review(one, gate.role, team=team)
        }
        for gate in gates
    }
    return unfilled({gate.code: gate.missing for gate in gates}, able)
