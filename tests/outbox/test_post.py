"""Post work: written in the transaction that causes it, only when somebody does it, never waiting for the broker."""

import pytest
from django.db import transaction

from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Message


@pytest.fixture(autouse=True)
def quiet_broker(monkeypatch):
    """Every test starts with a broker that nobody has failed to reach yet."""
    monkeypatch.setattr(outbox, "_quiet", {"until": 0.0})
    monkeypatch.setattr(outbox, "_wakers", [])


@pytest.fixture
def subscribed(monkeypatch):
    """Somebody does the work of ``told``."""
    monkeypatch.setattr(outbox, "_subscribers", {"told": lambda id, payload: None})


@pytest.mark.django_db
def test_an_event_that_nobody_subscribed_to_writes_no_row(subscribed):
    assert outbox.post("unheard", release=31) is None

    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_event_with_a_subscriber_writes_one_row_with_its_facts(subscribed):
    message = outbox.post("told", release=31)

    assert Message.objects.get().pk == message.pk
    assert Message.objects.get().payload == {"release": 31}


@pytest.mark.django_db(transaction=True)
def test_a_message_is_rolled_back_with_the_transaction_that_posted_it(subscribed):
    with pytest.raises(ZeroDivisionError):
        post_and_fail()

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_after_the_commit_and_not_before(subscribed):
    seen = []
    outbox.wake_with(lambda: seen.append(Message.objects.count()))

    with transaction.atomic():
        outbox.post("told", release=31)
        assert seen == []

    assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_woken_by_a_transaction_that_was_rolled_back(subscribed):
    woken = []
    outbox.wake_with(lambda: woken.append("woken"))

    with pytest.raises(ZeroDivisionError):
        post_and_fail()

    assert woken == []


def post_and_fail():
    with transaction.atomic():
        outbox.post("told", release=31)
        raise ZeroDivisionError


def unreachable(tries):
    """Return a waker that counts its calls and fails as kombu does."""

    def wake():
        tries.append("tried")
        raise ConnectionError("nobody there")

    return wake


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_cannot_be_reached_fails_no_request(subscribed):
    tries = []
    outbox.wake_with(unreachable(tries))

    with transaction.atomic():
        outbox.post("told", release=31)

    assert tries == ["tried"]
    assert Message.objects.filter(done_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_could_not_be_reached_is_left_alone_for_thirty_seconds(subscribed, monkeypatch):
    tries, seconds = [], [100.0]
    monkeypatch.setattr(outbox.time, "monotonic", lambda: seconds[0])
    outbox.wake_with(unreachable(tries))

    for at in (100.0, 129.9, 130.0):
        seconds[0] = at
        with transaction.atomic():
            outbox.post("told", release=31)

    assert len(tries) == 2  # at 100 and at 130, not in between


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_answers_is_told_of_every_piece_of_work(subscribed):
    woken = []
    outbox.wake_with(lambda: woken.append("woken"))

    for _ in range(3):
        with transaction.atomic():
            outbox.post("told", release=31)

    assert len(woken) == 3
