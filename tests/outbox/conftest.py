"""An outbox of which only the test knows the subscribers, and rows as they would be posted."""

from datetime import UTC, datetime

import pytest

from releasetrain.outbox import actions as outbox
from releasetrain.outbox import failures, subscriptions, waking
from releasetrain.outbox.models import Message

NOW = datetime(2031, 11, 24, 10, 0, tzinfo=UTC)


def clock(at=NOW):
    return lambda: at


@pytest.fixture(autouse=True)
def own_outbox(monkeypatch):
    """Nobody subscribed yet, nobody is woken, pauses are exact, and no bell has been rung."""
    monkeypatch.setattr(subscriptions, "_known", {})
    monkeypatch.setattr(waking, "_wakers", [])
    monkeypatch.setattr(waking, "_bells", {})
    monkeypatch.setattr(failures, "_spread", lambda pause: pause)


@pytest.fixture
def handled():
    """What the inside handler of ``told`` was given, in order."""
    seen = []
    outbox.subscribe("told", lambda id, payload: seen.append(payload["n"]))
    return seen


@pytest.fixture
def sent():
    """What the outside handler of ``mailed`` was given, in order."""
    seen = []
    outbox.subscribe("mailed", lambda id, payload: seen.append(payload["n"]), outside=True)
    return seen


def failing(event, error, *, outside=False):
    """Subscribe a handler that always fails, and return how often it was tried."""
    tries = []

    def handler(id, payload):
        tries.append(id)
        raise error

    outbox.subscribe(event, handler, outside=outside)
    return tries


def create_message(n=1, *, event="told", **facts):
    lane = "inside" if event == "told" else event
    message = Message.objects.create(event=event, lane=lane, payload={"n": n})
    Message.objects.filter(pk=message.pk).update(**{"due_at": NOW, **facts})
    return message


def again(message):
    """The row as it is now."""
    return Message.objects.get(pk=message.pk)
