"""The states of a release, derived from its facts (product.md, "States of a release")."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from releasetrain.domain.windows import Window


class State(StrEnum):
    """Where a release is on its way: aboard, and cleared once no gate is open. ``closed in`` comes with cut-offs."""

    DRAFT = "draft"
    WAITING = "waiting"
    ASKING = "asking"
    BOARDED = "boarded"
    CLEARED = "cleared"
    DEPARTING = "departing"
    SOAKING = "soaking"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    ROLLED_BACK = "rolled-back"


OVER = frozenset({State.DONE, State.WITHDRAWN, State.ROLLED_BACK})
BEFORE_DEPARTURE = frozenset({State.DRAFT, State.WAITING, State.ASKING, State.BOARDED, State.CLEARED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the state is derived from. ``departs``/``holds`` of the live booking; ``asks``: a request with a slot."""

    submitted: bool
    withdrawn: bool = False
    rolled_back: bool = False
    asks: bool = False
    departs: Window | None = None
    holds: Window | None = None
    cleared: bool = False
    departed: bool = False
    finished: bool = False


def state(facts: Facts, *, now: datetime) -> State:
    """Return the state of a release at ``now``."""
    if facts.withdrawn:
        return State.WITHDRAWN
    if facts.rolled_back:
        return State.ROLLED_BACK
    if not facts.submitted:
        return State.DRAFT
    if facts.departs is None or facts.holds is None:
        return State.ASKING if facts.asks else State.WAITING
    return _aboard(facts, facts.departs, facts.holds, now)


def _aboard(facts: Facts, departs: Window, holds: Window, now: datetime) -> State:
    if not facts.departed:
        aboard = State.CLEARED if facts.cleared else State.BOARDED
        return aboard if now < departs.start else State.DEPARTING
    if not facts.finished:  # it goes on until somebody says that it is over, and holds as long
        return State.DEPARTING
    return State.SOAKING if now < holds.end else State.DONE
