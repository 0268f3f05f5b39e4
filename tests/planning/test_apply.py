"""Apply a plan: all of its moves, or a choice that needs nothing else, in one step or not at all."""

from datetime import timedelta
from uuid import uuid4

import pytest

from releasetrain.audit import queries as log
from releasetrain.boarding.actions import riding, skipping, submitting
from releasetrain.domain.errors import Refused
from releasetrain.outbox.models import Message
from releasetrain.planning import queries
from releasetrain.planning.actions import apply, throw_away
from releasetrain.planning.models import PlanRun
from releasetrain.teams.models import User
from releasetrain.trains.models import Booking, Slot
from tests.factories import NOW, TUESDAY, clock, create_service, create_train
from tests.planning_rows import create_run, propose
from tests.riding import aboard, board, create_release, days, place_of, request_of, slot_on


@pytest.fixture
def slots(cast):
    train = create_train(capacity=1)
    return [slot_on(train, day=day) for day in (0, 7, 14, 21)]


@pytest.fixture
def swap(cast, slots):
    """Two releases that change places: neither could go alone."""
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    needs = {one: [other], other: [one]}
    return one, other, propose({one: slots[1], other: slots[0]}, by=cast.cleo, needs=needs)


def refused(proposal, *, by, **how):
    with pytest.raises(Refused) as found:
        apply(proposal=proposal.pk, by=by, clock=clock(), **how)
    return found.value


def gone_of(error):
    return {one["release"]: one["code"] for one in error.details["gone"]}


def test_all_moves_are_made_in_one_step_although_none_could_be_made_alone(cast, slots, swap):
    one, other, proposal = swap

    done = apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    assert done == {one.pk, other.pk}
    assert (place_of(one), place_of(other)) == (slots[1].pk, slots[0].pk)
    proposal.refresh_from_db()
    assert (proposal.applied_at, proposal.applied_by) == (NOW, cast.cleo)
    assert {move.applied_at for move in proposal.moves.all()} == {NOW}


def test_who_only_asked_gets_its_place(cast, slots):
    release = create_release(team=cast.pay, train=slots[0].train)
    proposal = propose({release: slots[2]}, by=cast.cleo)

    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    assert place_of(release) == slots[2].pk
    assert request_of(release) is None


def test_a_move_keeps_the_plan_and_its_reason_and_is_told_as_other_moves_are(cast, swap):
    one, _other, proposal = swap

    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    because = {
        "code": "planned",
        "plan": proposal.run_id,
        "aim": "fewest-moves",
        "why": "in-time",
        "amounts": {"days": 2},
    }
    assert Booking.objects.get(release=one, left_at=NOW).left_because == because
    told = [message.payload for message in Message.objects.filter(event="booking.moved")]
    assert [said["because"]["code"] for said in told if said["release"] == one.pk] == ["planned"]
    assert [entry.verb for entry in log.about([f"plan:{proposal.run_id}"])] == ["plan.applied"]


def test_nothing_is_moved_where_one_move_is_refused(cast, slots):
    """The second of them rides into a slot that somebody took meanwhile."""
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[2], other: slots[3]}, by=cast.cleo)
    taker = aboard(slots[3], team=cast.inv)

    error = refused(proposal, by=cast.cleo)

    assert (error.code, gone_of(error)) == ("plan-no-longer-holds", {other.pk: "conflict"})
    assert {one.code for one in error.conflicts} == {"capacity"}
    assert (place_of(one), place_of(other), place_of(taker)) == (slots[0].pk, slots[1].pk, slots[3].pk)
    assert not proposal.moves.exclude(applied_at=None).exists()


def test_what_still_holds_can_be_chosen_then(cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[2], other: slots[3]}, by=cast.cleo)
    aboard(slots[3], team=cast.inv)

    apply(proposal=proposal.pk, chosen=[one.pk], by=cast.cleo, clock=clock())

    assert (place_of(one), place_of(other)) == (slots[2].pk, slots[1].pk)
    proposal.refresh_from_db()
    assert proposal.applied_at is None


def test_a_choice_that_rests_on_others_is_refused_with_their_names(cast, slots, swap):
    one, other, proposal = swap

    error = refused(proposal, by=cast.cleo, chosen=[one.pk])

    assert (error.code, error.details) == ("plan-needs-others", {"releases": [other.pk]})
    assert place_of(one) == slots[0].pk
    assert queries.closed_with(proposal, [one.pk]) == {one.pk, other.pk}


def test_what_the_plan_did_not_know_to_be_needed_is_found_by_the_rules(cast, slots):
    """The slot got smaller since: one more must leave it along with the chosen one."""
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[1], other: slots[2]}, by=cast.cleo)

    error = refused(proposal, by=cast.cleo, chosen=[one.pk])

    assert (error.code, error.details) == ("plan-needs-others", {"releases": [other.pk]})


