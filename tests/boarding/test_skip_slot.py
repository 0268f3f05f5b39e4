"""A departure does not take place: it stays to be seen, and whoever rode it waits again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.skipping import skip_slot
from releasetrain.domain.errors import Refused
from releasetrain.outbox.models import Message
from releasetrain.trains.models import Request, Slot
from tests.factories import NOW, TUESDAY, clock, create_train
from tests.riding import aboard, board, create_release, place_of, request_of, slot_on

WHY = "Half of the company is at the fair."


@pytest.fixture
def slots(cast) -> list[Slot]:
    train = create_train(name="Main service")
    return [slot_on(train, day=day) for day in (0, 7)]


def skip(slot, *, by, reason=WHY, at=NOW, **facts):
    skip_slot(slot=slot.pk, reason=reason, by=by, clock=clock(at), **facts)
    slot.refresh_from_db()


def refused_code(slot, **facts) -> str:
    with pytest.raises(Refused) as refused:
        skip(slot, **facts)
    return refused.value.code


def test_it_stays_with_who_skipped_it_when_and_why(cast, slots):
    skip(slots[0], by=cast.cleo)

    assert (slots[0].skipped_at, slots[0].skipped_by, slots[0].skipped_because) == (NOW, cast.cleo, WHY)
    assert Entry.objects.get(verb="slot.skipped").subject == f"slot:{slots[0].pk}"


def test_its_riders_wait_again_with_the_reason(cast, slots):
    rides = aboard(slots[0], team=cast.pay, size="M")

    skip(slots[0], by=cast.cleo)

    assert place_of(rides) is None
    assert rides.bookings.get().left_because == {"code": "skipped", "reason": WHY}
    request = request_of(rides)
    assert (request.slot, request.because["code"]) == (None, "skipped")


def test_who_boarded_by_itself_boards_the_next_that_would_do(cast, slots):
    small = create_release(team=cast.pay, train=slots[0].train)
    board(small, slots[0], by_itself=True)

    skip(slots[0], by=cast.cleo)

    assert place_of(small) == slots[1].pk


def test_who_chose_this_departure_is_put_on_no_other(cast, slots):
    chose = create_release(team=cast.pay, slot=slots[0])
    Request.objects.filter(release=chose).update(wish=Request.Wish.THIS)
    board(chose, slots[0])

    skip(slots[0], by=cast.cleo)

    assert place_of(chose) is None


def test_requests_for_it_lose_it_and_wait(cast, slots):
    asks = create_release(team=cast.inv, size="L", slot=slots[0])
    Request.objects.filter(release=asks).update(wish=Request.Wish.THIS)

    skip(slots[0], by=cast.cleo)

    assert request_of(asks).slot is None
    assert Entry.objects.filter(verb="request.unheard", subject=f"release:{asks.pk}").exists()


def test_one_event_tells_of_all(cast, slots):
    rides = aboard(slots[0], team=cast.pay, size="M")
    asks = create_release(team=cast.inv, size="L", slot=slots[0])

    skip(slots[0], by=cast.cleo)

    assert not Message.objects.filter(event="booking.left").exists()
    told = {(tuple(one["release"] for one in m.payload["gone"]), tuple(m.payload["unheard"])) for m in _told()}
    assert told == {((rides.pk,), (asks.pk,))}


def _told():
    return Message.objects.filter(event="slot.skipped")


def test_nobody_boards_it_any_more(cast, slots):
    skip(slots[0], by=cast.cleo)
    late = create_release(team=cast.pay, train=slots[0].train)

    with pytest.raises(Refused) as refused:
        book(release=late.pk, slot=slots[0].pk, by=cast.cleo, clock=clock())

    assert refused.value.code == "slot-skipped"


def test_it_needs_a_reason(cast, slots):
    assert refused_code(slots[0], by=cast.cleo, reason=" ") == "reason-missing"


@pytest.mark.parametrize("who", ["ada", "ben", "dov", "ines"])
def test_only_release_managers_skip_a_departure(cast, slots, who):
    assert refused_code(slots[0], by=getattr(cast, who)) == "forbidden"


def test_it_is_skipped_once(cast, slots):
    skip(slots[0], by=cast.cleo)

    assert refused_code(slots[0], by=cast.cleo) == "slot-skipped"


def test_a_second_click_with_the_same_key_is_no_refusal(cast, slots):
    key = uuid4()
    skip(slots[0], by=cast.cleo, key=key)

    skip(slots[0], by=cast.cleo, key=key)

    assert Entry.objects.filter(verb="slot.skipped").count() == 1


def test_what_has_begun_is_not_skipped(cast, slots):
    assert refused_code(slots[0], by=cast.cleo, at=TUESDAY + timedelta(minutes=1)) == "slot-departed"


def test_imported_history_is_not_skipped(cast, slots):
    past = slot_on(slots[0].train, day=30, kind=Slot.Kind.PAST)

    assert refused_code(past, by=cast.cleo) == "no-such-slot"
