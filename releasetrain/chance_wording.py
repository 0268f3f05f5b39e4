"""What a place would cost, in the same words wherever one is offered. Values come in, words go out."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.conflict_wording import day
from releasetrain.domain.chances import Chance


def cost(chance: Chance, *, zone: ZoneInfo) -> str:
    """Return "free, on time", "moves 4 to Thu 11 Dec, none late; 2 days late", for a place that would do."""
    late = _days_late(chance.days_late)
    if not chance.displaces:
        words = _("free, %(when)s") % {"when": late or _("on time")}
    else:
        words = "; ".join(filter(None, (_moves(chance, zone), late)))
    return _("%(cost)s; in a soft freeze") % {"cost": words} if chance.in_soft_freeze else words


def look(chance: Chance) -> tuple[str, str]:
    """Return the meaning and the shape of a place that would do: clear where it costs nothing."""
    costs = chance.days_late or chance.displaces or chance.in_soft_freeze
    return ("is-waiting", "cost") if costs else ("is-clear", "clear")


def _days_late(late: int) -> str:
    return ngettext("%(late)s day late", "%(late)s days late", late) % {"late": late} if late else ""


def _moves(chance: Chance, zone: ZoneInfo) -> str:
    """Who moves on: how many, where to if to one departure, and who of them becomes late or waits again."""
    words = {"n": len(chance.displaces), "late": _late(chance.others_late)}
    starts = {one.departs_at for one in chance.displaces}
    to = starts.pop() if len(starts) == 1 else None
    if to is None:
        return _("moves %(n)s, %(late)s") % words
    return _("moves %(n)s to %(day)s, %(late)s") % {**words, "day": day(to, zone)}


def _late(others: int) -> str:
    return ngettext("%(n)s late", "%(n)s late", others) % {"n": others} if others else _("none late")
