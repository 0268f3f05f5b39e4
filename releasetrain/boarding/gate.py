"""What the CI gate needs to know of a release, read for the pure rule to judge."""

from dataclasses import dataclass
from datetime import datetime

from releasetrain.boarding import queries
from releasetrain.boarding.journeys import journey
from releasetrain.domain.errors import Refused
from releasetrain.domain.gate import Case, Objection, against_boarding, against_departing
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.windows import Window
from releasetrain.releases.models import Release
from releasetrain.reviews.queries.standing import open_gates, unticked
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The gate's answer: what speaks against it, and the slot it is about."""

    release: Release
    slot: Slot | None
    objections: list[Objection]


def asked_about(number: int, *, person: Person) -> Release:
    """Return the release if ``person`` may ask the gate about it: submitted ones, and drafts of their own teams."""
    found = Release.objects.filter(pk=number).select_related("team").first()
    if found is None or not may(person, Permission.ASK_GATE):
        raise Refused("no-such-release", details={"release": number})
    if found.submitted_at is None and found.team_id not in person.teams and not may(person, Permission.SEE_DRAFT):
        raise Refused("no-such-release", details={"release": number})
    return found


def may_depart(release: Release, *, now: datetime) -> Ruling:
    """Return whether it may ship now."""
    case, slot = _case(release, now)
    return Ruling(release=release, slot=slot, objections=against_departing(case, now=now))


def may_board(release: Release, *, slot: int | None, now: datetime) -> Ruling:
    """Return whether it may take ``slot``; None: the next that would do."""
    case, place = _case(release, now)
    wanted = _wanted(release, slot, place, now)
    if wanted is None:
        found = against_boarding(case, refusal="no-slot-would-do", standing=())
        return Ruling(release=release, slot=None, objections=found)
    chance = queries.chances(release.pk, [wanted], now=now)[wanted.pk]
    found = against_boarding(case, refusal=chance.refusal, standing=chance.standing)
    return Ruling(release=release, slot=wanted, objections=found)


def _wanted(release: Release, slot: int | None, place: Slot | None, now: datetime) -> Slot | None:
    slots = Slot.objects.select_related("train")
    if slot is not None:
        if (found := slots.filter(pk=slot).first()) is None:
            raise Refused("no-such-slot", details={"slot": slot, "field": "slot"})
        return found
    request = queries.request_or_none(release.pk)
    train = place.train if place else request.train if request else queries.default_train(release.team_id)
    ways = queries.ways_out(release.pk, train=train.pk, now=now, count=1) if train else []
    return slots.get(pk=ways[0].slot) if ways else None


def _case(release: Release, now: datetime) -> tuple[Case, Slot | None]:
    """What is stored of its reviews is not believed here: they are judged anew."""
    release.open_gates = open_gates(release.pk) if release.submitted_at else None
    here = journey(release, now=now)
    slot = here.booking.slot if here.booking else None
    ran = trains.ran_of(here.booking.ran) if here.booking else None
    case = Case(
        submitted=release.submitted_at is not None,
        withdrawn=release.withdrawn_at is not None,
        rolled_back=release.rolled_back_at is not None,
        departs=Window(slot.start_at, slot.end_at) if slot else None,
        departed=ran is not None,
        finished=ran is not None and ran.finished_at is not None,
        standing=here.standing if slot else (),
        conditions=tuple(one.words for one in unticked(release.pk)) if slot else (),
    )
    return case, slot
