"""Schema changes and what is known of them, one module per subject."""

from releasetrain.schema.models.changes import SchemaChange, SchemaStage
from releasetrain.schema.models.facts import ChosenPlan, Measurement, Profile

__all__ = ["ChosenPlan", "Measurement", "Profile", "SchemaChange", "SchemaStage"]
