"""The SQL of a stage, judged for that stage (M2)."""

from releasetrain.domain.sql.judging import VERSION, judge
from releasetrain.domain.sql.values import Finding, Script, Severity, Subject

__all__ = ["VERSION", "Finding", "Script", "Severity", "Subject", "judge"]
