"""Schema changes and what is known of them, one module per subject."""

from releasetrain.schema.models.changes import SchemaChange, SchemaStage

__all__ = ["SchemaChange", "SchemaStage"]
