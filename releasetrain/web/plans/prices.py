"""What each plan costs: its levels with value, proven bound and gap, and what the bound holds for, beside today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from releasetrain.domain.planner.values import Level
from releasetrain.planning.models import PlanRun, Proposal
from releasetrain.web.plans import words

ALWAYS = (Level.MOVES, Level.LATENESS, Level.EARLINESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One level of one plan. ``is_proven``: no plan is better; ``holds``: for which plans its bound holds."""

    value: int
    bound: int
    gap: str
    is_proven: bool
    holds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A level as a row of the table: what it counts, what it is today, and the price in each plan, by its id."""

    name: str
    counts: str
    today: int | None
    cells: tuple[tuple[Price | None, int], ...]


def lines(run: PlanRun, proposals: Sequence[Proposal]) -> list[Line]:
    """Return the rows of the table; a repair's level of excess only where there is some."""
    known = [{one["level"]: one for one in proposal.levels} for proposal in proposals]
    shown = [level for level in Level if level in ALWAYS or any(one.get(level, {}).get("value") for one in known)]
    return [
        Line(
            name=words.level(level),
            counts=words.counts(level),
            today=run.baseline.get(level),
            cells=tuple(
                (_price(one[level]) if level in one else None, proposal.pk)
                for one, proposal in zip(known, proposals, strict=True)
            ),
        )
        for level in shown
    ]


def _price(measured: Mapping[str, Any]) -> Price:
    value, bound = measured["value"], measured["bound"]
    return Price(
        value=value,
        bound=bound,
        gap=gap(value, bound),
        is_proven=value <= bound,
        holds=_holds(measured.get("given") or {}),
    )


def gap(value: int, bound: int) -> str:
    """Return how far a value may be from the best there is, in per cent of the bound; empty for a bound of 0."""
    return f"{100 * (value - bound) / bound:.1f}\u00a0%" if bound > 0 else ""


def _holds(given: Mapping[str, int] | Iterable[Sequence[Any]]) -> str:
    """For which plans a bound holds; levels are kept within the values reached above."""
    kept = dict(given.items() if isinstance(given, Mapping) else given)
    said = [words.at_most(level, value) for level, value in kept.items()]
    return _("for plans with %(levels)s") % {"levels": _(" and ").join(said)} if said else _("for every plan")
