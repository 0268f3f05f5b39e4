"""What the log and the mails say of a release that a plan moved, and whom they tell."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from releasetrain import log_wording, mail_wording
from releasetrain.audit import queries as log
from releasetrain.outbox.models import Message
from releasetrain.planning.actions import apply
from releasetrain.worker.telling.cases import case_of
from tests.factories import clock, create_train
from tests.planning_rows import propose
from tests.riding import aboard, create_release, slot_on

UTC = ZoneInfo("UTC")


@pytest.fixture
def applied(cast):
    train = create_train(capacity=5)
    near, far = slot_on(train, day=0), slot_on(train, day=7)
    rides, waits = aboard(far, team=cast.pay), create_release(team=cast.inv, train=train)
    proposal = propose({rides: near, waits: near}, by=cast.cleo)
    apply(proposal=proposal.pk, by=cast.cleo, clock=clock())
    return rides, waits, proposal


def said(event):
    case = case_of(event, Message.objects.get(event=event).payload, now=timezone.now())
    return case.happening.teams, mail_wording.first(event, case.facts, UTC)


def test_the_team_is_told_that_a_plan_moved_it(cast, applied):
    rides, waits, _proposal = applied

    assert said("booking.moved") == (
        {cast.pay.pk},
        f"Cleo applied a plan: {rides.code} {rides.title} moves from Tue 2 Dec 22:00 to Tue 25 Nov 22:00.",
    )
    assert said("booking.made") == (
        {cast.inv.pk},
        f"Cleo applied a plan: {waits.code} {waits.title} boards Tue 25 Nov 22:00.",
    )


def test_the_log_names_the_plan(cast, applied):
    rides, _waits, proposal = applied
    (entry,) = log.about([f"release:{rides.pk}"])
    (whole,) = log.about([f"plan:{proposal.run_id}"])
    slots = {move.old_id: move.old.start_at for move in proposal.moves.all() if move.old}
    slots |= {move.new_id: move.new.start_at for move in proposal.moves.all()}

    assert log_wording.deed(entry, slots=slots, zone=UTC) == (
        f"moved it from Tue 2 Dec 22:00 to Tue 25 Nov 22:00 by plan {proposal.run_id}"
    )
    assert log_wording.deed(whole, slots={}, zone=UTC) == "applied 2 of its 2 moves"
