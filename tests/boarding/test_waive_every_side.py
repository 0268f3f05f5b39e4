"""A waiver works alike whatever stands on its other side: a release, a slot, a freeze, a table, a database (C4)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from releasetrain.boarding import queries
from releasetrain.boarding.actions.changing import Step, add_change
from releasetrain.boarding.actions.drafting import edit
from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.waiving import amend_waiver, end_waiver, key_of, waive
from releasetrain.domain.errors import Refused
from releasetrain.domain.stages import Stage
from releasetrain.releases import fields
from releasetrain.releases.models import Release
from releasetrain.trains.models import Database, Freeze, LowLoad, Slot, Waiver
from tests.factories import NOW, Cast, create_service, create_table, create_train
from tests.riding import aboard, clock_at, create_release, days, place_of, request_of, said, slot_on

YES = "Both teams watch together."
EARLY = clock_at()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A release that asks for ``slot`` and is kept out by one rule, and how another would be kept out just so."""

    release: Release
    slot: Slot
    another: Callable[[], Release]
    clock: Any = EARLY


def freeze_over(**facts: Any) -> Freeze:
    """A hard freeze of the first two days."""
    known = {"name": "Year end", "first_at": "2031-11-25T00:00", "last_at": "2031-11-26T23:59"}
    return Freeze.objects.create(reason="The books close.", at=NOW, **{**known, **facts})


def changed(cast: Cast, table: Any, name: str = "Wider sums", soak_hours: int = 0, **carriers: Release) -> Any:
    """A schema change of a table with these stages."""
    stages = {Stage(stage): Step(release=one.pk, heavy_lock=stage == "relax") for stage, one in carriers.items()}
    known = {"old_field": "a", "new_field": "b", "soak_hours": soak_hours, "by": cast.ada, "clock": clock_at()}
    return add_change(name=name, table=table.pk, stages=stages, **known)


def frozen(cast: Cast) -> Case:
    freeze_over()
    slot = slot_on(create_train(), day=0)
    return Case(
        release=create_release(team=cast.pay, slot=slot),
        slot=slot,
        another=lambda: create_release(team=cast.inv, slot=slot),
    )


def cut_off(cast: Cast) -> Case:
    slot = slot_on(create_train(), day=0)
    return Case(
        release=create_release(team=cast.pay, slot=slot),
        slot=slot,
        another=lambda: create_release(team=cast.inv, slot=slot),
        clock=clock_at(slot.cut_off_at + days(0.01)),
    )


def capacity(cast: Cast) -> Case:
    slot = slot_on(create_train(), day=0, capacity=1)
    aboard(slot, team=cast.inv)
    return Case(
        release=create_release(team=cast.pay, slot=slot),
        slot=slot,
        another=lambda: create_release(team=cast.inv, slot=slot),
    )


def team_limit(cast: Cast) -> Case:
    slot = slot_on(create_train(), day=0)
    for _ in range(2):
        aboard(slot, team=cast.pay)
    return Case(
        release=create_release(team=cast.pay, slot=slot),
        slot=slot,
        another=lambda: create_release(team=cast.pay, slot=slot),
    )


def same_table(cast: Cast) -> Case:
    train, table = create_train(), create_table()
    first, slot = slot_on(train, day=0), slot_on(train, day=1)
    changed(cast, table, expand=aboard(first, team=cast.pay, tables=[table]))
    return Case(
        release=create_release(team=cast.inv, tables=[table], slot=slot),
        slot=slot,
        another=lambda: create_release(team=cast.inv, tables=[table], slot=slot),
    )


def soak(cast: Cast) -> Case:
    train, table = create_train(), create_table()
    first, slot = slot_on(train, day=0), slot_on(train, day=3)
    before, release = aboard(first, team=cast.pay), create_release(team=cast.pay, slot=slot)
    changed(cast, table, soak_hours=96, expand=before, backfill=release)

    def another() -> Release:
        other = create_release(team=cast.pay, slot=slot)
        changed(cast, create_table(), "Another", soak_hours=96, expand=before, backfill=other)
        return other

    return Case(release=release, slot=slot, another=another)


def peak_hours(cast: Cast) -> Case:
    database = Database.objects.create(name="main")
    LowLoad.objects.create(database=database, weekdays=[6], since="02:00", until="04:00")
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)
    changed(cast, create_table(), relax=release)

    def another() -> Release:
        other = create_release(team=cast.pay, slot=slot)
        changed(cast, create_table(), "Another", relax=other)
        return other

    return Case(release=release, slot=slot, another=another)


CASES = {
    "frozen": frozen,
    "cut-off": cut_off,
    "capacity": capacity,
    "team-limit": team_limit,
    "same-table": same_table,
    "soak": soak,
    "peak-hours": peak_hours,
}


@pytest.fixture(params=CASES)
def case(request, cast) -> Case:
    return CASES[request.param](cast)


