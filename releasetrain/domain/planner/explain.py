"""Why there is no plan: the smallest set of facts that contradict each other (P3).

Looked for where it is likely and cheap, from the simple to the general: a release without any option; orders heard to
the end (``windows``); pigeonholes (``crowding``); then parts that CP-SAT proves impossible: the large
releases, those with the fewest options, those around changes of tables, at last everybody. What is found is thinned
out fact by fact (``facts``), so that none of what is named can be left out; where time runs out, ``minimal`` is False.

Every ``Clash``, by code. Releases and slots are named by their place in the problem, amounts are whole numbers:

=================== ================================================== ==========================================
code                what it says                                       fields
=================== ================================================== ==========================================
no-option           it may ride in no slot, whatever the others do     releases: it; of: the code of the rule that
                                                                       refuses most slots ("": there is none of
                                                                       its train); amounts: slots, refused by it
window              it wants a place, and may only ride in these       releases: one, or all with the same options
                                                                       in a big crowd; slots: the first and the
                                                                       last; amounts: options, how many there are
pin                 it wants a place, and this is its only one         releases: it; slots: the one; of: why it
                                                                       stays (``Release.stays``), "": nothing else
                                                                       would do
room                these slots take no more points than they have     releases: whom of the named it concerns;
                                                                       slots; amounts: points of these releases,
                                                                       capacity of the slots together
large-rides-alone   in these slots a large release rides alone         releases, slots; amounts: large, how many
                                                                       of the releases are
large-overlap       large ones that share this may not hold at once    releases; of: the service or table
team-limit          a team has so many releases in a slot at most      releases; of: the team; amounts: limit
apart               these two may not share a slot                     releases: the two
order               the second departs after the end of the first      releases: before, then; of: the rule's code;
                                                                       amounts: lag in seconds, together 1 where
                                                                       the same slot will do, ready 1 where the
                                                                       nights of a backfill count
same-table          a toucher may not depart while a change is under   releases: the toucher, then the carriers; of:
                    way                                                the table; amounts: last 0 if open-ended
=================== ================================================== ==========================================

To leave out a ``window`` or ``pin`` takes the release out of the problem, with whatever is said of it.
"""

from collections.abc import Collection, Iterator
from time import monotonic

import numpy as np

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Budget, Status, decide
from releasetrain.domain.planner.crowding import Crowd, crowds
from releasetrain.domain.planner.facts import Facts
from releasetrain.domain.planner.narrowing import narrowed
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.telling import everything, of_crowd, of_facts
from releasetrain.domain.planner.values import Clash, Contradiction
from releasetrain.domain.planner.windows import Windows, windows

FEW = 48  # releases whose facts are looked at one by one from the start
MANY = 160  # and at the most
WIDTHS = (1, 2, 3, 5, 8, 13, 21)


def contradiction(problem: Problem, *, seconds: float = 10.0) -> Contradiction | None:
    """Return facts of which not all can hold; None: none were found in time, there may be a plan or not."""
    known, until = Compiled(problem), monotonic() + seconds
    left = windows(known)
    return _obvious(known, left, until) or _decided(known, left, until)


def obvious(problem: Problem, *, seconds: float = 10.0) -> Contradiction | None:
    """Return the same as long as no search is needed to see it: before a plan is looked for."""
    known = Compiled(problem)
    return _obvious(known, windows(known), monotonic() + seconds)


def _obvious(known: Compiled, left: Windows, until: float) -> Contradiction | None:
    if bare := no_option(known.problem):
        return Contradiction(clashes=(bare,))
    if left.empty is not None:
        return _thinned(known, left.behind(known, left.empty), until)
    found = list(crowds(known, known.allowed)) or list(crowds(known, left.left))
    return _of_crowd(known, left, min(found, key=lambda one: len(one.releases)), until) if found else None


