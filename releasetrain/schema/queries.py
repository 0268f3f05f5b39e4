"""Questions about schema changes."""

from collections.abc import Collection

from releasetrain.schema.models import Measurement, Profile, SchemaStage


def carriers_of(changes: Collection[int]) -> set[int]:
    """Return the releases that carry the stages of these changes; nothing is asked for none."""
    if not changes:
        return set()
    return set(SchemaStage.objects.filter(change__in=list(changes)).values_list("release", flat=True))


def measurement_of(table: int) -> Measurement | None:
    """Return what was measured of a table, with who did."""
    return Measurement.objects.select_related("by").filter(table=table).first()


def profile_of(database: str) -> Profile | None:
    """Return what a database is known to cost, with who said so."""
    return Profile.objects.select_related("by").filter(database=database).first()
