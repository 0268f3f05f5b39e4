"""Questions about schema changes."""

from collections.abc import Collection

from releasetrain.schema.models import SchemaStage


def carriers_of(changes: Collection[int]) -> set[int]:
    """Return the releases that carry the stages of these changes; nothing is asked for none."""
    if not changes:
        return set()
    return set(SchemaStage.objects.filter(change__in=list(changes)).values_list("release", flat=True))
