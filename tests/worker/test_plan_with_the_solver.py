"""From the question to the applied plan, with the engine that the worker has."""

from datetime import timedelta

import pytest

from releasetrain.planning import asked as asking
from releasetrain.planning import queries
from releasetrain.planning.actions import apply, ask, run_plan
from releasetrain.planning.models import PlanRun
from releasetrain.worker.solving import Solver
from tests.factories import NOW, clock, create_cast, create_service, create_train
from tests.riding import aboard, create_release, days, place_of, slot_on

Kind, State = PlanRun.Kind, PlanRun.State


@pytest.fixture
def cast(db):
    return create_cast()


@pytest.fixture
def slots(cast):
    train = create_train(capacity=6)
    return [slot_on(train, day=7 * week) for week in range(1, 6)]


def planned(cast, kind=Kind.PLAN, **said):
    run = ask(kind=kind, asked=asking.read({"seconds": 1, **said}), by=cast.cleo, clock=clock())
    ticks = iter(NOW + timedelta(seconds=second) for second in range(10_000))
    run_plan(run=run.pk, clock=lambda: next(ticks), engine=Solver())
    run.refresh_from_db()
    return run


@pytest.fixture
def crowd(cast, slots):
    """A large one that is late, two that wait, and one that could go earlier."""
    service = create_service()
    large = aboard(slots[4], team=cast.pay, size="L", services=[service], due=(NOW + days(20)).date())
    early = aboard(slots[3], team=cast.inv, services=[service])
    waiting = [create_release(team=team, size="M", train=slots[0].train) for team in (cast.pay, cast.inv)]
    return large, early, waiting


def test_three_plans_are_found_each_can_be_applied_and_bounds_hold(cast, slots, crowd):
    large, _early, waiting = crowd

    run = planned(cast)

    assert (run.state, run.failure) == (State.DONE, "")
    assert {one.aim for one in run.proposals.all()} == {"fewest-moves", "balanced", "earliest"}
    assert all(level["bound"] <= level["value"] for one in run.proposals.all() for level in one.levels)
    assert all(queries.no_longer_holds(one, now=NOW) == [] for one in run.proposals.all())
    apply(proposal=run.proposals.get(aim="earliest").pk, by=cast.cleo, clock=clock())
    assert place_of(large) in {slots[0].pk, slots[1].pk}
    assert all(place_of(one) is not None for one in waiting)


def test_a_repair_gives_a_release_the_slot_it_asks_for(cast, slots, crowd):
    _large, early, _waiting = crowd

    run = planned(cast, kind=Kind.REPAIR, must={early.pk: slots[0].pk})

    proposal = run.proposals.get(aim="repair")
    assert proposal.moves.get(release=early).new == slots[0]
    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())
    assert place_of(early) == slots[0].pk


def test_where_none_can_be_the_contradiction_names_releases_of_the_calendar(cast, slots):
    """Three large ones and two departures: none may share one."""
    large = [create_release(team=cast.pay, size="L", train=slots[0].train) for _ in range(3)]
    for slot in slots[2:]:
        slot.delete()

    run = planned(cast)

    assert run.state == State.NONE
    assert {one for clash in run.contradiction["clashes"] for one in clash["releases"]} <= {one.pk for one in large}