def test_the_rest_can_be_applied_later(cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[2], other: slots[3]}, by=cast.cleo)
    apply(proposal=proposal.pk, chosen=[one.pk], by=cast.cleo, clock=clock())

    done = apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    proposal.refresh_from_db()
    assert (done, place_of(other), proposal.applied_at) == ({other.pk}, slots[3].pk, NOW)


def test_a_release_that_moved_since_is_told_and_a_plan_is_judged_anew(cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[2], other: slots[0]}, by=cast.cleo, needs={other: [one]})
    riding.move(release=one.pk, slot=slots[3].pk, by=cast.ada, clock=clock())

    found = queries.no_longer_holds(proposal, now=NOW)

    assert [(gone.release, gone.code, gone.on) for gone in found] == [
        (other.pk, "rests-on", (one.pk,)),
        (one.pk, "moved", ()),
    ]
    assert gone_of(refused(proposal, by=cast.cleo)) == {one.pk: "moved", other.pk: "rests-on"}


def test_a_revision_that_is_old_does_no_harm_where_everything_still_holds(cast, slots, swap):
    one, _other, proposal = swap
    riding.book(
        release=create_release(team=cast.pay, train=slots[0].train).pk, slot=slots[3].pk, by=cast.ada, clock=clock()
    )
    assert queries.revision() > proposal.run.revision

    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    assert queries.no_longer_holds(proposal, now=NOW) == []
    assert place_of(one) == slots[1].pk


def test_who_left_is_told(cast, slots):
    one = aboard(slots[0], team=cast.pay)
    proposal = propose({one: slots[2]}, by=cast.cleo)
    riding.leave(release=one.pk, reason="Not ready.", by=cast.ada, clock=clock())

    assert gone_of(refused(proposal, by=cast.cleo)) == {one.pk: "left"}


def test_who_is_withdrawn_or_asks_no_more_is_told(cast, slots):
    one = create_release(team=cast.pay, train=slots[0].train)
    other = create_release(team=cast.inv, train=slots[0].train)
    proposal = propose({one: slots[2], other: slots[3]}, by=cast.cleo)
    submitting.withdraw(release=one.pk, reason="Not wanted.", by=cast.ada, clock=clock())
    request = request_of(other)
    request.ended_at = NOW
    request.save()

    assert gone_of(refused(proposal, by=cast.cleo)) == {one.pk: "withdrawn", other.pk: "asks-no-more"}


def test_a_slot_that_is_skipped_closed_or_gone_is_told(cast, slots):
    train = slots[0].train
    riders = [aboard(slot, team=cast.pay) for slot in slots[:3]]
    skipped, shut, gone = (slot_on(train, day=day) for day in (28, 35, 42))
    proposal = propose(dict(zip(riders, (skipped, shut, gone), strict=True)), by=cast.cleo)
    skipping.skip_slot(slot=skipped.pk, reason="A holiday.", by=cast.cleo, clock=clock())
    Slot.objects.filter(pk=shut.pk).update(closed_at=NOW)
    gone.delete()

    error = refused(proposal, by=cast.cleo)

    assert gone_of(error) == {riders[0].pk: "slot-skipped", riders[1].pk: "conflict", riders[2].pk: "no-such-slot"}
    assert [conflict.code for conflict in error.conflicts] == ["cut-off"]


def test_who_departed_is_told(cast, slots):
    one = aboard(slots[0], team=cast.pay)
    proposal = propose({one: slots[2]}, by=cast.cleo)

    with pytest.raises(Refused) as found:
        apply(proposal=proposal.pk, by=cast.cleo, clock=clock(TUESDAY + timedelta(minutes=5)))

    assert gone_of(found.value) == {one.pk: "needs-a-word"}


def test_who_was_moved_there_by_hand_is_no_obstacle(cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[2], other: slots[3]}, by=cast.cleo)
    riding.move(release=one.pk, slot=slots[2].pk, by=cast.ada, clock=clock())

    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())

    assert (place_of(one), place_of(other)) == (slots[2].pk, slots[3].pk)
    assert Booking.objects.filter(release=one).count() == 2


def test_two_large_ones_that_would_meet_by_now_are_refused(cast, slots):
    """Somebody gave the other the same service meanwhile."""
    shared, train = create_service(), create_train(slug="wide", capacity=20, soak_large_hours=120)
    far, near, next_day = (slot_on(train, day=day) for day in (60, 30, 31))
    one = aboard(far, team=cast.pay, size="L", services=[shared])
    proposal = propose({one: near}, by=cast.cleo)
    other = create_release(team=cast.inv, size="L", services=[shared])
    board(other, next_day)

    error = refused(proposal, by=cast.cleo)

    assert [conflict.code for conflict in error.conflicts] == ["large-overlap"]
    assert place_of(one) == far.pk


