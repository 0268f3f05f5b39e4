"""How the product does, and what failed for good, through the JSON door."""

from uuid import uuid4

from releasetrain.domain.scopes import Scope
from releasetrain.outbox.models import Message
from tests.api.conftest import NOBODY
from tests.factories import NOW

KEYS = ["web", "database", "worker", "beat", "sweep", "work", "mail", "dead", "broker"]
SECRET = "a token nobody may read"


def dead(event="booking.made", **payload):
    facts = {"last_error": "ValueError: no such thing", "attempts": 12, "dead_at": NOW}
    return Message.objects.create(event=event, lane="inside", payload=payload, **facts)


def test_every_part_is_told_to_who_is_signed_in(by, cast):
    answer = by(cast.ben).get("/status")

    assert answer.status_code == 200, answer.data
    assert [part["key"] for part in answer.data["parts"]] == KEYS
    assert answer.data["worst"] == "blocked"


def test_without_a_database_the_others_are_not_known(by, cast, monkeypatch):
    monkeypatch.setattr("releasetrain.api.status.database_answers", lambda: False)

    parts = {part["key"]: part["meaning"] for part in by(cast.ben).get("/status").data["parts"]}

    assert list(parts) == KEYS
    assert (parts["database"], parts["worker"]) == ("blocked", "waiting")


def test_nobody_is_told_without_a_token():
    assert NOBODY.get("/status").status_code == 401


def test_what_failed_for_good_is_listed_without_what_it_carries(by, cast):
    letter = dead(token=SECRET)

    answer = by(cast.cleo).get("/dead-letters")

    assert [one["id"] for one in answer.data["results"]] == [str(letter.pk)]
    assert answer.data["results"][0]["error"] == "ValueError: no such thing"
    assert SECRET.encode() not in answer.content


def test_one_is_sent_again_once(by, cast):
    one, other = dead(), dead()

    sent = [by(cast.cleo).post(f"/dead-letters/{one.pk}/send-again").data for _ in range(2)]

    assert sent == [{"sent": 1}, {"sent": 0}]
    assert [Message.objects.get(pk=row.pk).dead_at for row in (one, other)] == [None, NOW]


def test_all_of_an_event_is_sent_again(by, cast):
    dead(), dead(), dead("mail.send")

    answer = by(cast.cleo).post("/dead-letters/send-again", event="booking.made")

    assert answer.data == {"sent": 2}
    assert Message.objects.filter(dead_at__isnull=False).count() == 1


def test_only_who_runs_the_product_sees_and_sends(by, cast):
    letter = dead()

    assert by(cast.ada).get("/dead-letters").status_code == 403
    assert by(cast.cleo, Scope.READ).post(f"/dead-letters/{letter.pk}/send-again").status_code == 403
    assert by(cast.cleo).post(f"/dead-letters/{uuid4()}/send-again").status_code == 404
    assert Message.objects.get().dead_at == NOW
