"""Schema changes and what is known of them, one module per subject."""

from releasetrain.schema.models.changes import SchemaChange, SchemaStage
from releasetrain.schema.models.reviewed import Acceptance, KnownSchema

__all__ = ["Acceptance", "KnownSchema", "SchemaChange", "SchemaStage"]
