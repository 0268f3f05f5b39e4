"""Where a search looks next: whom it lifts out of the plan together, and where they may ride then."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from releasetrain.domain.planner.chains import Reals
from releasetrain.domain.planner.state import State, bits, mask_of

SIZES = (16, 32, 64, 128, 256)  # releases lifted out at once; small windows are drawn as often as they are quick
NEAR_SLOTS = 24  # slots that are thought of for those a window is about
ANYWHERE = 40  # slots of those a window is about
IN_THE_WAY = 2  # large ones that a window moves out of the way
ELSEWHERE = (2, 4, 8, 16)  # further slots of a release in which nobody else is lifted out


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Whom to lift out, the slots (bits) whose riders are lifted out too, and who may ride wherever it fits."""

    free: tuple[int, ...]
    slots: int = 0
    anywhere: frozenset[int] = frozenset()
    elsewhere: int = ELSEWHERE[1]  # further slots of everybody else


@dataclass(slots=True)
class Lookout:
    """Draws neighbourhoods of a state. ``guide``: what each slot costs each release, infinity where it may not ride."""

    state: State
    guide: Reals
    dice: random.Random
    waiting: list[Neighbourhood] = field(default_factory=list)

    def first(self) -> None:
        """Look at every closure and every order first: they are what a greedy plan is worst at."""
        problem, seen = self.state.problem, set[int]()
        for closure in problem.closures:
            self._wait([*closure.carriers, *closure.touchers], seen)
        for order in problem.orders:
            self._wait([order.before, order.then], seen)

    def _wait(self, members: Sequence[int], seen: set[int]) -> None:
        if not seen.issuperset(members):
            tied = self._tied(members, max(SIZES[0], len(members)))
            seen.update(members)
            self.waiting.append(Neighbourhood(tuple(self._free(tied)), 0, frozenset(tied)))

    def next(self, size: int | None = None) -> Neighbourhood:
        """Return where to look now."""
        while self.waiting:
            where = self.waiting.pop()
            if self._excess(where.free).any():
                return where
        if size is None:
            size = self.dice.choices(SIZES, [1 / size for size in SIZES])[0]
        if unplaced := self.state.unplaced:
            return self._around([self.dice.choice(unplaced)], size)
        kind = self.dice.random()
        if kind < 0.3:
            return self._stretch(size)
        if kind < 0.4 and self.state.problem.orders:
            order = self.dice.choice(self.state.problem.orders)
            return self._around([order.then, order.before], size)
        return self._around([self._expensive()], size)

    def elsewhere(self, at: int, fitting: int, most: int) -> int:
        """Return a few cheap slots that fit beside those who ride there: drawn, the cheaper the likelier."""
        slots = list(bits(fitting))
        if len(slots) <= most:
            return fitting
        own = self.guide[at, slots]
        low = float(own.min())
        if not np.isfinite(low):
            return 0
        noise = np.array([self.dice.random() for _ in slots])
        order = (own - low) / self._spread(own, low) + noise
        return mask_of(slots[place] for place in order.argsort()[:most])

    @staticmethod
    def _spread(own: Reals, low: float) -> float:
        finite = own[np.isfinite(own)]
        return max(1.0, float(finite.mean()) - low)

    def _stretch(self, size: int) -> Neighbourhood:
        """Departures one after the other, with everybody aboard."""
        m = self.state.known.m
        first, slots, free = self.dice.randrange(m), 0, list[int]()
        for slot in [*range(first, m), *range(first - 1, -1, -1)]:
            riders = self._movable(slot)
            if free and len(free) + len(riders) > size:
                break
            slots |= 1 << slot
            free += riders
        return Neighbourhood(tuple(free), slots, frozenset(), self.dice.choice(ELSEWHERE))

    def _around(self, releases: Sequence[int], size: int) -> Neighbourhood:
        """Releases with those tied to them, who may ride anywhere, and who rides where it would be good for them."""
        tied = self._free(self._tied(releases, max(4, size // 3)))
        tied += [at for at in self._in_the_way(releases) if at not in tied]
        free, slots = list(tied), mask_of(place for at in tied if (place := self.state.places[at]) is not None)
        anywhere = set(tied)
        for slot in self._good_slots(tied):
            holders = self._holders(tied, slot)
            riders = [at for at in self._movable(slot) if at not in free and at not in holders]
            holders = [at for at in holders if at not in free]
            if len(free) + len(riders) + len(holders) <= size or not slots:
                slots |= mask_of([slot, *(place for at in holders if (place := self.state.places[at]) is not None)])
                free += [*riders, *holders]
                anywhere.update(holders)
        return Neighbourhood(tuple(free), slots, frozenset(anywhere), self.dice.choice(ELSEWHERE))

    def _in_the_way(self, releases: Sequence[int]) -> list[int]:
        """Large ones that ride where a release would be better off: for them a whole slot must be found elsewhere."""
        found = []
        for at in releases:
            options = list(bits(self.state.ground.options[at]))
            own, place = self.guide[at, options], self.state.places[at]
            here = np.inf if place is None else self.guide[at, place]
            better = [slot for slot, cost in zip(options, own, strict=True) if cost < here]
            found += [
                one for slot in better for one in self._movable(slot) if self.state.problem.releases[one].is_large
            ]
        self.dice.shuffle(found)
        return list(dict.fromkeys(found))[:IN_THE_WAY]

    def _holders(self, releases: Sequence[int], slot: int) -> list[int]:
        """The large ones that hold while one of the releases would if it rode in a slot."""
        known, problem, found = self.state.known, self.state.problem, dict[int, None]()
        for at in releases:
            one = problem.releases[at]
            for resource in one.resources if one.is_large and self.state.ground.options[at] >> slot & 1 else ():
                for other in known.large_of.get(resource, ()):
                    place = self.state.places[other]
                    if place is not None and other != at and not problem.releases[other].settled:
                        here, there = problem.hold_of(at, slot), problem.hold_of(other, place)
                        if max(here[0], there[0]) < min(here[1], there[1]):
                            found[other] = None
        return list(found)

    def _free(self, releases: Sequence[int]) -> list[int]:
        return [at for at in releases if not self.state.problem.releases[at].settled]

    def _movable(self, slot: int) -> list[int]:
        return self._free(sorted(self.state.riders[slot]))

    def _tied(self, releases: Sequence[int], most: int) -> list[int]:
        """The releases, and whom orders and closures tie to them, nearest first."""
        known, problem = self.state.known, self.state.problem
        found = list(dict.fromkeys(releases))
        for at in found:
            if len(found) >= most:
                break
            near = [problem.orders[number].then for number in known.succs[at]]
            near += [problem.orders[number].before for number in known.preds[at]]
            for number in known.closures_of.get(at, ()):
                near += [*problem.closures[number].carriers, *problem.closures[number].touchers]
            found += [one for one in dict.fromkeys(near) if one not in found]
        return found[: max(most, len(releases))]

    def _good_slots(self, free: Sequence[int]) -> list[int]:
        """Slots that would be good for the first, then for the others, in a drawn order that prefers the cheap."""
        found: dict[int, float] = {}
        for number, at in enumerate(free):
            options = list(bits(self.state.ground.options[at]))
            own = self.guide[at, options]
            low = float(own.min())
            spread = self._spread(own, low) if np.isfinite(low) else 1.0
            for slot, cost in zip(options, own, strict=True):
                if np.isfinite(cost):
                    score = (float(cost) - low) / spread + self.dice.random() + (0.7 if number else 0.0)
                    found[slot] = min(score, found.get(slot, score))
        return sorted(found, key=found.__getitem__)[:NEAR_SLOTS]

    def _expensive(self) -> int:
        """A release that might do better, drawn by how much; now and then any."""
        rows = np.array(self.state.problem.free)
        excess = self._excess(self.state.problem.free)
        excess += 0.1 * excess.mean() + 1e-9
        summed = excess.cumsum()
        place = int(np.searchsorted(summed, self.dice.random() * summed[-1]))
        return int(rows[min(place, len(rows) - 1)])

    def _excess(self, releases: Sequence[int]) -> Reals:
        """By how much each costs more than in the best of its slots; who rides nowhere, as if it were the dearest."""
        rows, dear = np.array(releases, dtype=np.int64), 1e9
        riding = [-1 if (place := self.state.places[at]) is None else place for at in releases]
        places = np.array(riding, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            excess = self.guide[rows, places] - self.guide[rows].min(axis=1)
        excess = np.where(np.isfinite(excess), np.maximum(excess, 0.0), 0.0)
        return np.where(places < 0, dear, excess)
