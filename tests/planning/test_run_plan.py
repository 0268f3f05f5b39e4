"""What a worker does of a plan: reads the calendar, lets the engine look, keeps what it found; once, or anew."""

from datetime import timedelta

import pytest

from releasetrain.boarding.actions import riding
from releasetrain.domain.planner.values import Clash, Contradiction
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Message
from releasetrain.planning import asked as asking
from releasetrain.planning import queries
from releasetrain.planning.actions import apply, ask, cancel, run_plan
from releasetrain.planning.models import PlanRun
from releasetrain.releases.models import Dependency
from releasetrain.worker import handlers
from tests.factories import NOW, clock, create_train
from tests.planning.engines import FakeEngine, first, last
from tests.riding import aboard, create_release, days, place_of, slot_on

State, Kind = PlanRun.State, PlanRun.Kind


@pytest.fixture
def slots(cast):
    train = create_train(capacity=5)
    return [slot_on(train, day=day) for day in (1, 8, 15)]


@pytest.fixture
def rider(cast, slots):
    return aboard(slots[1], team=cast.pay, due=(NOW + days(3)).date())


def asked_for(cast, *, kind=Kind.PLAN, trains=(), **said):
    return ask(kind=kind, trains=trains, asked=asking.read(said), by=cast.cleo, clock=clock())


def done(run, engine, *, at=NOW):
    run_plan(run=run.pk, clock=clock(at), engine=engine)
    run.refresh_from_db()
    return run


def moves_of(run, aim="earliest"):
    proposal = run.proposals.get(aim=aim)
    return {move.release_id: (move.old_id, move.new_id) for move in proposal.moves.all()}


def test_three_plans_are_kept_with_their_levels_and_what_they_were_read_from(cast, slots, rider):
    waits = create_release(team=cast.inv, train=slots[0].train)
    run = asked_for(cast, seconds=5, seed=3)

    done(run, engine := FakeEngine(places=first))

    assert (run.state, run.finished_at, run.revision, run.tries) == (State.DONE, NOW, queries.revision(), 1)
    assert [one.aim for one in run.proposals.all()] == ["fewest-moves", "balanced", "earliest"]
    level = {"level": "lateness", "value": 7, "bound": 5, "given": {"moves": 2}}
    assert run.proposals.first().levels == [level]
    assert moves_of(run) == {rider.pk: (slots[1].pk, slots[0].pk), waits.pk: (None, slots[0].pk)}
    ((_, effort),) = engine.asked
    assert (effort.seconds, effort.seed) == (5, 3)


def test_each_move_has_its_reason_and_how_late_it_is(cast, slots, rider):
    run = done(asked_for(cast), FakeEngine(places=first))

    move = run.proposals.first().moves.get()

    assert (move.reason["code"], move.reason["amounts"]) == ("in-time", {"days": 6})
    assert (move.days_late_before, move.days_late, move.new_start_at) == (6, 0, slots[0].start_at)


def test_today_is_measured_in_the_same_way(cast, slots, rider):
    create_release(team=cast.inv, train=slots[0].train)

    run = done(asked_for(cast), FakeEngine(places=first))

    assert run.baseline == {"moves": 0, "lateness": 6, "earliness": 7, "waiting": 1}


def test_of_some_trains_only_their_releases_move(cast, slots, rider):
    other = slot_on(create_train(slug="other"), day=20)
    elsewhere = aboard(other, team=cast.inv)
    slot_on(other.train, day=2)

    run = done(asked_for(cast, trains=[slots[0].train_id]), FakeEngine(places=first))

    assert moves_of(run).keys() == {rider.pk}
    assert place_of(elsewhere) == other.pk


def test_who_is_pinned_stays_and_who_is_left_out_is_not_planned(cast, slots, rider):
    waits = create_release(team=cast.inv, train=slots[0].train)

    run = done(asked_for(cast, pinned=[rider.pk], leave_out=[waits.pk]), FakeEngine(places=first))

    assert (run.state, run.failure) == (State.NONE, "nothing-to-plan")


