"""What happens to a whole departure, train or schema change is told in one mail to each whom it concerns."""

from datetime import timedelta

import pytest

from releasetrain.boarding.actions.changing import Step, abandon_change, add_change
from releasetrain.boarding.actions.closing import close
from releasetrain.boarding.actions.holding import hold_train, restart_train
from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.skipping import reopen_slot, skip_slot
from releasetrain.domain.stages import Stage
from releasetrain.domain.telling import Capacity, How, Kind
from releasetrain.notices import actions as choosing
from releasetrain.releases.models import Dependency
from releasetrain.trains.models import Request
from tests.factories import NOW, clock, create_table, lead_of
from tests.notices.conftest import mails_to, notices_of, work
from tests.notices.test_mail_of_each_event import lines
from tests.riding import aboard, board, create_release

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ivan(cast):
    """Who leads INV."""
    return lead_of(cast.inv, name="Ivan")


def only_mail(person):
    work()
    (found,) = mails_to(person)
    return found


def shut(slot):
    """Let the cut-off come."""
    close(slot=slot.pk, clock=clock(slot.cut_off_at))


def test_one_mail_tells_of_everybody_who_was_bumped_and_where_to(cast, scene):
    bumped = [aboard(scene.slots[1], team=cast.pay, title=f"Part {n}", open_gates=["team"]) for n in (1, 2)]
    shut(scene.slots[1])

    mail = only_mail(cast.ben)

    assert mail.subject == f"Thu 4 Dec 22:00 is closed: {bumped[0].code} and {bumped[1].code}"
    assert lines(mail)[0] == "Thu 4 Dec 22:00 of Main service is closed: who is not cleared moves on."
    assert [line.split("->")[1].strip() for line in lines(mail) if "->" in line] == ["Sat 13 Dec 22:00"] * 2
    assert f"/slots/{scene.slots[1].pk}/" in mail.body


def test_who_goes_along_is_told_on_whom_it_rests(cast, scene):
    needed = aboard(scene.slots[1], team=cast.inv, title="Fields", open_gates=["team"])
    rests = aboard(scene.slots[1], team=cast.pay, title="Reports")
    Dependency.objects.create(release=rests, on=needed)
    shut(scene.slots[1])

    said = lines(only_mail(cast.ben))

    assert f"{rests.code} Reports goes with {needed.code} Fields, on which it rests." in said


def test_who_waits_now_is_told_when_it_will_board_again(cast, scene):
    bumped = aboard(scene.slots[3], team=cast.pay, title="Last", open_gates=["team"])
    shut(scene.slots[3])

    said = lines(only_mail(cast.ben))

    assert f"{bumped.code} Last waits, and boards by itself only once it is cleared, or when somebody asks." in said


def test_who_asked_in_vain_is_told(cast, scene):
    asks = create_release(team=cast.inv, title="Labels", size="L", slot=scene.slots[1])
    shut(scene.slots[1])

    mail = only_mail(cast.dov)

    assert mail.subject == f"Thu 4 Dec 22:00 is closed: {asks.code} Labels"
    assert f"{asks.code} Labels asked for it in vain and waits." in lines(mail)


def test_a_departure_that_closes_with_everybody_cleared_is_told_to_nobody(cast, scene):
    shut(scene.slots[1])
    work()

    assert mails_to(cast.ben) == []


def test_missed_says_that_nobody_reported_it(cast, scene):
    close(slot=scene.slots[1].pk, clock=clock(scene.slots[1].end_at))

    said = lines(only_mail(cast.ben))

    assert said[0] == "Thu 4 Dec 22:00 of Main service went by, and nobody reported that these departed."
    assert "only once it is cleared" not in "\n".join(said)


def test_skipped_says_who_and_why_and_where_it_rides_now(cast, scene):
    small = create_release(team=cast.pay, title="Labels", train=scene.train)
    board(small, scene.slots[1], by_itself=True)
    skip_slot(slot=scene.slots[1].pk, reason="The fair.", by=cast.cleo, clock=clock())
    work()

    (mail,) = [one for one in mails_to(cast.ben) if "is skipped" in one.subject]

    assert lines(mail)[0] == "Cleo skips the departure Thu 4 Dec 22:00 of Main service: “The fair.”"
    assert f"{scene.other.code} Refunds waits for a place." in lines(mail)
    rows = [line.split("->")[1].strip() for line in lines(mail) if line.startswith(f"  {small.code} Labels")]
    assert rows == ["Sat 13 Dec 22:00"]


