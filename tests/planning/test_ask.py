"""Ask for a plan: read strictly, written once, done by a worker."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.outbox.models import Message
from releasetrain.planning import asked as asking
from releasetrain.planning.actions import ask
from releasetrain.planning.models import PlanRun
from tests.factories import NOW, clock, create_train
from tests.riding import create_release, slot_on

Kind = PlanRun.Kind
SAID = {
    "seconds": 60,
    "seed": 3,
    "leave_out": [1],
    "pinned": [2],
    "tried": {
        "capacity": {"7": 12},
        "freezes": [{"since": "2031-12-20T00:00:00+00:00", "until": "2032-01-02T00:00:00+00:00", "trains": [4]}],
        "dates": {"5": {"due": "2031-12-24", "earliest": None}},
    },
    "must": {"6": 7},
    "about": {"kind": "refusal", "release": 6, "slot": 7, "code": "capacity"},
}


def refused(said):
    with pytest.raises(Refused) as found:
        asking.read(said)
    return found.value


def test_what_is_asked_is_read_as_it_was_written():
    asked = asking.read(SAID)

    assert (asked.seconds, asked.leave_out, asked.must) == (60, (1,), {6: 7})
    assert asked.tried.dates == {5: {"due": date(2031, 12, 24), "earliest": None}}
    assert asked.tried.freezes[0].until == datetime(2032, 1, 2, tzinfo=UTC)
    assert asking.read(asked.as_json()) == asked


def test_what_is_not_said_is_as_usual():
    asked = asking.read({})

    assert (asked.seconds, asked.seed, bool(asked.tried), asked.about) == (30, 0, False, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ([], ""),
        ({"second": 30}, "second"),
        ({"seconds": "30"}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"seed": -1}, "seed"),
        ({"leave_out": [0]}, "leave_out"),
        ({"leave_out": "1"}, "leave_out"),
        ({"pinned": [1.5]}, "pinned"),
        ({"must": {"x": 1}}, "must"),
        ({"must": {"²": 1}}, "must"),
        ({"must": {"1": None}}, "must"),
        ({"tried": {"capacity": {"1": -1}}}, "capacity"),
        ({"tried": {"capacity": {"1": 1 << 40}}}, "capacity"),
        ({"tried": {"freezes": [{"since": "2031-12-20", "until": "2031-12-24"}]}}, "freezes"),
        ({"tried": {"freezes": [{"since": "2031-12-24T00:00Z", "until": "2031-12-20T00:00Z"}]}}, "freezes"),
        ({"tried": {"dates": {"1": {"due": "soon"}}}}, "dates"),
        ({"tried": {"dates": {"1": {"dew": None}}}}, "dew"),
        ({"about": {"kind": "mood", "release": 1}}, "about"),
        ({"about": {"kind": "bump"}}, "about"),
    ],
)
def test_nonsense_is_refused_by_name(said, field):
    error = refused(said)

    assert (error.code, error.details["field"]) == ("plan-unreadable", field)


@pytest.mark.parametrize("seconds", [0, 601])
def test_it_looks_from_a_second_to_ten_minutes(seconds):
    error = refused({"seconds": seconds})

    assert (error.code, error.details["least"], error.details["most"]) == ("plan-seconds", 1, 600)


def test_nobody_is_left_out_and_pinned():
    error = refused({"leave_out": [1, 2], "pinned": [2]})

    assert (error.code, error.details["release"]) == ("plan-both", 2)


def test_a_plan_is_asked_for_and_waits_for_a_worker(cast):
    train = create_train()

    run = ask(kind=Kind.PLAN, trains=[train.pk], asked=asking.read({"seconds": 5}), by=cast.cleo, clock=clock())

    assert (run.state, run.asked_at, run.asked["seconds"]) == (PlanRun.State.WAITING, NOW, 5)
    assert list(run.trains.all()) == [train]
    message = Message.objects.get(event="plan.asked")
    assert (message.payload, message.lane, message.pk) == ({"run": run.pk}, "plan.asked", run.message)


@pytest.mark.parametrize("who", ["ada", "ben", "ines"])
def test_nobody_but_a_release_manager_asks(cast, who):
    with pytest.raises(Refused) as found:
        ask(kind=Kind.PLAN, by=getattr(cast, who), clock=clock())

    assert found.value.code == "forbidden"
    assert not PlanRun.objects.exists()


def test_the_second_click_gets_the_first_run(cast):
    key = uuid4()

    first, again = (ask(kind=Kind.PLAN, by=cast.cleo, clock=clock(), key=key) for _ in range(2))

    assert (first, Message.objects.filter(event="plan.asked").count()) == (again, 1)


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        (Kind.PLAN, {"tried": {"dates": {"1": {"due": None}}}}, "plan-not-a-what-if"),
        (Kind.TRIED, {"must": {"1": 1}}, "plan-not-a-repair"),
        (Kind.PLAN, {"about": {"kind": "slip", "release": 1}}, "plan-not-a-repair"),
        (Kind.PLAN, {"leave_out": [999]}, "no-such-release"),
        (Kind.TRIED, {"tried": {"capacity": {"999": 1}}}, "no-such-slot"),
    ],
)
def test_what_does_not_fit_or_is_not_there_is_refused(cast, kind, said, code):
    with pytest.raises(Refused) as found:
        ask(kind=kind, asked=asking.read(said), by=cast.cleo, clock=clock())

    assert found.value.code == code


def test_a_train_that_is_not_there_is_refused(cast):
    with pytest.raises(Refused) as found:
        ask(kind=Kind.PLAN, trains=[99], by=cast.cleo, clock=clock())

    assert found.value.code == "no-such-train"


def test_a_draft_is_not_there_for_the_planner(cast):
    draft = create_release(team=cast.pay, submitted=False)

    with pytest.raises(Refused) as found:
        ask(kind=Kind.PLAN, asked=asking.read({"pinned": [draft.pk]}), by=cast.cleo, clock=clock())

    assert found.value.code == "no-such-release"


def test_a_repair_names_the_slot_that_a_release_is_to_get(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)
    about = {"kind": "refusal", "release": release.pk, "slot": slot.pk, "code": "capacity"}
    asked = asking.read({"must": {str(release.pk): slot.pk}, "about": about})

    run = ask(kind=Kind.REPAIR, asked=asked, by=cast.cleo, clock=clock())

    assert asking.read(run.asked).must == {release.pk: slot.pk}
