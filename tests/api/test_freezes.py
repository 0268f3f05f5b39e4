"""Freezes and what stands, through the JSON door."""

import pytest

from releasetrain.trains.models import Freeze, Suspension
from tests.factories import NOW, TUESDAY
from tests.freezes import around, create_freeze, create_suspension
from tests.riding import days

SAID = {"name": "Sale", "reason": "Everybody shops.", "first_at": "2031-11-25T00:00", "last_at": "2031-11-26T00:00"}


def told(found):
    return [(one["release"], one["conflict"]["code"], one["conflict"]["message"]) for one in found]


def test_a_freeze_is_added_with_its_scope(by, cast, scene):
    answer = by(cast.cleo).post(
        "/freezes", **SAID, zone="Europe/Berlin", rule="FREQ=YEARLY", is_hard=False, trains=[scene.train.pk]
    )

    assert answer.status_code == 201, answer.data
    assert answer.headers["Location"] == f"/api/v1/freezes/{answer.data['id']}"
    assert answer.data == by(cast.ben).get(f"/freezes/{answer.data['id']}").data
    expected = {"rule": "FREQ=YEARLY", "is_hard": False, "trains": [scene.train.pk], "teams": [], "revision": 1}
    assert {name: answer.data[name] for name in expected} == expected
    assert (answer.data["first_at"], answer.data["next_since"]) == ("2031-11-25T00:00", "2031-11-24T23:00:00Z")


def test_everybody_lists_those_that_have_not_ended(by, cast):
    live, ended = create_freeze(around(name="Sale")), create_freeze()
    Freeze.objects.filter(pk=ended.pk).update(ended_at=NOW)

    answer = by(cast.ben).get("/freezes")

    assert [one["id"] for one in answer.data["results"]] == [live.pk]


def test_a_preview_tells_what_would_stand_and_writes_nothing(by, cast, scene):
    answer = by(cast.cleo).post("/freezes/preview", **SAID)

    assert answer.status_code == 200, answer.data
    assert [(one[0], one[1]) for one in told(answer.data["arises"])] == [(scene.rides.code, "frozen")]
    assert answer.data["goes"] == []
    assert not Freeze.objects.exists()


def test_a_preview_of_a_change_tells_what_would_go(by, cast, scene):
    freeze = create_freeze(around(name="Sale"))
    later = {**SAID, "first_at": "2031-12-09T00:00", "last_at": "2031-12-10T00:00"}

    answer = by(cast.cleo).post("/freezes/preview", **later, freeze=freeze.pk)

    assert answer.data["arises"] == []
    assert told(answer.data["goes"]) == [(scene.rides.code, "frozen", "Frozen: Sale.")]


def test_a_change_leaves_what_is_not_said(by, cast):
    freeze = create_freeze(around(name="Sale", teams={cast.pay.pk}))

    answer = by(cast.cleo).patch(f"/freezes/{freeze.pk}", is_hard=False, revision=1)

    assert answer.status_code == 200, answer.data
    kept = (answer.data["is_hard"], answer.data["name"], answer.data["teams"], answer.data["revision"])
    assert kept == (False, "Sale", [cast.pay.pk], 2)


def test_a_revision_that_is_old_is_refused_with_what_changed(by, cast):
    freeze, caller = create_freeze(around(name="Sale")), by(cast.cleo)
    caller.patch(f"/freezes/{freeze.pk}", reason="Sales week.", revision=1)

    answer = caller.patch(f"/freezes/{freeze.pk}", is_hard=False, revision=1)

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")
    assert answer.data["details"]["changed"] == ["reason"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"last_at": "2031-11-25T00:00"}, "ends-before-it-begins"),
        ({"zone": "Mars"}, "unknown-zone"),
        ({"holidays": "ATLANTIS"}, "unknown-calendar"),
        ({"rule": "FREQ=HOURLY"}, "rule-too-fine"),
        ({"trains": [999]}, "no-such-train"),
    ],
)
@pytest.mark.parametrize("path", ["/freezes", "/freezes/preview"])
def test_what_can_never_be_is_refused(by, cast, path, said, code):
    answer = by(cast.cleo).post(path, **{**SAID, **said})

    assert (answer.status_code, answer.data["code"]) == (422, code)