def test_leads_who_wait_hear_that_it_goes_after_all(cast, scene, ivan):
    skip_slot(slot=scene.slots[2].pk, reason="The fair.", by=cast.cleo, clock=clock())
    reopen_slot(slot=scene.slots[2].pk, reason="No fair.", by=cast.cleo, clock=clock(LATER))

    mail = only_mail(ivan)

    assert mail.subject == "Sat 13 Dec 22:00 of Main service goes after all"
    assert lines(mail)[0].endswith("go after all: “No fair.”")
    assert mails_to(cast.dov) == []


def test_a_held_train_is_told_to_the_leads_of_whoever_rides_or_asks(cast, scene, ivan):
    hold_train(train=scene.train.pk, reason="The provider is down.", by=cast.cleo, clock=clock())

    mail = only_mail(cast.ada)

    assert mail.subject == "Train Main service is held"
    assert lines(mail) == [
        "Cleo holds the train Main service: “The provider is down.”",
        "Nothing departs and no cut-off strikes before somebody restarts it. Hotfix departures go.",
    ]
    assert notices_of(ivan) == [("train.held", "at-once")]
    assert (mails_to(cast.ben), mails_to(cast.dov)) == ([], [])


def test_who_has_nothing_on_the_train_hears_nothing_of_it(cast, scene, ivan):
    Request.objects.filter(release=scene.waits).delete()
    hold_train(train=scene.train.pk, reason="The provider is down.", by=cast.cleo, clock=clock())
    work()

    assert mails_to(ivan) == []


def test_who_is_no_lead_hears_of_it_if_they_chose_so(cast, scene):
    cells = {(Kind.HOLDS, Capacity.team(cast.pay.pk)): How.AT_ONCE}
    choosing.choose(cells=cells, by=cast.ben, clock=clock())
    hold_train(train=scene.train.pk, reason="The provider is down.", by=cast.cleo, clock=clock())

    assert only_mail(cast.ben).subject == "Train Main service is held"


def test_a_restart_says_since_when_it_stood(cast, scene):
    hold_train(train=scene.train.pk, reason="The provider is down.", by=cast.cleo, clock=clock())
    restart_train(train=scene.train.pk, reason="Up again.", by=cast.cleo, clock=clock(LATER))
    work()

    mail = mails_to(cast.ada)[-1]

    assert mail.subject == "Train Main service goes again"
    assert lines(mail)[0] == "Cleo lets the train Main service go again: “Up again.”"
    assert lines(mail)[1].startswith("It stood since Mon 24 Nov 10:00.")


def test_who_gave_way_to_a_large_one_is_told_for_which(cast, scene):
    small = create_release(team=cast.pay, title="Labels", train=scene.train, open_gates=["team"])
    board(small, scene.slots[2], by_itself=True)
    book(release=scene.waits.pk, slot=scene.slots[2].pk, by=cast.dov, clock=clock())

    mail = only_mail(cast.ben)

    assert mail.subject.startswith(f"{small.code} Labels moved to ")
    assert f"Dov put {scene.waits.code} Stock counts on Sat 13 Dec 22:00, which is large:" in lines(mail)[0]


def test_a_change_given_up_is_told_to_who_carries_it_and_who_touches_its_table(cast, scene):
    table = create_table(name="payment_document")
    aboard(scene.slots[3], team=cast.inv, title="Labels", tables=[table])
    said = {"old_field": "old", "new_field": "new", "by": cast.ada, "clock": clock()}
    stages = {Stage.EXPAND: Step(release=scene.other.pk)}
    change = add_change(name="Purpose", table=table.pk, stages=stages, **said)
    abandon_change(change=change.pk, reason="Not now.", by=cast.cleo, clock=clock())
    work()

    assert ("schema.abandoned", "daily") in notices_of(cast.ben)
    assert ("schema.abandoned", "daily") in notices_of(cast.dov)
