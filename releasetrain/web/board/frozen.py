"""Which columns of the board are frozen, by what, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from releasetrain.conflict_wording import day
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.trains.models import Freeze, Slot
from releasetrain.web.board.view import Board

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A freeze that whole departures meet. ``until``: its end at the departure."""

    name: str
    is_hard: bool
    until: datetime

    def words(self, zone: ZoneInfo) -> str:
        """Return "frozen: year-end close, until Sun 4 Jan": the last day that is frozen."""
        said = _("frozen: %(name)s, until %(day)s") if self.is_hard else _("softly frozen: %(name)s, until %(day)s")
        return said % {"name": self.name, "day": day(self.until - A_MINUTE, zone)}


def frozen_of(board: Board) -> Mapping[int, Frozen]:
    """Return the freeze that meets each coming departure in view, a hard one first; reads names only if one does."""
    met = {slot.pk: found for slot in board.slots if (found := _met(board, slot))}
    wanted = {freeze.id for freeze, _until in met.values()}
    names = dict(Freeze.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return {
        slot: Frozen(name=names.get(freeze.id, ""), is_hard=freeze.is_hard, until=until)
        for slot, (freeze, until) in met.items()
    }


def _met(board: Board, slot: Slot) -> tuple[FreezeFacts, datetime] | None:
    if slot.kind == Slot.Kind.PAST or slot.end_at <= board.picture.now:
        return None
    departs = board.picture.departures[slot.pk].slot.departs
    whole = [one for one in board.picture.world.freezes if one.is_for_all_of_a_train and _is_of(one, slot.train_id)]
    found = [(one, window.end) for one in whole for window in one.windows if window.meets(departs)]
    return min(found, key=lambda pair: (not pair[0].is_hard, pair[0].id), default=None)


def _is_of(freeze: FreezeFacts, train: int) -> bool:
    return not freeze.trains or train in freeze.trains