def test_what_is_only_tried_is_planned_with_and_written_nowhere(cast, slots, rider):
    """A departure without room, a freeze over the next one, and another due date."""
    slot_on(slots[0].train, day=22)
    freeze = {"since": str(slots[1].start_at - days(1)), "until": str(slots[1].end_at + days(1))}
    due = (NOW + days(20)).date()
    tried = {"capacity": {slots[0].pk: 0}, "freezes": [freeze], "dates": {rider.pk: {"due": str(due)}}}

    engine = FakeEngine(places=lambda problem: [known.options[1] for known in problem.releases])
    run = done(asked_for(cast, kind=Kind.TRIED, tried=tried), engine)

    assert moves_of(run) == {rider.pk: (slots[1].pk, slots[2].pk)}
    assert engine.problem.releases[0].options == (0, 2, 3)
    assert run.proposals.first().moves.get().days_late == 0
    assert [slot.capacity for slot in engine.problem.slots] == [0, 5, 5, 5]
    slots[0].refresh_from_db()
    rider.refresh_from_db()
    assert (slots[0].capacity, rider.due) == (5, (NOW + days(3)).date())


def test_a_repair_leaves_waiting_whom_it_is_not_about_but_for_what_it_needs(cast, slots, rider):
    needed, wants = (create_release(team=cast.inv, train=slots[0].train) for _ in range(2))
    create_release(team=cast.inv, train=slots[0].train)
    Dependency.objects.create(release=wants, on=needed)
    run = asked_for(cast, kind=Kind.REPAIR, about={"kind": "bump", "release": wants.pk})

    done(run, FakeEngine(places=last))

    assert moves_of(run, aim="repair").keys() == {rider.pk, needed.pk, wants.pk}


def test_a_repair_is_one_plan_and_gives_a_release_its_slot(cast, slots, rider):
    run = asked_for(cast, kind=Kind.REPAIR, must={rider.pk: slots[2].pk})

    done(run, engine := FakeEngine(places=last))

    assert [what for what, _ in engine.asked] == ["repair"]
    assert moves_of(run, aim="repair") == {rider.pk: (slots[1].pk, slots[2].pk)}


def test_who_can_ride_nowhere_is_told_apart(cast, slots, rider):
    waits = create_release(team=cast.inv, train=slots[0].train, earliest=(NOW + days(300)).date())

    run = done(asked_for(cast), FakeEngine(places=first))

    assert [one["release"] for one in run.left_out] == [waits.pk]
    assert waits.pk not in moves_of(run)


def test_where_there_is_no_plan_the_contradiction_is_kept(cast, slots, rider):
    clash = Clash(code="capacity", releases=(0,), slots=(0, 1), of="x", amounts={"points": 3})
    engine = FakeEngine(places=None, clashes=Contradiction(clashes=(clash,)))

    run = done(asked_for(cast), engine)

    assert (run.state, run.failure, run.proposals.count()) == (State.NONE, "", 0)
    assert run.contradiction == {
        "minimal": True,
        "clashes": [
            {
                "code": "capacity",
                "releases": [rider.pk],
                "slots": [slots[0].pk, slots[1].pk],
                "of": "x",
                "amounts": {"points": 3},
            }
        ],
    }


def test_no_plan_and_no_contradiction_was_not_found_in_time(cast, rider):
    run = done(asked_for(cast), FakeEngine(places=None))

    assert (run.state, run.failure, run.contradiction) == (State.NONE, "not-found-in-time", None)


def test_progress_is_written_at_most_twice_a_second(cast, rider, monkeypatch):
    run = asked_for(cast)
    seen, now = [], [NOW]

    def later():
        now[0] += timedelta(milliseconds=200)
        seen.append(PlanRun.objects.get(pk=run.pk).progress.get("seconds"))

    run_plan(run=run.pk, clock=lambda: now[0], engine=FakeEngine(tells=6, meanwhile=later))

    assert seen == [0, 0, 0, 3, 3, 3]


def test_a_cancelled_search_ends_at_its_next_word_and_keeps_the_best_so_far(cast, slots, rider):
    run, now = asked_for(cast), [NOW]

    def meanwhile():
        now[0] += timedelta(seconds=1)
        cancel(run=run.pk, by=cast.cleo, clock=clock())

    engine = FakeEngine(places=first, tells=3, meanwhile=meanwhile)
    run_plan(run=run.pk, clock=lambda: now[0], engine=engine)

    run.refresh_from_db()
    assert engine.went_on == [True, False, False]
    assert (run.state, run.proposals.count()) == (State.DONE, 3)
    assert moves_of(run) == {rider.pk: (slots[1].pk, slots[0].pk)}


def test_a_search_that_is_not_cancelled_goes_on(cast, rider):
    done(asked_for(cast), engine := FakeEngine(tells=3))

    assert engine.went_on == [True, True, True]