@pytest.mark.parametrize("who", ["ada", "ines", "dov"])
def test_nobody_but_a_release_manager_applies_a_plan(cast, swap, who):
    assert refused(swap[2], by=getattr(cast, who)).code == "forbidden"


def test_who_was_deactivated_meanwhile_applies_nothing(cast, slots, swap):
    User.objects.filter(pk=cast.cleo.pk).update(is_active=False)

    assert refused(swap[2], by=cast.cleo).code == "forbidden"
    assert place_of(swap[0]) == slots[0].pk


def test_the_second_click_of_a_double_click_changes_nothing(cast, slots, swap):
    one, other, proposal = swap
    key = uuid4()
    first = apply(proposal=proposal.pk, by=cast.cleo, clock=clock(), key=key)

    again = apply(proposal=proposal.pk, by=cast.cleo, clock=clock(NOW + days(1)), key=key)

    assert first == again == {one.pk, other.pk}
    assert Booking.objects.count() == 4


def test_a_plan_that_is_applied_has_nothing_more_to_apply(cast, swap):
    apply(proposal=swap[2].pk, by=cast.cleo, clock=clock())

    assert refused(swap[2], by=cast.cleo).code == "plan-nothing-to-apply"


def test_a_page_that_shows_less_applied_than_there_is_applies_nothing(cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[2], other: slots[3]}, by=cast.cleo)
    apply(proposal=proposal.pk, chosen=[one.pk], by=cast.cleo, clock=clock(), seen=0)

    assert refused(proposal, by=cast.cleo, seen=0).code == "plan-applied-since"
    assert place_of(other) == slots[1].pk


def test_a_choice_of_what_the_plan_does_not_move_is_refused(cast, slots, swap):
    stranger = aboard(slots[2], team=cast.pay)

    error = refused(swap[2], by=cast.cleo, chosen=[stranger.pk])

    assert (error.code, error.details["release"]) == ("plan-no-such-move", stranger.pk)


def test_what_rests_on_facts_that_are_only_tried_cannot_be_applied(cast, slots):
    release = aboard(slots[0], team=cast.pay)
    asked = {"tried": {"capacity": {str(slots[1].pk): 5}}}
    run = create_run(by=cast.cleo, kind=PlanRun.Kind.TRIED, asked=asked)

    assert refused(propose({release: slots[1]}, by=cast.cleo, run=run), by=cast.cleo).code == "plan-only-tried"


def test_a_what_if_that_tries_nothing_can_be_applied(cast, slots):
    release = aboard(slots[0], team=cast.pay)
    run = create_run(by=cast.cleo, kind=PlanRun.Kind.TRIED, asked={"leave_out": []})

    apply(proposal=propose({release: slots[1]}, by=cast.cleo, run=run).pk, by=cast.cleo, clock=clock())

    assert place_of(release) == slots[1].pk


def test_a_plan_that_is_thrown_away_or_not_done_cannot_be_applied(cast, slots):
    release = aboard(slots[0], team=cast.pay)
    running = propose({release: slots[1]}, by=cast.cleo, run=create_run(by=cast.cleo, state=PlanRun.State.RUNNING))
    away = propose({release: slots[1]}, by=cast.cleo)
    throw_away(run=away.run_id, by=cast.cleo, clock=clock())

    assert refused(running, by=cast.cleo).code == "plan-not-done"
    assert refused(away, by=cast.cleo).code == "no-such-plan"


def test_as_few_as_possible_are_told_where_several_meet_one_obstacle(cast, slots):
    """Two go to a slot that has room for one by now: the other still can."""
    train = create_train(slug="wide", capacity=2)
    wide, far = slot_on(train, day=3), slot_on(train, day=4, capacity=10)
    one, other = aboard(far, team=cast.pay), aboard(far, team=cast.inv)
    proposal = propose({one: wide, other: wide}, by=cast.cleo)
    aboard(wide, team=cast.pay)

    found = queries.no_longer_holds(proposal, now=NOW)

    assert [(gone.release, gone.code) for gone in found] == [(other.pk, "conflict")]


def test_judging_anew_asks_the_same_few_questions_however_many_moves_there_are(cast, django_assert_max_num_queries):
    train = create_train(slug="wide", capacity=100)
    cast.pay.slot_limit = 100
    cast.pay.save()
    near, far = slot_on(train, day=3), slot_on(train, day=30)
    proposal = propose({aboard(far, team=cast.pay): near for _ in range(30)}, by=cast.cleo)

    with django_assert_max_num_queries(9):
        assert queries.no_longer_holds(proposal, now=NOW) == []
