"""What the planner's numbers are called on a page: releases, slots by when they depart, teams, what is shared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.utils import timezone

from releasetrain.conflict_names import KINDS
from releasetrain.domain.planner.values import Clash, Reason
from releasetrain.planning_wording import Called
from releasetrain.teams.models import Team
from releasetrain.trains.models import Slot
from releasetrain.web.templatetags.times import moment_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What was read to name slots, teams, services and tables."""

    slots: Mapping[int, Slot]
    teams: Mapping[int, str]
    shared: Mapping[str, str]
    zone: tzinfo

    def slot(self, id: int) -> str:
        """Return when a slot departs."""
        known = self.slots.get(id)
        return moment_in(known.start_at, self.zone) if known else str(id)

    def team(self, id: int | str) -> str:
        """Return a team's code."""
        return self.teams.get(int(id), str(id))

    def resource(self, fact: int | str) -> str:
        """Return what "service:3" is called; a plain number is a table."""
        return self.shared.get(fact if isinstance(fact, str) else f"table:{fact}", str(fact))


def code(release: int) -> str:
    """Return what a release is called in a row."""
    return f"RT-{release}"


def called(clashes: Iterable[Clash] = ()) -> Called:
    """Return how to call what these facts name; reads nothing where they name only releases."""
    told, zone = list(clashes), timezone.get_current_timezone()
    slots = {slot for one in told for slot in one.slots}
    names = Names(
        slots=Slot.objects.in_bulk(slots) if slots else {},
        teams=_teams(one.of for one in told if one.code == "team-limit"),
        shared=_shared(one.of for one in told if one.code in ("large-overlap", "same-table")),
        zone=zone,
    )
    return Called(release=code, slot=names.slot, team=names.team, resource=names.resource)


def _teams(ids: Iterable[Any]) -> dict[int, str]:
    wanted = {int(one) for one in ids if one is not None}
    return dict(Team.objects.filter(pk__in=wanted).values_list("pk", "code")) if wanted else {}


def _shared(facts: Iterable[Any]) -> dict[str, str]:
    wanted = {fact if isinstance(fact, str) else f"table:{fact}" for fact in facts if fact is not None}
    found: dict[str, str] = {}
    for kind in {fact.split(":")[0] for fact in wanted} & KINDS.keys():
        ids = [int(fact.split(":")[1]) for fact in wanted if fact.startswith(f"{kind}:")]
        found |= {f"{kind}:{one.pk}": one.name for one in KINDS[kind].objects.filter(pk__in=ids)}
    return found


def clash(told: Mapping[str, Any]) -> Clash:
    """Return a fact as it was kept."""
    amounts = dict(told.get("amounts") or {})
    lists = {name: tuple(told.get(name) or ()) for name in ("releases", "slots")}
    return Clash(code=told["code"], of=told.get("of"), amounts=amounts, **lists)


def reason(told: Mapping[str, Any]) -> Reason:
    """Return a reason as it was kept."""
    releases, amounts = tuple(told.get("releases") or ()), dict(told.get("amounts") or {})
    return Reason(code=told["code"], rule=told.get("rule") or "", releases=releases, amounts=amounts)
