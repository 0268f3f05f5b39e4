"""A skipped departure takes place after all; nobody gets an old place back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.skipping import reopen_slot, skip_slot
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Slot
from tests.factories import NOW, TUESDAY, clock, create_train
from tests.riding import aboard, board, create_release, place_of, slot_on


@pytest.fixture
def slot(cast) -> Slot:
    """A departure that is skipped."""
    found = slot_on(create_train(name="Main service"), day=0)
    skip_slot(slot=found.pk, reason="Fair.", by=cast.cleo, clock=clock())
    return found


def reopen(slot, *, by, reason="The fair is off.", at=NOW + timedelta(hours=1), **facts):
    reopen_slot(slot=slot.pk, reason=reason, by=by, clock=clock(at), **facts)
    slot.refresh_from_db()


def refused_code(slot, **facts) -> str:
    with pytest.raises(Refused) as refused:
        reopen(slot, **facts)
    return refused.value.code


def test_it_takes_place_again_and_one_may_board(cast, slot):
    reopen(slot, by=cast.cleo)

    assert (slot.skipped_at, slot.skipped_by, slot.skipped_because) == (None, None, "")
    late = create_release(team=cast.pay, train=slot.train)
    book(release=late.pk, slot=slot.pk, by=cast.ada, clock=clock())
    assert place_of(late) == slot.pk


def test_who_waits_for_the_first_that_would_do_boards_it(cast, slot):
    waits = create_release(team=cast.pay, train=slot.train)

    reopen(slot, by=cast.cleo)

    assert place_of(waits) == slot.pk


def test_nobody_is_taken_from_the_place_they_found_meanwhile(cast):
    train = create_train(name="Main service")
    first, second = slot_on(train, day=0), slot_on(train, day=7)
    small = create_release(team=cast.pay, train=train)
    board(small, first, by_itself=True)
    skip_slot(slot=first.pk, reason="Fair.", by=cast.cleo, clock=clock())

    reopen(first, by=cast.cleo)

    assert place_of(small) == second.pk


def test_it_needs_a_reason(cast, slot):
    assert refused_code(slot, by=cast.cleo, reason="") == "reason-missing"


@pytest.mark.parametrize("who", ["ada", "ben", "dov", "ines"])
def test_only_release_managers_let_it_go_after_all(cast, slot, who):
    assert refused_code(slot, by=getattr(cast, who)) == "forbidden"


def test_what_is_not_skipped_is_not_opened_again(cast, slot):
    reopen(slot, by=cast.cleo)

    assert refused_code(slot, by=cast.cleo) == "not-skipped"


def test_after_its_start_it_stays_skipped(cast, slot):
    assert refused_code(slot, by=cast.cleo, at=TUESDAY) == "slot-departed"
    slot.refresh_from_db()
    assert slot.skipped_at == NOW


def test_a_second_click_with_the_same_key_is_no_refusal(cast, slot):
    key = uuid4()
    reopen(slot, by=cast.cleo, key=key)

    reopen(slot, by=cast.cleo, key=key)

    assert Entry.objects.filter(verb="slot.reopened").count() == 1


def test_it_is_told_and_kept_with_its_reason(cast, slot):
    aboard(slot_on(slot.train, day=7), team=cast.pay)

    reopen(slot, by=cast.cleo)

    assert Entry.objects.get(verb="slot.reopened").facts == {"reason": "The fair is off."}
