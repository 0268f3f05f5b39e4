"""The CI gate: may this ship now?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.domain.scopes import Scope
from releasetrain.domain.verdicts import Kind
from releasetrain.notices import actions as notices
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.saying import give_verdict, tick
from releasetrain.reviews.models import Condition
from tests.api.conftest import Caller
from tests.factories import create_slot
from tests.riding import aboard, approved, create_release, judged

GATE = (Scope.GATE,)


@pytest.fixture
def begun(cast, scene):
    slot = create_slot(train=scene.train, start_at=timezone.now() - timedelta(hours=1), minutes=180)
    release = aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))
    approved(release, by=cast.ben)
    return release


def test_yes_in_its_departure(by, cast, begun):
    answer = by(cast.ada, *GATE).get("/gate", release=begun.code, to="depart")

    assert answer.status_code == 200, answer.data
    assert (answer.data["may"], answer.data["answer"], answer.data["reasons"]) == (True, "yes", [])


def test_no_before_it_with_the_instant(by, cast, scene):
    answer = by(cast.ada, *GATE).get("/gate", release=scene.rides.code)

    assert (answer.data["may"], answer.data["answer"]) == (False, "no")
    assert answer.data["reasons"] == [{"code": "departs-later", "message": "Its departure starts at Tue 25 Nov 22:00."}]


def test_no_with_the_rules_own_code_and_sentence(by, cast, begun):
    slot = begun.bookings.get().slot
    for _ in range(2):
        aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))

    answer = by(cast.ada, *GATE).get("/gate", release=begun.code)

    assert [one["code"] for one in answer.data["reasons"]] == ["team-limit"]
    assert "3 releases of one team" in answer.data["reasons"][0]["message"]


def test_no_while_a_gate_is_open_whatever_is_stored(by, cast, scene):
    """What somebody wrote past the verbs is not believed: the gate judges the reviews anew."""
    slot = create_slot(train=scene.train, start_at=timezone.now() - timedelta(hours=1), minutes=180)
    release = aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))
    judged(release)
    Release.objects.filter(pk=release.pk).update(open_gates=[])

    answer = by(cast.ada, *GATE).get("/gate", release=release.code)

    said = "Team: open after the cut-off, so it does not depart."
    assert answer.data["reasons"] == [{"code": "not-cleared", "message": said}]


def test_no_while_a_condition_of_an_approval_is_not_ticked(by, cast, scene):
    slot = create_slot(train=scene.train, start_at=timezone.now() - timedelta(hours=1), minutes=180)
    release = aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))
    judged(release)
    facts = {"kind": Kind.CONDITIONS, "conditions": ["Refund on an offline till."], "revision": 1}
    give_verdict(release=release.pk, gate="team", by=cast.ben, clock=timezone.now, **facts)

    before = by(cast.ada, *GATE).get("/gate", release=release.code)
    tick(condition=Condition.objects.get().pk, by=cast.ada, clock=timezone.now)
    after = by(cast.ada, *GATE).get("/gate", release=release.code)

    assert before.data["reasons"] == [
        {"code": "condition-open", "message": "A condition of an approval is not ticked: “Refund on an offline till.”"}
    ]
    assert after.data["may"] is True


def test_boarding_is_asked_of_the_next_slot_that_would_do_or_of_one(by, cast, scene):
    caller = by(cast.dov, *GATE)

    any_slot = caller.get("/gate", release=scene.waits.code, to="board")
    taken = caller.get("/gate", release=scene.waits.code, to="board", slot=scene.slots[0].pk)

    assert (any_slot.data["may"], any_slot.data["slot"]["id"]) == (True, scene.slots[1].pk)
    assert {one["code"] for one in taken.data["reasons"]} == {"large-rides-alone", "large-overlap", "capacity"}


def test_where_no_slot_would_do_what_else_speaks_against_it_is_said_too(by, cast, scene):
    scene.train.slots.filter(pk__in=[slot.pk for slot in scene.slots[1:]]).delete()
    draft = create_release(team=cast.inv, submitted=False, size="L", services=[scene.service], train=scene.train)

    answer = by(cast.dov, *GATE).get("/gate", release=draft.code, to="board")

    assert (answer.data["may"], answer.data["slot"]) == (False, None)
    assert [one["code"] for one in answer.data["reasons"]] == ["still-a-draft", "no-slot-would-do"]


def test_a_departure_that_ended_unreported_is_no(by, cast, scene):
    slot = create_slot(train=scene.train, start_at=timezone.now() - timedelta(hours=5), minutes=60)
    silent = aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))
    approved(silent, by=cast.ben)

    answer = by(cast.ada, *GATE).get("/gate", release=silent.code)

    assert (answer.data["may"], answer.data["slot"]["id"]) == (False, slot.pk)
    assert [one["code"] for one in answer.data["reasons"]] == ["window-over"]


def test_another_teams_release_may_be_asked_about_once_it_is_submitted(by, cast, scene):
    answer = by(cast.ada, *GATE).get("/gate", release=scene.waits.code)

    assert [one["code"] for one in answer.data["reasons"]] == ["not-booked"]


def test_a_slot_that_is_not_there_is_a_wrong_value(by, cast, scene):
    answer = by(cast.dov, *GATE).get("/gate", release=scene.waits.code, to="board", slot=987654)

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-slot")


def test_whoever_may_read_may_ask_and_nobody_else(by, cast, scene):
    assert by(cast.ada, Scope.RELEASES).get("/gate", release=scene.rides.code).status_code == 200
    assert Caller(secret="").get("/gate", release=scene.rides.code).status_code == 401


def test_a_token_for_the_gate_reads_nothing_else(by, cast, scene):
    answer = by(cast.ada, *GATE).get("/releases")

    assert answer.status_code == 403


def test_a_pipeline_asks_about_its_teams_drafts_and_no_others(by, cast, scene):
    said = {"name": "deploy", "days": 9, "by": cast.cleo, "clock": timezone.now}
    _token, secret = notices.make_service_token(team=cast.pay.pk, scopes=["gate"], **said)
    own, other = (create_release(team=team, submitted=False) for team in (cast.pay, cast.inv))
    pipeline = Caller(secret=secret)

    assert pipeline.get("/gate", release=own.code).data["reasons"][0]["code"] == "still-a-draft"
    assert pipeline.get("/gate", release=other.code).status_code == 404


@pytest.mark.parametrize("release", ["RT-999999", "0"])
def test_what_is_not_there_is_not_found(by, cast, scene, release):
    assert by(cast.ada, *GATE).get("/gate", release=release).status_code == 404


@pytest.mark.parametrize("asked", [{"release": "RT-x"}, {}, {"release": "RT-1", "to": "fly"}])
def test_a_question_that_cannot_be_read_is_refused(by, cast, asked):
    assert by(cast.ada, *GATE).get("/gate", **asked).status_code == 422
