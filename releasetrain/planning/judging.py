"""Which moves of a plan could be made in the calendar as it is now, asked with the rules themselves.

Moves come read with their release; nothing here asks the database.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from releasetrain.domain.conflicts.values import Conflict, SideKind, releases_in
from releasetrain.domain.picture import Picture
from releasetrain.planning.models import Move

ROUNDS = 8  # of leaving out as few as possible; whoever is refused after that goes all at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A move that cannot be made any more, by code.

    "withdrawn", "rolled-back"; "moved": it rides elsewhere than the plan found it; "left": it gave its place back;
    "asks-no-more"; "no-such-slot", "slot-departed", "slot-skipped", "has-departed", "needs-a-word", "before-earliest";
    "conflict": the rules refuse it now, with what they say; "rests-on": ``on``, moves that it needs, cannot be made.
    """

    release: int
    code: str
    conflicts: tuple[Conflict, ...] = ()
    on: tuple[int, ...] = ()


def closed(moves: Iterable[Move], chosen: Collection[int]) -> frozenset[int]:
    """Return the chosen releases and all whose moves theirs rest on; who has been moved already is not among them."""
    needs = {move.release_id: move.needs for move in moves if move.applied_at is None}
    found: set[int] = set()
    ahead = [release for release in chosen if release in needs]
    while ahead:
        release = ahead.pop()
        if release not in found:
            found.add(release)
            ahead += [other for other in needs[release] if other in needs]
    return frozenset(found)


def gone(moves: Sequence[Move], picture: Picture, *, asking: Collection[int]) -> list[Gone]:
    """Return the moves that cannot be made any more; all others can be, together.

    ``picture``: of these releases and their new slots; ``asking``: those among them that ask for a place. Where several
    moves meet one obstacle, the last of them is told, and no more than must be left out.
    """
    passed = ((move, _passed(move, picture, asking)) for move in moves)
    found = {move.release_id: Gone(release=move.release_id, code=code) for move, code in passed if code}
    for round_ in range(len(moves) + 1):
        found |= _resting(moves, found)
        left = [move for move in moves if move.release_id not in found]
        refused = _refused(left, picture, every=round_ >= ROUNDS)
        if not refused:
            break
        found |= {id: Gone(release=id, code="conflict", conflicts=tuple(said)) for id, said in refused.items()}
    return [found[move.release_id] for move in moves if move.release_id in found]


def _passed(move: Move, picture: Picture, asking: Collection[int]) -> str:
    """Why a move is over whatever the rules say, as a code."""
    release, place = move.release, picture.places.get(move.release_id)
    if release.withdrawn_at is not None:
        return "withdrawn"
    if release.rolled_back_at is not None:
        return "rolled-back"
    if move.new_id is None:
        return "no-such-slot"
    if place is not None and place.slot == move.new_id:
        return ""  # somebody moved it there already
    if code := _elsewhere(move, None if place is None else place.slot, asking):
        return code
    return picture.refusal(move.release_id, move.new_id)


def _elsewhere(move: Move, slot: int | None, asking: Collection[int]) -> str:
    if move.old_id is not None:
        return "" if slot == move.old_id else "left" if slot is None else "moved"
    if slot is not None:
        return "moved"
    return "" if move.release_id in asking else "asks-no-more"


def _resting(moves: Sequence[Move], found: Mapping[int, Gone]) -> dict[int, Gone]:
    """Whose moves rest on one that cannot be made; ``needs`` says all of them, however far."""
    resting: dict[int, Gone] = {}
    for move in moves:
        on = tuple(other for other in move.needs if other in found)
        if on and move.release_id not in found:
            resting[move.release_id] = Gone(release=move.release_id, code="rests-on", on=on)
    return resting


def _refused(moves: Sequence[Move], picture: Picture, *, every: bool) -> dict[int, list[Conflict]]:
    """Who must be left out, with the conflicts: per obstacle the last of those that meet it, or every one."""
    rank = {move.release_id: at for at, move in enumerate(moves)}
    refused: dict[int, list[Conflict]] = {}
    for conflicts in _by_obstacle(made(moves, picture)).values():
        movers = {one for conflict in conflicts for one in named(conflict) if one in rank}
        for release in movers if every else [max(movers, key=rank.__getitem__)]:
            refused.setdefault(release, []).extend(one for one in conflicts if one.has(release))
    return refused


def _by_obstacle(conflicts: Iterable[Conflict]) -> dict[object, list[Conflict]]:
    """Conflicts with one slot under one rule are one obstacle: each of its riders is told of the same points."""
    found: dict[object, list[Conflict]] = {}
    for one in conflicts:
        key = (one.code, one.b) if one.b.kind is SideKind.SLOT else (one.code, one.a, one.b)
        found.setdefault(key, []).append(one)
    return found


def made(moves: Iterable[Move], picture: Picture) -> list[Conflict]:
    """Return what the rules refuse of these moves, made together (C5)."""
    changes = {move.release_id: move.new_id for move in moves}
    return picture.made_by(picture.moved(changes), releases=changes) if changes else []


def named(conflict: Conflict) -> Iterator[int]:
    """Yield the releases that stand on a side of a conflict or behind one."""
    yield from (side.id for side in (conflict.a, conflict.b) if side.kind is SideKind.RELEASE)
    yield from conflict.parties


def widened(moves: Sequence[Move], chosen: Collection[int], picture: Picture) -> frozenset[int] | None:
    """Return the fewest moves with the chosen ones that the rules let pass now; None: there are none.

    Grows from the chosen ones by the moves of those who are in their way. ``picture``: of all ``moves``.
    """
    taken = closed(moves, chosen)
    while found := made([move for move in moves if move.release_id in taken], picture):
        more = _in_the_way(moves, found) - taken
        if not more:
            return None
        taken |= closed(moves, more)
    return taken


def _in_the_way(moves: Iterable[Move], found: Iterable[Conflict]) -> frozenset[int]:
    """The moves of those who stand on a side, and of those who would leave a slot that is one."""
    releases = {one for conflict in found for one in (*named(conflict), *releases_in(conflict.basis.facts))}
    slots = {conflict.b.id for conflict in found if conflict.b.kind is SideKind.SLOT}
    return frozenset(
        move.release_id
        for move in moves
        if move.applied_at is None and (move.release_id in releases or move.old_id in slots)
    )
