"""Schema changes and what is known of them, one module per subject."""

from releasetrain.schema.models.changes import SchemaChange, SchemaStage
from releasetrain.schema.models.facts import ChosenPlan, Measurement, Profile
from releasetrain.schema.models.reviewed import Acceptance, KnownSchema
from releasetrain.schema.models.versions import (
    Attestation,
    CodeClass,
    ReleaseClass,
    ReportedVersion,
    Usage,
    Verification,
    VersionClass,
    VersionReport,
)

__all__ = [
    "Acceptance",
    "Attestation",
    "ChosenPlan",
    "CodeClass",
    "KnownSchema",
    "Measurement",
    "Profile",
    "ReleaseClass",
    "ReportedVersion",
    "SchemaChange",
    "SchemaStage",
    "Usage",
    "Verification",
    "VersionClass",
    "VersionReport",
]
