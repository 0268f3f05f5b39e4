"""What the SQL review is asked and answers as JSON: over the pipe to its process, and as it is stored."""

from collections.abc import Mapping
from typing import Any

from releasetrain.domain.sql.values import Finding, Script, Severity, Subject
from releasetrain.domain.stages import Stage

_PLAIN = ("table", "old", "new", "key", "rows", "in_transaction", "has_sync_trigger", "batch_rows")


def subject_json(subject: Subject) -> dict[str, Any]:
    """Return a subject as JSON, the same for equal ones."""
    return {
        **{name: getattr(subject, name) for name in _PLAIN},
        "stage": subject.stage and subject.stage.value,
        "history": list(subject.history),
        "others": [[one.stage.value, one.sql] for one in subject.others],
    }


def subject_from(said: Mapping[str, Any]) -> Subject:
    """Return the subject that ``subject_json`` wrote."""
    return Subject(
        **{name: said[name] for name in _PLAIN},
        stage=Stage(said["stage"]) if said["stage"] else None,
        history=tuple(said["history"]),
        others=tuple(Script(stage=Stage(stage), sql=sql) for stage, sql in said["others"]),
    )


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON."""
    plain = {name: getattr(finding, name) for name in ("rule", "statement", "line", "column", "mark")}
    return {**plain, "severity": finding.severity.value, "facts": dict(finding.facts)}


def finding_from(said: Mapping[str, Any]) -> Finding:
    """Return the finding that ``finding_json`` wrote."""
    return Finding(**{**said, "severity": Severity(said["severity"])})
