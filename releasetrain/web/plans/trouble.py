"""Why there is no plan, and whom no plan could place, in words, with whom to leave out."""

from dataclasses import dataclass

from releasetrain.releases.models import Release
from releasetrain.web.plans import words
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
    told = clashes(found.run)
    if not told:
        return None
    named = dict.fromkeys(release for clash in told for release in clash.get("releases", ()))
    return Trouble(
        facts=tuple(words.clash(one, found.releases) for one in told),
        is_least=bool((found.run.contradiction or {}).get("minimal")),
        releases=tuple(found.releases[one] for one in named if one in found.releases)[:MOST],
    )


def left_out(found: Rows) -> list[Left]:
    """Return whom no plan could place."""
    known = [one for one in found.run.left_out if one["release"] in found.releases]
    return [Left(release=found.releases[one["release"]], why=words.left_out(one, found.releases)) for one in known]
