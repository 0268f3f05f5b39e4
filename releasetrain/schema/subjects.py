"""What is known around the SQL of a stage: the change's fields, its other stages, and what ran on its table before."""

from collections.abc import Iterable, Mapping

from releasetrain.domain.sql.values import Script, Subject
from releasetrain.domain.stages import ORDER, Stage
from releasetrain.schema.models import KnownSchema, SchemaChange


def subject_of(
    change: SchemaChange, stage: Stage, *, scripts: Mapping[Stage, str], ran: Iterable[str] = (), known: str = ""
) -> Subject:
    """Return what the review is told beside the SQL of ``stage``; ``change`` comes with its table.

    ``scripts``: the SQL of the change's stages, that of ``stage`` among them or not; ``ran``: what departed on the
    table with other changes, oldest first; ``known``: how the table looked before. A table of which nobody said how
    many rows it has may have many.
    """
    others = (Script(stage=one, sql=scripts[one]) for one in ORDER if one != stage and scripts.get(one, "").strip())
    return Subject(
        stage=stage,
        table=change.table.name,
        old=change.old_field,
        new=change.new_field,
        key=change.key_field,
        rows=change.table.rows or None,
        in_transaction=change.wrapped,
        history=tuple(one for one in (known, *ran) if one.strip()),
        others=tuple(others),
        has_sync_trigger=change.has_sync_trigger,
    )


def known_schemas(tables: Iterable[int]) -> dict[int, str]:
    """Return how these tables look, as far as somebody pasted it; one query."""
    return dict(KnownSchema.objects.filter(table__in=list(tables)).values_list("table", "sql"))
