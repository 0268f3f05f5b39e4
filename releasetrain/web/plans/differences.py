"""A plan against today: its moves with their reasons, by departure, and what each carries before and after."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain import planning_wording
from releasetrain.planning.models import Move
from releasetrain.trains.models import Slot
from releasetrain.web.plans import words
from releasetrain.web.plans.called import called, reason
from releasetrain.web.plans.loads import Change
from releasetrain.web.plans.reading import Rows

NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One move. ``late`` and ``was_late``: in words; ``broken``: why it does not hold any more; ``is_lacking``: it was
    not ticked, and something ticked rests on it.
    """

    move: Move
    late: str
    was_late: str
    why: str
    needs: tuple[str, ...]
    broken: str
    is_ticked: bool
    is_lacking: bool

    @property
    def first_needs(self) -> tuple[str, ...]:
        """The moves named on the page; applying offers all that are needed."""
        return self.needs[:NAMED]

    @property
    def more_needs(self) -> int:
        """How many more there are."""
        return max(0, len(self.needs) - NAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A departure that the plan touches: who comes, who goes from it, and what it carries.

    ``slot`` None: it was to depart at ``start_at``, and is no more.
    """

    start_at: datetime
    slot: Slot | None
    change: Change | None
    rows: tuple[Row, ...]
    leaving: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What was ticked on the page, and what else it rests on."""

    chosen: frozenset[int] = frozenset()
    lacking: frozenset[int] = frozenset()


def departures(
    rows: Rows, changes: Mapping[int, Change], *, broken: Mapping[int, str], ticked: Ticked
) -> list[Departure]:
    """Return the departures that the plan touches, in their order."""
    coming: dict[tuple[datetime, int], list[Row]] = defaultdict(list)
    going: dict[tuple[datetime, int], list[Move]] = defaultdict(list)
    for move in rows.moves:
        start = move.new.start_at if move.new else move.new_start_at
        coming[start, move.new_id or 0].append(_row(move, broken, ticked))
        if move.old is not None:
            going[move.old.start_at, move.old.pk].append(move)
    return [
        Departure(
            start_at=start,
            slot=rows.slots.get(pk),
            change=changes.get(pk),
            rows=tuple(coming[start, pk]),
            leaving=tuple(going[start, pk]),
        )
        for start, pk in sorted({*coming, *going})
    ]


def _row(move: Move, broken: Mapping[int, str], ticked: Ticked) -> Row:
    return Row(
        move=move,
        late=lateness(move.days_late),
        was_late="" if move.days_late_before is None else lateness(move.days_late_before),
        why=planning_wording.reason(reason(move.reason), called()),
        needs=words.codes(move.needs),
        broken=broken.get(move.release_id, ""),
        is_ticked=move.release_id in ticked.chosen,
        is_lacking=move.release_id in ticked.lacking,
    )


def lateness(days: int) -> str:
    """Return "on time" or "3 days late"."""
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days} if days > 0 else _("on time")