def no_option(problem: Problem) -> Clash | None:
    """Return the first release that may ride in no slot at all."""
    for at, release in enumerate(problem.releases):
        if not release.options:
            codes = list(release.refused.values())
            code = max(sorted(set(codes)), key=codes.count, default="")
            return Clash(code="no-option", releases=(at,), of=code, amounts={"slots": codes.count(code)})
    return None


def _of_crowd(known: Compiled, left: Windows, crowd: Crowd, until: float) -> Contradiction:
    if len(crowd.releases) <= FEW:
        return _thinned(known, left.all_behind(known, crowd.releases), until)
    return Contradiction(clashes=of_crowd(known, crowd, left), minimal=False)


def _thinned(known: Compiled, releases: Collection[int], until: float) -> Contradiction:
    """Return what is left of the facts about releases that are known to be impossible together."""
    releases = with_lasts(known, releases)
    found = Facts(known, releases).smallest(until) if len(releases) <= MANY else None
    if found:
        return Contradiction(clashes=of_facts(known, found[0]), minimal=found[1])
    return Contradiction(clashes=everything(known, sorted(releases)), minimal=False)


def _decided(known: Compiled, left: Windows, until: float) -> Contradiction | None:
    """Ask CP-SAT about parts of the problem; a part that is impossible is thinned out."""
    seen = set[frozenset[int]]()
    for suspects in _suspects(known, left):
        releases = with_lasts(known, suspects)
        if releases in seen or len(releases) < 2:
            continue
        seen.add(releases)
        time = until - monotonic()
        if time <= 0:
            return None
        if _impossible(known, left, releases, time if len(releases) == known.n else min(time, 2.0)):
            return _thinned(known, _fewer(known, left, releases, until), until)
    return None


def _suspects(known: Compiled, left: Windows) -> Iterator[Collection[int]]:
    """Who may be impossible together, from the few to all."""
    releases, options = known.problem.releases, left.left.sum(axis=1)
    everybody = range(known.n)
    if known.n > FEW:
        tight = [[at for at in everybody if options[at] <= width] for width in WIDTHS]
        yield [at for at in everybody if releases[at].is_large]
        yield from tight[:4]
        yield {at for closure in known.problem.closures for at in (*closure.carriers, *closure.touchers)}
        yield from tight[4:]
    yield everybody


def with_lasts(known: Compiled, releases: Collection[int]) -> frozenset[int]:
    """Return the releases and whoever ends a closure that concerns them: without it, it would seem open-ended."""
    found = set(releases)
    grown = True
    while grown:
        lasts = {
            closure.last
            for closure in known.problem.closures
            if closure.last is not None and found & set(closure.carriers) and found & set(closure.touchers)
        }
        grown = bool(lasts - found)
        found |= lasts
    return frozenset(found)


def _impossible(known: Compiled, left: Windows, releases: Collection[int], seconds: float) -> bool:
    problem = known.problem
    settled = {at for at in releases if problem.releases[at].settled}
    plan = [problem.releases[at].options[0] if at in settled else None for at in range(known.n)]
    free = sorted(set(releases) - settled)
    candidates = {at: [int(slot) for slot in np.flatnonzero(left.left[at])] for at in free}
    return decide(narrowed(Part(known, candidates, plan)), None, Budget(seconds=seconds)).status is Status.NONE


def _fewer(known: Compiled, left: Windows, releases: Collection[int], until: float) -> frozenset[int]:
    """Return fewer releases that are impossible together: halves are left out first, then smaller parts."""
    kept = sorted(releases, key=lambda at: -int(left.left[at].sum()))
    size = len(kept) // 2
    while size and len(kept) > FEW:
        at = 0
        while at < len(kept) and monotonic() < until:
            others = with_lasts(known, kept[:at] + kept[at + size :])
            if len(others) < len(kept) and _impossible(known, left, others, until - monotonic()):
                kept = [one for one in kept if one in others]
            else:
                at += size
        size //= 2
    return left.all_behind(known, kept)