def yes(case: Case, cast: Cast, **more: Any) -> bool:
    """Cleo waives everything that keeps the release out."""
    found = queries.standing_conflicts(case.release.pk, slot=case.slot.pk, now=case.clock())
    reasons = {key_of(one): YES for one in found}
    return waive(release=case.release.pk, slot=case.slot.pk, reasons=reasons, by=cast.cleo, clock=case.clock, **more)


def test_waiving_boards_it(cast, case, request):
    assert yes(case, cast)

    assert place_of(case.release) == case.slot.pk
    assert [one.code for one in Waiver.objects.all()] == [request.node.callspec.params["case"]]
    assert queries.standing_conflicts(case.release.pk, slot=case.slot.pk, now=case.clock()) == []


def test_it_says_nothing_about_another_release(cast, case, request):
    yes(case, cast)
    other = case.another()

    with pytest.raises(Refused) as refused:
        book(release=other.pk, slot=case.slot.pk, by=cast.cleo, clock=case.clock)

    assert request.node.callspec.params["case"] in {one.code for one in refused.value.conflicts}


def test_until_is_judged_against_the_departure(cast, case):
    with pytest.raises(Refused) as refused:
        yes(case, cast, until=case.slot.start_at)

    assert refused.value.code == "until-too-early"
    assert yes(case, cast, until=case.slot.start_at + days(0.5))


def test_once_it_is_outlived_the_conflict_stands_again(cast, case):
    yes(case, cast)

    waiver = Waiver.objects.get()
    amend_waiver(waiver=waiver.pk, until=case.slot.start_at, reason="No longer.", by=cast.cleo, clock=case.clock)

    assert queries.standing_conflicts(case.release.pk, slot=case.slot.pk, now=case.clock()) != []
    assert place_of(case.release) == case.slot.pk  # it moves nobody


def test_once_it_is_taken_back_the_conflict_stands_again(cast, case):
    yes(case, cast)

    end_waiver(waiver=Waiver.objects.get().pk, by=cast.cleo, clock=case.clock)

    assert queries.standing_conflicts(case.release.pk, slot=case.slot.pk, now=case.clock()) != []


def test_who_edited_the_release_neither_waives_nor_amends(cast, case):
    yes(case, cast)
    edit(release=case.release.pk, fields=said(case.release, weight=3), by=cast.cleo, **seen(case.release))

    with pytest.raises(Refused) as refused:
        amend_waiver(waiver=Waiver.objects.get().pk, until=None, reason="Longer.", by=cast.cleo, clock=case.clock)

    assert refused.value.code == "edited-it-yourself"


def seen(release: Release) -> dict[str, Any]:
    return {"revision": Release.objects.get(pk=release.pk).revision, "clock": EARLY}


def outgrown(case: Case, cast: Cast, **facts: Any) -> set[str]:
    """What an edit is refused for; asked again, it gives the place back and asks for the same slot."""
    grown = said(case.release, **facts)
    with pytest.raises(Refused) as refused:
        edit(release=case.release.pk, fields=grown, by=cast.ada, **seen(case.release))

    edit(release=case.release.pk, fields=grown, by=cast.ada, ask_again=True, **seen(case.release))

    assert place_of(case.release) is None
    assert request_of(case.release).slot == case.slot
    return {one.code for one in refused.value.conflicts}


def test_an_edit_that_meets_another_freeze_outgrows_the_first(cast):
    case, service = frozen(cast), create_service()
    freeze_over(name="Register").services.add(service)
    yes(case, cast)

    assert outgrown(case, cast, services=frozenset({service.pk})) == {"frozen"}
    assert yes(case, cast)


def test_an_edit_that_touches_another_changing_table_outgrows_the_first(cast):
    case = same_table(cast)
    Release.objects.filter(pk=case.release.pk).update(team=cast.pay)
    table = create_table()
    first = Slot.objects.order_by("start_at").first()
    changed(cast, table, "Another", expand=aboard(first, team=cast.pay, tables=[table]))
    yes(case, cast)

    tables = frozenset({*said(case.release).tables, table.pk})
    assert outgrown(case, cast, tables=tables) == {"same-table"}
    assert yes(case, cast)


def test_an_edit_that_ships_another_stage_too_early_outgrows_the_first(cast):
    case = soak(cast)
    yes(case, cast)
    change = case.release.schema_stages.get().change_id

    steps = frozenset({fields.Step(change=change, stage="drop")})
    assert outgrown(case, cast, steps=steps) == {"soak"}
    assert yes(case, cast)


def test_who_edited_a_stage_of_a_change_waives_nothing_for_its_table(cast):
    case = same_table(cast)
    carrier = Release.objects.exclude(pk=case.release.pk).get()
    edit(release=carrier.pk, fields=said(carrier, weight=3), by=cast.cleo, **seen(carrier))

    with pytest.raises(Refused) as refused:
        yes(case, cast)

    assert (refused.value.code, refused.value.details) == ("edited-it-yourself", {"release": carrier.pk})
