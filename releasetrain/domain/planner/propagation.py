"""Which options are left to each release once everything that is certain beforehand is drawn from them."""

from releasetrain.domain.planner.state import Ground, State, bits


def left_options(ground: Ground) -> list[int] | None:
    """Return per release the slots (a set of bits) that settled releases and orders leave; None: somebody has none."""
    state = State(ground)
    found = [
        ground.options[at] if one.settled else state.fitting(at, closures=False)
        for at, one in enumerate(ground.known.problem.releases)
    ]
    changed = set(range(len(ground.known.problem.orders)))
    while changed:
        number = changed.pop()
        for at in _kept_apart(ground, number, found):
            changed.update(ground.known.preds[at], ground.known.succs[at])
            changed.discard(number)
    free = ground.known.problem.free
    return found if all(found[at] for at in free) else None


def _kept_apart(ground: Ground, number: int, found: list[int]) -> list[int]:
    """Take from both sides of an order what no slot of the other goes with; return whose options shrank."""
    order, known = ground.known.problem.orders[number], ground.known
    reach, leading = 0, 0
    for slot in bits(found[order.before]):
        onward = ground.after(number, slot)
        reach |= onward
        if onward & found[order.then]:
            leading |= 1 << slot
    shrunk = []
    for at, left in ((order.before, leading), (order.then, reach)):
        if not known.problem.releases[at].settled and found[at] & ~left:
            found[at] &= left
            shrunk.append(at)
    return shrunk
