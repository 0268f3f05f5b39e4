"""What really happened, as people and pipelines report it; nothing is refused for what it means to others (C5)."""

from releasetrain.rollouts.actions.attesting import attest
from releasetrain.rollouts.actions.classing import class_release, class_version
from releasetrain.rollouts.actions.departures import departed, not_departed, rolled_back
from releasetrain.rollouts.actions.usage import say_usage
from releasetrain.rollouts.actions.verifying import report_verified
from releasetrain.rollouts.actions.versions import Running, report_versions

__all__ = [
    "Running",
    "attest",
    "class_release",
    "class_version",
    "departed",
    "not_departed",
    "report_verified",
    "report_versions",
    "rolled_back",
    "say_usage",
]
