"""Why there is no plan, and whom no plan could place, in words, with whom to leave out."""

from dataclasses import dataclass

from releasetrain import planning_wording
from releasetrain.releases.models import Release
from releasetrain.web.plans.called import called, clash
from releasetrain.web.plans.reading import Rows, clashes

MOST = 12  # buttons to leave somebody out: more are not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The facts that contradict each other. ``is_least``: without one of them there would be no contradiction."""

    facts: tuple[str, ...]
    is_least: bool
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A release that stays as it is, whatever the plan, and why."""

    release: Release
    why: str


def contradiction(found: Rows) -> Trouble | None:
    """Return why there is no plan, if that is known."""
    told = [clash(one) for one in clashes(found.run)]
    if not told:
        return None
    named, names = dict.fromkeys(release for one in told for release in one.releases), called(told)
    return Trouble(
        facts=tuple(planning_wording.clash(one, names) for one in told),
        is_least=bool((found.run.contradiction or {}).get("minimal")),
        releases=tuple(found.releases[one] for one in named if one in found.releases)[:MOST],
    )


def left_out(found: Rows) -> list[Left]:
    """Return whom no plan could place."""
    known = [one for one in found.run.left_out if one["release"] in found.releases]
    names = called()
    return [
        Left(
            release=found.releases[one["release"]],
            why=planning_wording.left_out(one["reason"], one.get("of", ()), names),
        )
        for one in known
    ]
