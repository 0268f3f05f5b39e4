"""What the pages of plans say of the planner's values."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.planner.values import Aim, Level
from releasetrain.releases.models import Release

AIMS: Mapping[str, Promise] = {
    Aim.FEWEST_MOVES: gettext_lazy("Fewest moves"),
    Aim.BALANCED: gettext_lazy("Balanced"),
    Aim.EARLIEST: gettext_lazy("Earliest"),
    Aim.REPAIR: gettext_lazy("Way out"),
}
WHAT: Mapping[str, Promise] = {
    Aim.FEWEST_MOVES: gettext_lazy("moves as few as it can, then is late as little as it can"),
    Aim.BALANCED: gettext_lazy("nearly as punctual as can be, with fewer moves"),
    Aim.EARLIEST: gettext_lazy("as punctual as can be, then as early, whoever moves"),
    Aim.REPAIR: gettext_lazy("few moves first, then punctual"),
}
LEVELS: Mapping[str, Promise] = {
    Level.EXCESS: gettext_lazy("Beyond the few"),
    Level.MOVES: gettext_lazy("Moves"),
    Level.LATENESS: gettext_lazy("Late"),
    Level.EARLINESS: gettext_lazy("Wait"),
}
COUNTS: Mapping[str, Promise] = {
    Level.EXCESS: gettext_lazy("moves beyond the displaced and three more"),
    Level.MOVES: gettext_lazy("releases that ride elsewhere than today"),
    Level.LATENESS: gettext_lazy("days late, by weight"),
    Level.EARLINESS: gettext_lazy("days until departure, by weight"),
}


def aim(code: str) -> str:
    """Return what a plan is called."""
    return str(AIMS.get(code, code))


def level(code: str) -> str:
    """Return what a level is called."""
    return str(LEVELS.get(code, code))


def counts(code: str) -> str:
    """Return what a level counts."""
    return str(COUNTS.get(code, ""))


def at_most(code: str, value: int) -> str:
    """Return "at most 3 moves"."""
    return _("%(level)s at most %(value)s") % {"level": level(code).lower(), "value": value}


def reason(why: Mapping[str, Any], releases: Mapping[int, Release]) -> str:
    """Return why a plan moves a release."""
    return str(why.get("code", ""))
