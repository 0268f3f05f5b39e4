"""Stop a search, and throw away what came of one."""

import pytest

from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.planning import queries
from releasetrain.planning.actions import apply, cancel, throw_away
from releasetrain.planning.models import PlanRun
from releasetrain.teams.queries import person
from tests.factories import NOW, clock, create_train
from tests.planning_rows import create_run, propose
from tests.riding import aboard, days, place_of, slot_on

State = PlanRun.State


def test_a_run_that_nobody_began_ends_at_once(cast):
    run = create_run(by=cast.cleo, state=State.WAITING)

    done = cancel(run=run.pk, by=cast.cleo, clock=clock())

    assert (done.state, done.finished_at, done.cancelled_by) == (State.DONE, NOW, cast.cleo)
    assert [entry.verb for entry in log.about([f"plan:{run.pk}"])] == ["plan.cancelled"]


def test_a_run_that_goes_on_is_asked_to_stop(cast):
    run = create_run(by=cast.cleo, state=State.RUNNING)

    done = cancel(run=run.pk, by=cast.cleo, clock=clock())

    assert (done.state, done.finished_at, done.cancelled_at) == (State.RUNNING, None, NOW)


def test_who_stops_it_again_changes_nothing(cast):
    run = create_run(by=cast.cleo, state=State.RUNNING)
    cancel(run=run.pk, by=cast.cleo, clock=clock())

    again = cancel(run=run.pk, by=cast.cleo, clock=clock(NOW + days(1)))

    assert again.cancelled_at == NOW
    assert log.about([f"plan:{run.pk}"]).count() == 1


def test_a_run_that_is_over_stays_as_it_is(cast):
    run = create_run(by=cast.cleo)

    assert cancel(run=run.pk, by=cast.cleo, clock=clock()).cancelled_at is None


@pytest.mark.parametrize("verb", [cancel, throw_away])
def test_only_release_managers_stop_it_or_throw_it_away(cast, verb):
    run = create_run(by=cast.cleo)

    with pytest.raises(Refused) as found:
        verb(run=run.pk, by=cast.ada, clock=clock())

    assert found.value.code == "forbidden"


def test_what_is_thrown_away_is_in_no_list_and_stops(cast):
    run, kept = create_run(by=cast.cleo, state=State.RUNNING), create_run(by=cast.cleo)

    throw_away(run=run.pk, by=cast.cleo, clock=clock())

    run.refresh_from_db()
    assert (run.thrown_away_at, run.cancelled_at) == (NOW, NOW)
    assert list(queries.visible_to(person(cast.dov))) == [kept]
    with pytest.raises(Refused) as found:
        throw_away(run=run.pk, by=cast.cleo, clock=clock())
    assert found.value.code == "no-such-plan"


def test_what_was_applied_of_it_stays_applied(cast):
    train = create_train()
    near, far = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(far, team=cast.pay)
    proposal = propose({release: near}, by=cast.cleo)
    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    throw_away(run=proposal.run_id, by=cast.cleo, clock=clock())

    assert place_of(release) == near.pk


def test_everybody_who_is_signed_in_sees_plans_and_nobody_else(cast):
    proposal = propose({}, by=cast.cleo)

    assert queries.proposal_of(person(cast.dov), proposal.pk) == proposal
    assert queries.proposal_of(None, proposal.pk) is None
    assert not queries.visible_to(None).exists()
