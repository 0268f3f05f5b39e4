"""Questions about schema changes."""

from collections.abc import Collection

from releasetrain.schema.models import Measurement, Profile, SchemaChange, SchemaStage


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


def teams_of(change: int) -> set[int]:
    """Return the teams whose releases carry the stages of a change."""
    return set(SchemaStage.objects.filter(change=change).values_list("release__team", flat=True))


def verification_query(change: SchemaChange) -> str:
    """Return the query that counts the rows in which the new field is not what it should be; empty without one."""
    value = change.mapping or change.old_field
    if not change.new_field or not value or "," in change.new_field:
        return ""
    # It is shown to people, who run it where their data are; nothing here does.
    return f"SELECT count(*) FROM {change.table.name} WHERE {change.new_field} IS DISTINCT FROM ({value});"  # noqa: S608