def test_cancelled_before_it_found_anything_it_does_not_look_for_a_contradiction(cast, rider):
    run = asked_for(cast)
    engine = FakeEngine(places=None, tells=2, meanwhile=lambda: cancel(run=run.pk, by=cast.cleo, clock=clock()))
    ticks = iter(NOW + timedelta(seconds=n) for n in range(20))

    run_plan(run=run.pk, clock=lambda: next(ticks), engine=engine)

    run.refresh_from_db()
    assert (run.state, [what for what, _ in engine.asked]) == (State.DONE, ["plan"])


def test_a_run_that_is_over_is_not_done_again(cast, rider):
    run = done(asked_for(cast), FakeEngine(places=first))
    apply(proposal=run.proposals.first().pk, by=cast.cleo, clock=clock())

    done(run, again := FakeEngine(places=last))

    assert (again.asked, run.tries) == ([], 1)
    assert run.proposals.first().moves.get().applied_at == NOW


def test_a_run_whose_worker_died_starts_anew_in_place_of_what_was_there(cast, slots, rider):
    run = asked_for(cast)

    class Killed(BaseException):
        """Nothing in the worker's way can hold it."""

    def dies():
        raise Killed

    with pytest.raises(Killed):
        run_plan(run=run.pk, clock=clock(), engine=FakeEngine(meanwhile=dies))
    run.refresh_from_db()
    assert (run.state, run.tries) == (State.RUNNING, 1)

    done(run, FakeEngine(places=first))

    assert (run.state, run.tries, run.proposals.count()) == (State.DONE, 2, 3)


def test_a_run_at_which_three_workers_died_is_given_up(cast, rider):
    run = asked_for(cast)
    PlanRun.objects.filter(pk=run.pk).update(state=State.RUNNING, tries=3)

    done(run, engine := FakeEngine())

    assert (run.state, run.failure, engine.asked) == (State.FAILED, "lost", [])


def test_what_goes_wrong_is_kept_logged_and_not_tried_again(cast, rider, caplog):
    run = asked_for(cast)

    def breaks():
        raise ZeroDivisionError

    done(run, FakeEngine(meanwhile=breaks))

    assert (run.state, run.failure, run.finished_at) == (State.FAILED, "failed", NOW)
    assert f"plan {run.pk} failed" in caplog.text


def test_two_workers_at_one_run_keep_the_first_answer(cast, slots, rider):
    """The first took longer than its lease; the second had it done meanwhile."""
    run = asked_for(cast)
    slow = FakeEngine(places=last, meanwhile=lambda: done(run, FakeEngine(places=first)))

    done(run, slow)

    assert moves_of(run) == {rider.pk: (slots[1].pk, slots[0].pk)}


def test_an_edit_while_it_looks_is_not_held_up_and_makes_the_plan_old(cast, slots, rider):
    """The calendar is free while the engine works, and what it found is judged anew afterwards."""
    run = asked_for(cast)
    moved = lambda: riding.move(release=rider.pk, slot=slots[2].pk, by=cast.ada, clock=clock())  # noqa: E731

    done(run, FakeEngine(places=first, meanwhile=moved))

    assert run.revision < queries.revision()
    (gone,) = queries.no_longer_holds(run.proposals.first(), now=NOW)
    assert (gone.release, gone.code) == (rider.pk, "moved")


def test_a_departure_that_goes_while_it_looks_is_told_as_gone(cast, slots, rider):
    run = done(asked_for(cast), FakeEngine(places=first, meanwhile=slots[0].delete))

    (gone,) = queries.no_longer_holds(run.proposals.first(), now=NOW)
    assert (run.state, gone.code) == (State.DONE, "no-such-slot")


def test_a_calendar_that_changes_while_it_is_read_is_read_again(cast, slots, rider, monkeypatch):
    from releasetrain.planning.actions import running

    really, reads = running.reading.calendar, []

    def read(now, trains):
        found = really(now, trains)
        if not reads:
            riding.move(release=rider.pk, slot=slots[2].pk, by=cast.ada, clock=clock())
        reads.append(now)
        return found

    monkeypatch.setattr(running.reading, "calendar", read)

    run = done(asked_for(cast), FakeEngine(places=first))

    assert (len(reads), run.revision) == (2, queries.revision())
    assert moves_of(run) == {rider.pk: (slots[2].pk, slots[0].pk)}


def test_the_outbox_brings_it_to_a_worker(cast, rider, monkeypatch):
    monkeypatch.setattr(handlers, "Solver", FakeEngine)
    run = asked_for(cast)

    outbox.drain_lane("plan.asked", clock=lambda: Message.objects.get(event="plan.asked").due_at)

    run.refresh_from_db()
    assert run.state == State.DONE
    assert Message.objects.get(event="plan.asked").done_at is not None
