"""Everything that changes a plan: asked for, done by a worker, cancelled, thrown away, and applied."""

from releasetrain.planning.actions.applying import apply
from releasetrain.planning.actions.asking import REQUESTED, ask, cancel, throw_away
from releasetrain.planning.actions.running import Engine, run_plan

__all__ = ["REQUESTED", "Engine", "apply", "ask", "cancel", "run_plan", "throw_away"]
