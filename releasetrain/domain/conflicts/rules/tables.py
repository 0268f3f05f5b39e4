"""While a schema change on a table is under way, nobody else touches it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, fact
from releasetrain.domain.stages import Stage
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Change

FOR_EVER = datetime.max.replace(tzinfo=UTC)


def touches_a_changing_table(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with each table that the claim touches while a change of others on it is under way.

    For a release that carries a stage of a change: one for everybody else whom the change meets so, since its place
    says when the change is under way.
    """
    every = Booked.given(booked)
    return [_with_table(other, change) for change, other in _meetings(claim, every)]


def _meetings(claim: Claim, booked: Booked) -> Iterator[tuple[Change, Claim]]:
    for table in sorted(claim.touched):
        for change in claim.world.changes_on.get(table, ()):
            if _meets(change, claim, claim, booked):
                yield change, claim
    for change in claim.world.changes_of.get(claim.release, ()):
        for other in booked.touching(change.table):
            if other.release != claim.release and _meets(change, other, claim, booked):
                yield change, other


def _meets(change: Change, toucher: Claim, claim: Claim, booked: Booked) -> bool:
    if toucher.release in change.carriers.values():
        return False
    span = under_way(change, claim, booked)
    return span is not None and span.meets(toucher.departs)


def under_way(change: Change, claim: Claim, booked: Booked) -> Window | None:
    """Return from when to when the change is under way, with ``claim`` where it would be; None: it has no place yet.

    From its first stage's slot to the end of the drop's soak; open-ended while a later stage has no slot. Abandoning it
    ends it.
    """
    placed = {
        stage: place
        for stage, release in change.steps
        if (place := claim if release == claim.release else booked.of(release)) is not None
    }
    if not placed:
        return None
    start = min(place.departs.start for place in placed.values())
    is_whole = Stage.DROP in placed and len(placed) == len(change.carriers)
    end = placed[Stage.DROP].holds.end if is_whole else FOR_EVER
    end = min(end, change.abandoned_at or end)
    return Window(start, max(start, end))


def _with_table(claim: Claim, change: Change) -> Conflict:
    basis = Basis(frozenset({fact("table", change.table), fact("change", change.id)}))
    sides = Side.release(claim.release), Side(SideKind.TABLE, change.table)
    parties = frozenset(change.carriers.values())
    return Conflict("same-table", *sides, basis, claim.departs.start, parties=parties)


RULES = (
    Rule(
        code="same-table",
        rank=30,
        predicate=touches_a_changing_table,
        sides=(SideKind.TABLE,),
        basis=("table", "change"),
        remedies=(Remedy.MOVE, Remedy.MOVE_OTHER, Remedy.ABANDON, Remedy.WAIVE),
    ),
)
