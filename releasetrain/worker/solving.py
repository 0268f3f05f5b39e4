"""The planner as the worker has it: whoever imports this loads the solver."""

from releasetrain.domain.planner.engine import plan
from releasetrain.domain.planner.explain import contradiction
from releasetrain.domain.planner.repair import repair

__all__ = ["contradiction", "plan", "repair"]
