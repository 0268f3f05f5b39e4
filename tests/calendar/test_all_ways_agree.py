"""Board, verbs behind the API, CI gate, import and the nightly check say the same of a place in a random calendar (C1).

A few calendars in every run; ``CALENDARS=5000`` (``make test-calendar``) draws as many.
"""

import os
from collections import Counter

import pytest
from django.db import connection, transaction

from releasetrain.boarding import gate, queries
from releasetrain.boarding.actions import importing, riding
from releasetrain.boarding.standing import judged
from releasetrain.domain.conflicts import RULES
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains import lock
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Slot
from releasetrain.web.board import view
from tests.calendar.random_calendar import draw, ground
from tests.factories import NOW, clock

pytestmark = pytest.mark.slow
CALENDARS = int(os.environ.get("CALENDARS", "16"))
PARTS = 8  # so that several cores share them
TRIED = 3  # departures of each calendar


class Undone(Exception):
    """Takes back what a verb did."""


def by_board(release, slot) -> set[str]:
    chosen = trains.with_resources(Release.objects.select_related("team")).get(pk=release.pk)
    shown = view.board(slot.train, since=slot.start_at, now=NOW, chosen=chosen)
    return said_of(shown.chances[slot.pk])


def by_remedies(release, slot) -> set[str]:
    return said_of(queries.chances(release.pk, [slot], now=NOW)[slot.pk])


def said_of(chance) -> set[str]:
    return {chance.refusal} if chance.refusal else {one.code for one in chance.standing}


def by_verb(release, slot, by) -> set[str]:
    """What the verb behind page and API does; taken back."""
    within = lock._one_step.set(True)
    try:
        with transaction.atomic():
            riding.book(release=release.pk, slot=slot.pk, by=by, clock=clock())
            raise Undone
    except Undone:
        return set()
    except Refused as refused:
        return {one.code for one in refused.conflicts} or {refused.code}
    finally:
        lock._one_step.reset(within)


def by_gate(release, slot) -> set[str]:
    fresh = Release.objects.select_related("team").get(pk=release.pk)
    return {one.code for one in gate.may_board(fresh, slot=slot.pk, now=NOW).objections}


def by_import(release, slot, by) -> set[str]:
    """A new row that says what the release says, tried for the same departure."""
    facts = Release.objects.prefetch_related("services", "tables", "needs__on").get(pk=release.pk)
    needs = ";".join(_need(one) for one in facts.needs.all())
    tables = ";".join(f"{one.database}.{one.name}" for one in facts.tables.all())
    cells = [
        "new",
        "New",
        facts.team.code,
        facts.size,
        ";".join(one.name for one in facts.services.all()),
        tables,
        needs,
        f"{slot.start_at:%Y-%m-%d %H:%M}",
    ]
    heading = "key,title,team,size,services,tables,needs,slot"
    text = f"{heading}\n" + ",".join(cells)
    report = importing.import_releases(
        text=text, history=False, train=slot.train.slug, by=by, clock=clock(), dry_run=True
    )
    (of_train,) = report.trains
    if of_train.boarded:
        return set()
    (line,) = of_train.asking
    return {code for code, _ in line.against} or {line.code}


def _need(one) -> str:
    key = one.on.imported_key.removeprefix("file:")
    return key if one.lag_hours is None else f"{key}+{one.lag_hours}h"


def by_night(release, slot) -> set[str]:
    """What the whole calendar, judged as every night, says once it rides there, and did not say before."""
    before = {(one.code, one.a, one.b) for one in _by_night()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        placed = Booking.objects.create(release=release, slot=slot, booked_at=NOW)
        found = _by_night()
        placed.delete()
        cursor.execute("SET LOCAL session_replication_role = origin")
    return {one.code for one in found if one.has(release.pk) and (one.code, one.a, one.b) not in before}


def _by_night():
    return [one.conflict for one in judged(trains.whole(now=NOW)) if one.conflict.blocks]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.usefixtures("unqueued")
def test_everybody_who_is_asked_says_the_same(cast, part):
    on, found = ground(cast), Counter()
    for seed in range(part, CALENDARS, PARTS):
        drawn = draw(on, seed)
        regular = [slot for slot in drawn.slots if slot.kind == "regular" and slot.start_at > NOW]
        for slot in regular[:TRIED]:
            here = Slot.objects.select_related("train").get(pk=slot.pk)
            says = answers(drawn.asks, here, cast.cleo)
            assert len(set(map(frozenset, says.values()))) == 1, f"seed {seed}, slot {slot.pk}: {says}"
            found.update(says["board"] or {"free"})
        no_waivers()
        for slot in regular[:TRIED]:  # a row is a release that nobody waived anything for
            here = Slot.objects.select_related("train").get(pk=slot.pk)
            says = {"board": by_board(drawn.asks, here), "import": by_import(drawn.asks, here, cast.cleo)}
            assert says["board"] == says["import"], f"seed {seed}, slot {slot.pk}: {says}"
    print(dict(found))
    assert found.total() >= CALENDARS // PARTS


def no_waivers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM trains_waiver")
        cursor.execute("SET LOCAL session_replication_role = origin")


def answers(release, slot, by) -> dict[str, set[str]]:
    return {
        "board": by_board(release, slot),
        "remedies": by_remedies(release, slot),
        "verb": by_verb(release, slot, by),
        "gate": by_gate(release, slot),
        "night": by_night(release, slot),
    }


def test_the_calendars_that_are_drawn_meet_nearly_every_rule(cast):
    """Else agreeing on them would say little: what is left asks for values that nobody can type in yet."""
    on, met = ground(cast), set()
    for seed in range(120):
        drawn = draw(on, seed)
        for one in queries.chances(drawn.asks.pk, drawn.slots, now=NOW).values():
            met |= {found.code for found in (*one.standing, *one.warnings)}
        met |= {found.code for found in _whole()}

    assert met >= set(RULES) - {"old-version-running"}


def _whole():
    whole = trains.whole(now=NOW)
    return whole.conflicts_of(whole.places.keys())
