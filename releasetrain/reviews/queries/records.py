"""How a team's departures went."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from releasetrain.domain.risk import Record
from releasetrain.trains.models import Booking, Outcome

LOOKED_BACK = timedelta(days=180)


def record_of(team: int, *, now: datetime) -> Record:
    """Return how the departures of the team's releases went in the last 180 days; what was imported counts as well."""
    said = Outcome.objects.filter(booking=OuterRef("pk")).order_by("-pk").values("kind")[:1]
    bookings = Booking.objects.filter(
        release__team=team, slot__start_at__gt=now - LOOKED_BACK, slot__start_at__lte=now
    ).annotate(came=Subquery(said))
    kinds = list(bookings.exclude(came=None).values_list("came", flat=True))
    return Record(
        departures=len(kinds),
        rolled_back=kinds.count(Outcome.Kind.ROLLED_BACK.value),
        not_departed=kinds.count(Outcome.Kind.NOT_DEPARTED.value),
    )
