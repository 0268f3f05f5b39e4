"""How a plan gets on reaches whoever has its page open; the list hears of what it shows alone."""

from releasetrain.planning.actions import apply
from releasetrain.planning.models import PlanRun
from tests.factories import NOW, clock, create_train
from tests.planning_rows import create_run, propose
from tests.riding import aboard, slot_on


def test_a_run_and_how_far_it_is(ear, cast):
    ear.heard()

    run = create_run(by=cast.cleo, state="running")
    assert ear.heard() == {f"plan:{run.pk}", "plans"}

    PlanRun.objects.update(progress={"seconds": 1})
    assert ear.heard() == {f"plan:{run.pk}"}

    PlanRun.objects.update(state="done", finished_at=NOW)
    assert ear.heard() == {f"plan:{run.pk}", "plans"}

    PlanRun.objects.update(thrown_away_at=NOW)
    assert ear.heard() == {f"plan:{run.pk}", "plans"}


def test_a_proposal_and_that_it_is_applied(ear, cast):
    train = create_train()
    near, far = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(far, team=cast.pay)
    run = create_run(by=cast.cleo)
    ear.heard()

    proposal = propose({release: near}, by=cast.cleo, run=run)
    assert ear.heard() == {f"plan:{run.pk}", "plans"}

    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())
    assert {f"plan:{run.pk}", "plans", f"release:{release.pk}", f"train:{train.pk}"} <= ear.heard()


def test_a_run_that_is_removed(ear, cast):
    run = create_run(by=cast.cleo)
    propose({}, by=cast.cleo, run=run)
    number = run.pk
    ear.heard()

    run.delete()

    assert ear.heard() == {f"plan:{number}", "plans"}