@pytest.mark.parametrize(
    "typed", ["soon", "2031-11-25T", "2031-11-25T00:00:30", "2031-11-25T00:00Z", "0001-01-01T00:00"]
)
def test_a_time_that_is_no_local_one_is_named(by, cast, typed):
    answer = by(cast.cleo).post("/freezes", **{**SAID, "first_at": typed})

    assert answer.status_code == 422
    assert "first_at" in answer.data["details"]["fields"]


def test_public_holidays_are_one_freeze(by, cast):
    answer = by(cast.cleo).post("/freezes/holidays", country="de-by", zone="Europe/Berlin")

    assert answer.status_code == 201, answer.data
    assert (answer.data["holidays"], answer.data["is_hard"]) == ("DE-BY", False)


def test_a_freeze_is_suspended_and_counts_again(by, cast, scene):
    freeze, caller = create_freeze(around(name="Sale")), by(cast.cleo)
    until = {"until": (TUESDAY + days(1)).isoformat()}

    thought = caller.post(f"/freezes/{freeze.pk}/suspensions/preview", **until)
    assert [one[0] for one in told(thought.data["goes"])] == [scene.rides.code]

    answer = caller.post(f"/freezes/{freeze.pk}/suspensions", **until, reason="A repair.")
    assert answer.status_code == 201, answer.data
    (paused,) = answer.data["suspensions"]
    assert (paused["reason"], paused["by"]) == ("A repair.", "Cleo")
    assert caller.get("/standing").data == []

    assert caller.delete(f"/suspensions/{paused['id']}").status_code == 204
    assert len(caller.get("/standing").data) == 1


def test_a_suspension_that_is_over_is_refused(by, cast):
    freeze = create_freeze()

    for path in ("suspensions", "suspensions/preview"):
        more = {} if "/" in path else {"reason": "A repair."}
        answer = by(cast.cleo).post(f"/freezes/{freeze.pk}/{path}", until="2011-01-01T00:00:00Z", **more)
        assert (answer.status_code, answer.data["code"]) == (422, "suspension-is-over")
    assert not Suspension.objects.exists()


def test_a_freeze_ends_for_good(by, cast, scene):
    freeze, caller = create_freeze(around(name="Sale")), by(cast.cleo)
    goes = caller.get(f"/freezes/{freeze.pk}/end/preview").data["goes"]
    assert [one[0] for one in told(goes)] == [scene.rides.code]

    assert caller.post(f"/freezes/{freeze.pk}/end", reason="It is off.").status_code == 204

    assert caller.get(f"/freezes/{freeze.pk}").status_code == 404
    assert caller.get("/standing").data == []


def test_what_is_not_there_is_a_404(by, cast):
    paused = create_suspension(create_freeze(), by=cast.cleo, since=NOW, until=NOW + days(1))

    assert by(cast.cleo).get("/freezes/999999").status_code == 404
    assert by(cast.cleo).delete(f"/suspensions/{paused.pk + 1}").status_code == 404


def test_what_stands_is_listed_with_both_sides(by, cast, scene):
    freeze = create_freeze(around(name="Sale"))

    answer = by(cast.ben).get("/standing", train=scene.train.slug)

    assert answer.status_code == 200, answer.data
    (found,) = answer.data
    assert (found["release"], found["slot"]) == (scene.rides.code, scene.slots[0].pk)
    assert found["conflict"]["sides"][1]["id"] == freeze.pk
    assert found["conflict"]["severity"] == "blocks"
    assert by(cast.ben).get("/standing", train="none").status_code == 404
