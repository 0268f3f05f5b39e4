"""Distinct people for the seats of a release's gates: a matching, not counts per role (R2, R7)."""

from collections.abc import Collection, Mapping, Sequence


def seated(seats: Sequence[Collection[int]]) -> dict[int, int]:
    """Return who sits where, as {index of the seat: person}; each seat names the people who could take it.

    One person takes one seat. As many seats are taken as can be, and the earlier of two that exclude each other: a
    seat that is taken stays taken while later ones are tried (augmenting paths, Kuhn 1955), so the taken seats are
    the first basis of the transversal matroid.
    """
    sits: dict[int, int] = {}
    for seat in range(len(seats)):
        _seat(seat, seats, sits, set())
    return {seat: person for person, seat in sits.items()}


def _seat(seat: int, seats: Sequence[Collection[int]], sits: dict[int, int], asked: set[int]) -> bool:
    for person in sorted(seats[seat]):
        if person in asked:
            continue
        asked.add(person)
        if person not in sits or _seat(sits[person], seats, sits, asked):
            sits[person] = seat
            return True
    return False


def unfilled(wanted: Mapping[str, int], able: Mapping[str, Collection[int]]) -> list[str]:
    """Return the gates that cannot get their quorum of distinct people, in order; ``able``: who could, per gate."""
    named = [gate for gate, quorum in wanted.items() for _ in range(quorum)]
    taken = seated([able.get(gate, ()) for gate in named])
    return list(dict.fromkeys(gate for seat, gate in enumerate(named) if seat not in taken))
