"""The same key, the same effect, the same answer."""

import pytest
from django.db import transaction

from releasetrain.api import once
from releasetrain.audit.models import KeptAnswer
from releasetrain.releases.models import Release


def test_the_second_time_nothing_happens_and_the_same_is_answered(by, cast, scene):
    first = by(cast.ada).post("/releases", key="k1", title="Labels", team="PAY")

    second = by(cast.ada).post("/releases", key="k1", title="Labels", team="PAY")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Release.objects.filter(title="Labels").count() == 1


def test_without_a_key_it_happens_again(by, cast, scene):
    for _ in range(2):
        by(cast.ada).post("/releases", title="Labels", team="PAY")

    assert Release.objects.filter(title="Labels").count() == 2


def test_the_same_key_with_another_body_is_refused(by, cast, scene):
    by(cast.ada).post("/releases", key="k1", title="Labels", team="PAY")

    answer = by(cast.ada).post("/releases", key="k1", title="Stickers", team="PAY")

    assert (answer.status_code, answer.data["code"]) == (422, "key-reused")
    assert not Release.objects.filter(title="Stickers").exists()


def test_a_key_is_its_owners_own(by, cast, scene):
    by(cast.ada).post("/releases", key="k1", title="Labels", team="PAY")

    answer = by(cast.ben).post("/releases", key="k1", title="Stickers", team="PAY")

    assert answer.status_code == 201


def test_a_refusal_is_not_kept_so_that_a_later_try_is_judged_anew(by, cast, scene):
    refused = by(cast.dov).post(f"/releases/RT-{scene.rides.pk}/leave", key="k1", reason="Not ready")

    assert refused.status_code == 403
    assert not KeptAnswer.objects.exists()


def test_the_answer_is_kept_with_the_effect_or_neither(by, cast, scene, monkeypatch):
    def torn(answer):
        raise RuntimeError("the process died")

    monkeypatch.setattr(once.actions, "keep_answer", torn)

    with pytest.raises(RuntimeError), transaction.atomic():
        by(cast.ada).post("/releases", key="k1", title="Labels", team="PAY")

    assert not Release.objects.filter(title="Labels").exists()


@pytest.mark.parametrize("key", ["x" * 256, "tab\t"])
def test_a_key_that_cannot_be_kept_is_refused(by, cast, scene, key):
    answer = by(cast.ada).post("/releases", key=key, title="Labels", team="PAY")

    assert answer.status_code == 422
