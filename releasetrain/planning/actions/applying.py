"""Apply a plan: all of its moves or some, in one step or not at all."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from releasetrain.teams.models import User

Clock = Callable[[], datetime]


def apply(
    *,
    proposal: int,
    chosen: Collection[int] | None = None,
    by: User,
    clock: Clock,
    key: UUID | None = None,
    seen: int | None = None,
) -> frozenset[int]:
    """Move the releases of a proposal to where it wants them, all at once, and return whom; or raise ``Refused``.

    ``chosen``: of which releases, None: of all that are not applied yet. A choice that rests on moves that were not
    chosen is refused ("plan-needs-others" with ``releases``: what is missing); so is what no longer holds
    ("plan-no-longer-holds" with ``gone``: [{release, code, conflicts}], see ``queries.no_longer_holds``).
    ``seen``: how many of its moves were applied when the page was made; others since are refused ("plan-applied-since").
    For release managers; once per ``key``.
    """
    raise NotImplementedError
