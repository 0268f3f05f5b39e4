"""Send dead work again: by who runs the product, once per click, written in the log."""

from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.domain.errors import Refused
from releasetrain.operating import actions as operating
from releasetrain.outbox.models import Message
from tests.factories import NOW, clock, create_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return create_cast()


def dead(event="letter.send", **facts):
    return Message.objects.create(event=event, lane=event, dead_at=NOW, failures=12, **facts)


def still_dead():
    return set(Message.objects.filter(dead_at__isnull=False).values_list("pk", flat=True))


def test_one_letter_is_sent_again_and_the_others_stay(cast):
    one, other = dead(), dead()

    sent = operating.send_again(event="letter.send", message=one.pk, by=cast.cleo, clock=clock())

    assert sent == 1
    assert still_dead() == {other.pk}
    assert Message.objects.get(pk=one.pk).due_at == NOW


def test_all_of_one_event_are_sent_again_and_no_other(cast):
    dead(), dead()
    other = dead(event="import.requested")

    assert operating.send_again(event="letter.send", by=cast.cleo, clock=clock()) == 2

    assert still_dead() == {other.pk}


def test_nobody_but_a_release_manager_sends_again(cast):
    one = dead()

    with pytest.raises(Refused) as refused:
        operating.send_again(event="letter.send", by=cast.ada, clock=clock())

    assert refused.value.code == "forbidden"
    assert still_dead() == {one.pk}


def test_it_stands_in_the_log(cast):
    one = dead()

    operating.send_again(event="letter.send", message=one.pk, by=cast.cleo, clock=clock())

    entry = Entry.objects.get(verb="work.sent-again")
    assert (entry.subject, entry.by, entry.facts) == (
        "work:letter.send",
        cast.cleo,
        {"number": 1, "message": str(one.pk)},
    )


def test_the_second_click_of_a_double_click_does_nothing_more(cast):
    key = uuid4()
    one = dead()
    operating.send_again(event="letter.send", by=cast.cleo, clock=clock(), key=key)
    Message.objects.filter(pk=one.pk).update(dead_at=NOW)  # it died again in between

    assert operating.send_again(event="letter.send", by=cast.cleo, clock=clock(), key=key) == 1

    assert still_dead() == {one.pk}
    assert Entry.objects.filter(verb="work.sent-again").count() == 1


def test_where_nothing_is_dead_any_more_nothing_is_written(cast):
    assert operating.send_again(event="letter.send", by=cast.cleo, clock=clock(), key=uuid4()) == 0

    assert not Entry.objects.filter(verb="work.sent-again").exists()
