"""The SQL of a stage, judged for that stage (M2).

``judge`` is loaded when somebody judges: who only shows findings has no parser in the process.
"""

from typing import Any

from releasetrain.domain.sql.values import Finding, Script, Severity, Subject

__all__ = ["VERSION", "Finding", "Script", "Severity", "Subject", "judge"]


def __getattr__(name: str) -> Any:
    """Return what the judge's module holds."""
    if name not in ("VERSION", "judge"):
        raise AttributeError(name)
    from releasetrain.domain.sql import judging

    return getattr(judging, name)
