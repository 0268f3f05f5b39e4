"""The SQL of a change's stages with what is found in it, and how its table looks: a part of its page."""

from typing import Any

from django.http import HttpRequest

from releasetrain.domain.permissions import Permission, may, may_edit_together
from releasetrain.domain.stages import ORDER, Stage
from releasetrain.schema.models import KnownSchema, SchemaChange
from releasetrain.schema.queries import teams_of
from releasetrain.web.sql.reading import shown


def part(request: HttpRequest, change: SchemaChange) -> dict[str, Any]:
    """Return the SQL of the stages that the reader may see, in their order, and how the table looks."""
    stages = sorted(change.stages.all(), key=lambda one: ORDER.index(Stage(one.stage)))
    may_say = may_edit_together(request.person, teams_of(change.pk)) or may(request.person, Permission.SET_UP_CATALOGUE)
    known = KnownSchema.objects.filter(table=change.table_id).select_related("by").first()
    return {
        "scripts": shown(stages),
        "known_schema": known,
        "known_sql": known.sql if known else "",
        "may_say_schema": may_say and change.abandoned_at is None,
    }
