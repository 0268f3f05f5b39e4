"""What happens to a whole departure, a whole train or a whole schema change, as values that one mail tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Request, Slot, Train

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The facts, the teams whose it is, and the releases ``about`` which others may want to know."""

    facts: dict[str, Any]
    teams: frozenset[int]
    about: tuple[int, ...] = ()


def of_slot(event: str, payload: Payload) -> Told | None:
    """Return what a departure's closing, skipping or going after all means for whom; None: for nobody."""
    slot = Slot.objects.filter(pk=payload["slot"]).select_related("train").first()
    if slot is None:
        return None
    facts = {"slot": payload["slot_starts"], "slot_id": slot.pk, "train": slot.train.name, "slug": slot.train.slug}
    if event == "slot.reopened":
        return Told(facts=facts, teams=_waiting_for(slot.train))
    gone, unheard = payload["gone"], payload["unheard"]
    if not gone and not unheard:
        return None
    about = [one["release"] for one in gone]
    known = _releases({*about, *unheard, *(id for one in gone for id in one["rests_on"])})
    told = {"missed": payload.get("missed", False), "gone": _gone(gone, known)}
    waits = [str(known[id]) for id in unheard if id in known]
    teams = frozenset(known[id].team_id for id in (*about, *unheard) if id in known)
    return Told(facts={**facts, **told, "unheard": waits}, teams=teams, about=tuple(about))


def _releases(ids: Iterable[int]) -> dict[int, Release]:
    return {one.pk: one for one in Release.objects.filter(pk__in=list(ids)).select_related("team")}


def _gone(gone: Iterable[Mapping[str, Any]], known: Mapping[int, Release]) -> list[dict[str, Any]]:
    """Each with where it rides now: where it was put at once, or where it has boarded since; None: it waits."""
    rows = [one for one in gone if one["release"] in known]
    live = Booking.objects.filter(release__in=[one["release"] for one in rows], left_at=None)
    rides = {release: start.isoformat() for release, start in live.values_list("release", "slot__start_at")}
    return [
        {
            "release": str(known[one["release"]]),
            "code": known[one["release"]].code,
            "slot": rides.get(one["release"]),
            "rests_on": [str(known[id]) for id in one["rests_on"] if id in known],
        }
        for one in rows
    ]


def _waiting_for(train: Train) -> frozenset[int]:
    waiting = Request.objects.filter(train=train, ended_at=None, asked_at__isnull=False)
    return frozenset(waiting.values_list("release__team", flat=True))


def teams_on(train: Train) -> frozenset[int]:
    """Return the teams that ride a departure of the train which is still to be closed, or ask for a place on it."""
    coming = trains.holding().filter(slot__train=train, slot__closed_at=None, outcomes=None)
    riding = coming.exclude(slot__kind=Slot.Kind.PAST).values_list("release__team", flat=True)
    return frozenset(riding) | _waiting_for(train)


def of_change(payload: Payload) -> Told | None:
    """Return whom it concerns that a schema change is given up: who carries it, and who touches its table."""
    change = SchemaChange.objects.filter(pk=payload["change"]).select_related("table").first()
    if change is None:
        return None
    touches = Q(table_links__table=change.table_id, submitted_at__isnull=False, withdrawn_at=None)
    concerned = Release.objects.filter(Q(schema_stages__change=change) | touches)
    teams = frozenset(concerned.values_list("team", flat=True))
    return Told(facts={"change": change.name, "table": change.table.name}, teams=teams)
