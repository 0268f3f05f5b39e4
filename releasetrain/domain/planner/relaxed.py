"""A problem with its common rules turned into prices: per slot, per team and slot, per service or table and slot.

Lagrangian relaxation (Held and Karp 1971; Fisher 1981): at any prices of zero or more, what everybody costs at least
when each (with the chain of orders it is in) minds only prices is a bound for every plan. Subgradient steps after
Polyak (1969) raise it.
"""

from dataclasses import dataclass

import numpy as np

from releasetrain.domain.planner.chains import Forest, Places, Reals
from releasetrain.domain.planner.compiled import NO_LIMIT
from releasetrain.domain.planner.problem import LargeRule
from releasetrain.domain.planner.state import Ground, State, bits


@dataclass(slots=True)
class Prices:
    """What is charged: per slot and point, per team and slot, per shared service or table and slot, per upper level."""

    slots: Reals
    teams: Reals
    holds: Reals
    levels: Reals

    def parts(self) -> tuple[Reals, ...]:
        """Return the arrays, always in this order."""
        return self.slots, self.teams, self.holds, self.levels

    def copy(self) -> "Prices":
        """Return prices that may be changed apart."""
        return Prices(*(part.copy() for part in self.parts()))


class Relaxed:
    """The arrays of a problem that prices are reckoned with. ``options``: what propagation leaves each release."""

    def __init__(self, ground: Ground, options: list[int]) -> None:
        known = self.known = ground.known
        self.free = list(known.problem.free)
        self.forest = Forest(known)
        self.allowed = np.zeros((known.n, known.m), dtype=bool)
        for at, mask in enumerate(options):
            self.allowed[at, list(bits(mask))] = True
        state = State(ground)
        self.room = np.array([self._room(state, slot) for slot in range(known.m)], dtype=np.float64)
        self.limited = self.room < NO_LIMIT
        self.room[~self.limited] = 0.0
        self._points()
        self._teams(state)
        self._holds()

    def _room(self, state: State, slot: int) -> int:
        capacity = self.known.capacity[slot]
        return NO_LIMIT if capacity >= NO_LIMIT else max(0, capacity - state.used[slot])

    def _points(self) -> None:
        """Points per release; a large one that rides alone takes all there is."""
        releases, slots = self.known.problem.releases, self.known.problem.slots
        self.points = np.array([0 if one.settled else one.points for one in releases], dtype=np.float64)
        self.large = np.array([at for at in self.free if releases[at].is_large], dtype=np.int64)
        alone = np.array([slot.large is LargeRule.ALONE for slot in slots], dtype=bool)
        self.large_points = np.where(alone[None, :], self.room[None, :], self.points[self.large][:, None])

    def _teams(self, state: State) -> None:
        known = self.known
        names = sorted({known.problem.releases[at].team for at in self.free if known.limit[at] < NO_LIMIT}, key=str)
        number = {team: place for place, team in enumerate(names)}
        self.team = np.full(known.n, -1, dtype=np.int64)
        for at in self.free:
            self.team[at] = number.get(known.problem.releases[at].team, -1)
        self.watched = np.flatnonzero(self.team >= 0)
        self.members = [np.flatnonzero(self.team == place) for place in range(len(names))]
        left = [
            [max(0, known.problem.team_limits[team] - state.teams[team][slot]) for slot in range(known.m)]
            for team in names
            if team is not None
        ]
        self.seats = np.array(left, dtype=np.float64).reshape(len(names), known.m)

    def _holds(self) -> None:
        """Which departures each large one's hold would cover, per service or table that others large ones use too."""
        known, releases = self.known, self.known.problem.releases
        self.holders, shared = list[int](), list[int]()
        resources = list(known.large_of)
        for number, resource in enumerate(resources):
            for at in known.large_of[resource]:
                if not releases[at].settled:
                    self.holders.append(at)
                    shared.append(number)
        self.shared, count = np.array(shared, dtype=np.int64), len(resources)
        spans = [[known.problem.hold_of(at, slot) for slot in range(known.m)] for at in self.holders]
        shape = (len(self.holders), known.m)
        self.begins = np.array([[known.first_at(b) for b, _ in row] for row in spans], dtype=np.int64).reshape(shape)
        self.covers = np.array([[known.first_at(e) for _, e in row] for row in spans], dtype=np.int64).reshape(shape)
        self.covers = np.maximum(self.covers, self.begins)
        self.resources = count

    def free_of_charge(self, levels: int) -> Prices:
        """Return prices of nothing, with those of ``levels`` upper levels."""
        known = self.known
        return Prices(
            np.zeros(known.m), np.zeros(self.seats.shape), np.zeros((self.resources, known.m)), np.zeros(levels)
        )

    def charged(self, costs: Reals, prices: Prices) -> Reals:
        """Return what each slot costs each release at these prices; ``costs`` hold infinity where nobody may ride."""
        found = costs + self.points[:, None] * prices.slots[None, :]
        if len(self.large):
            found[self.large] = costs[self.large] + self.large_points * prices.slots[None, :]
        for team in np.flatnonzero(prices.teams.any(axis=1)):
            found[self.members[team]] += prices.teams[team]
        if self.holders:
            summed = np.hstack([np.zeros((self.resources, 1)), prices.holds.cumsum(axis=1)])[self.shared]
            fees = np.take_along_axis(summed, self.covers, axis=1) - np.take_along_axis(summed, self.begins, axis=1)
            np.add.at(found, self.holders, fees)
        return found

    def income(self, prices: Prices) -> float:
        """Return what prices would bring in if everything there is were taken."""
        return float(prices.slots @ self.room + (prices.teams * self.seats).sum() + prices.holds.sum())

    def asked_too_much(self, places: Places) -> tuple[Reals, Reals, Reals]:
        """Return by how much these places ask more than there is: points, seats of teams, holds."""
        m = self.known.m
        weights = self.points.copy()
        weights[self.large] = self.large_points[np.arange(len(self.large)), places[self.large]]
        points = np.bincount(places, weights=weights, minlength=m) - self.room
        points[~self.limited] = 0.0
        taken = np.bincount(self.team[self.watched] * m + places[self.watched], minlength=self.seats.size)
        return points, taken.reshape(self.seats.shape) - self.seats, self._held(places) - 1.0

    def _held(self, places: Places) -> Reals:
        edges = np.zeros((self.resources, self.known.m + 1))
        if self.holders:
            rows, at = np.arange(len(self.holders)), places[self.holders]
            np.add.at(edges, (self.shared, self.begins[rows, at]), 1.0)
            np.add.at(edges, (self.shared, self.covers[rows, at]), -1.0)
        found: Reals = edges.cumsum(axis=1)[:, :-1]
        return found
