"""Plans through the JSON door."""

import pytest

from releasetrain.planning.models import PlanRun
from tests.factories import create_train
from tests.planning_rows import create_run, propose
from tests.riding import aboard, create_release, place_of, slot_on

LEVEL = {"level": "lateness", "value": 7, "bound": 5, "given": {"moves": 2}}


@pytest.fixture
def cleo(cast, by):
    return by(cast.cleo)


@pytest.fixture
def slots(cast):
    train = create_train(slug="planned", capacity=1)
    return [slot_on(train, day=day) for day in (100, 107, 114)]


def test_a_plan_is_asked_for_and_read(cleo, slots):
    asked = cleo.post("/plans", trains=[slots[0].train_id], seconds=5, pinned=[])
    assert (asked.status_code, asked.headers["Location"]) == (202, f"/api/v1/plans/{asked.data['id']}")

    read = cleo.get(f"/plans/{asked.data['id']}").data

    assert (read["kind"], read["state"], read["asked"]["seconds"]) == ("plan", "waiting", 5)
    assert (read["trains"], read["progress"], read["proposals"]) == ([slots[0].train_id], None, [])


def test_a_what_if_is_asked_for(cleo, cast, slots):
    release = create_release(team=cast.pay, train=slots[0].train)
    tried = {
        "capacity": [{"slot": slots[0].pk, "points": 9}],
        "freezes": [{"since": "2031-12-20T00:00Z", "until": "2032-01-02T00:00Z"}],
        "dates": [{"release": release.pk, "due": None}],
    }

    asked = cleo.post("/plans", tried=tried)

    assert asked.data["kind"] == "tried"
    kept = PlanRun.objects.get(pk=asked.data["id"]).asked["tried"]
    assert (kept["capacity"], kept["dates"]) == ({str(slots[0].pk): 9}, {str(release.pk): {"due": None}})


def test_a_repair_is_asked_for(cleo, cast, slots):
    release = create_release(team=cast.pay, slot=slots[0])
    about = {"kind": "refusal", "release": release.pk, "slot": slots[0].pk, "code": "capacity"}

    asked = cleo.post("/plans/repair", must=[{"release": release.pk, "slot": slots[0].pk}], about=about)

    assert (asked.status_code, asked.data["kind"]) == (202, "repair")
    assert asked.data["asked"]["must"] == {str(release.pk): slots[0].pk}


def test_nonsense_is_named(cleo):
    many = cleo.post("/plans", seconds=9000)
    twice = cleo.post("/plans", leave_out=[3], pinned=[3])

    assert (many.status_code, list(many.data["details"]["fields"])) == (422, ["seconds"])
    assert (twice.status_code, twice.data["code"]) == (422, "plan-both")


def test_how_far_it_is_and_what_came_of_it(cleo, cast, slots):
    progress = {"aim": "balanced", "level": "lateness", "value": 7, "bound": None, "seconds": 1.5}
    clash = {"code": "capacity", "releases": [1], "slots": [2], "of": 3, "amounts": {"points": 4}}
    run = create_run(
        by=cast.cleo,
        state="none",
        progress=progress,
        baseline={"lateness": 9},
        left_out=[{"release": 5, "reason": "no-departure", "of": []}],
        contradiction={"minimal": True, "clashes": [clash]},
    )

    read = cleo.get(f"/plans/{run.pk}").data

    assert (read["progress"], read["baseline"], read["left_out"][0]["reason"]) == (
        progress,
        {"lateness": 9},
        "no-departure",
    )
    assert read["contradiction"]["clashes"] == [{**clash, "of": "3"}]


def test_a_proposal_is_read_with_its_reasons_and_what_no_longer_holds(cleo, cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[1], other: slots[2]}, by=cast.cleo, levels=[LEVEL], needs={one: [other]})
    aboard(slots[2], team=cast.pay)

    read = cleo.get(f"/proposals/{proposal.pk}").data

    assert (read["levels"], read["moves"], read["applied"]) == ([LEVEL], 2, 0)
    first = read["all_moves"][0]
    assert (first["release"], first["reason"]["code"], first["needs"]) == (one.code, "in-time", [other.pk])
    assert (first["old"]["slot"], first["new"]["slot"]) == (slots[0].pk, slots[1].pk)
    assert [(gone["release"], gone["code"]) for gone in read["gone"]] == [
        (one.pk, "rests-on"),
        (other.pk, "conflict"),
    ]
    assert read["gone"][1]["conflicts"][0]["code"] == "capacity"


def test_it_is_applied_once_per_key(cleo, cast, slots):
    release = aboard(slots[0], team=cast.pay)
    proposal = propose({release: slots[1]}, by=cast.cleo)

    first, again = (cleo.ask("POST", f"/proposals/{proposal.pk}/apply", {}, key="once") for _ in range(2))

    assert (first.status_code, first.data) == (again.status_code, again.data) == (200, {"moved": [release.pk]})
    assert place_of(release) == slots[1].pk


def test_a_choice_that_needs_others_says_whom(cleo, cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    proposal = propose({one: slots[1], other: slots[0]}, by=cast.cleo)

    answer = cleo.post(f"/proposals/{proposal.pk}/apply", releases=[one.pk])

    assert (answer.status_code, answer.data["code"]) == (409, "plan-needs-others")
    assert answer.data["details"]["releases"] == [other.pk]
    assert other.code in answer.data["message"]


def test_two_are_compared(cleo, cast, slots):
    release = aboard(slots[0], team=cast.pay)
    one, other = propose({release: slots[1]}, by=cast.cleo), propose({release: slots[2]}, by=cast.cleo, levels=[LEVEL])

    answer = cleo.get("/plans/compare", one=one.pk, other=other.pk).data

    assert answer["levels"] == [{"level": "lateness", "one": None, "other": 7}]
    assert [(each["release"], each["one"]["slot"], each["other"]["slot"]) for each in answer["elsewhere"]] == [
        (release.code, slots[1].pk, slots[2].pk)
    ]


def test_it_is_stopped_and_thrown_away(cleo, cast):
    run = create_run(by=cast.cleo, state="waiting")

    assert cleo.post(f"/plans/{run.pk}/cancel").data["state"] == "done"
    assert cleo.delete(f"/plans/{run.pk}").status_code == 204
    assert cleo.get(f"/plans/{run.pk}").status_code == 404
    assert cleo.get("/plans").data["results"] == []


def test_everybody_signed_in_reads_plans_and_only_release_managers_ask(by, cast):
    run = create_run(by=cast.cleo)

    assert [one["id"] for one in by(cast.dov).get("/plans").data["results"]] == [run.pk]
    assert by(cast.dov).post("/plans").status_code == 403
