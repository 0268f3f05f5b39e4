"""What was reported."""

from releasetrain.trains.models import Outcome


def latest_outcome(booking: int) -> Outcome | None:
    """Return the last report about a booking: the one that counts."""
    return Outcome.objects.filter(booking=booking).order_by("-pk").first()
