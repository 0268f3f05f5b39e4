"""What of a plan no longer holds on the calendar of now, in words."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import wording
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, sentence, sides
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.planning import queries
from releasetrain.planning.queries import Gone
from releasetrain.releases.models import Release
from releasetrain.web.plans.reading import Rows
from releasetrain.web.plans.words import codes

WHY: Mapping[str, Promise] = {
    "moved": gettext_lazy("It rides elsewhere now than when this was planned."),
    "left": gettext_lazy("It gave its place back since this was planned."),
    "asks-no-more": gettext_lazy("It asks for no place any more."),
    "slot-skipped": gettext_lazy("That departure was skipped."),
}


def broken_moves(found: Rows, *, zone: ZoneInfo) -> dict[int, str]:
    """Return why a move cannot be made any more, by release; a constant number of queries."""
    if found.proposal is None:
        return {}
    gone = queries.no_longer_holds(found.proposal, now=timezone.now())
    called = _called(gone, zone)
    return {one.release: _words(one, called) for one in gone}


def _called(gone: list[Gone], zone: ZoneInfo) -> Names:
    told = [conflict for one in gone for conflict in one.conflicts]
    seen = Release.objects.filter(pk__in=sides(told, SideKind.RELEASE)) if told else ()
    return names(seen, zone=zone, conflicts=told)


def _words(one: Gone, called: Names) -> str:
    if one.conflicts:
        return sentence(one.conflicts[0], of=one.release, names=called)
    if one.on:
        return _("It rests on %(codes)s.") % {"codes": ", ".join(codes(one.on))}
    return str(WHY.get(one.code) or wording.REFUSALS.get(one.code) or wording.REFUSALS["conflict"])
