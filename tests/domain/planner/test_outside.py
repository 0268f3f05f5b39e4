"""A problem from outside is read as it is said; whatever cannot be so is told at once, with its place."""

import json

import pytest

from releasetrain.domain.planner.outside import answer, read
from releasetrain.domain.planner.problem import DAY, LargeRule
from releasetrain.domain.planner.said import Unreadable
from releasetrain.domain.planner.values import Aim, Clash, Contradiction, Level, Measured, Outcome, Plan

HOUR = 3600
NEW_YEAR = 1924992000  # 2031-01-01T00:00Z


def slot(id, day=1, **more):
    return {"id": id, "start": f"2031-01-{day:02}T22:00:00Z", "end": f"2031-01-{day:02}T23:00:00Z", **more}


def problem(**more):
    return {"version": 1, "slots": [slot("a", 1), slot("b", 2, capacity=5)], "releases": [{"id": 1}, {"id": 2}]} | more


def taken(**more):
    return read(json.dumps(problem(**more)))


def faults(said) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as refused:
        read(said if isinstance(said, str) else json.dumps(said))
    return [(one.code, one.where) for one in refused.value.faults]


def test_what_is_not_said_takes_its_default():
    found = taken()

    assert [one.capacity for one in found.slots] == [None, 5]
    assert {one.large for one in found.slots} == {LargeRule.FREE}
    assert found.releases[0].options == (0, 1)
    assert (found.releases[0].points, found.releases[0].weight, found.releases[0].due) == (1, 1, None)
    assert (found.team_limits, found.orders, found.apart) == ({}, (), ())


def test_null_is_as_good_as_nothing_said():
    keys = ("points", "large", "team", "resources", "soak_hours", "earliest", "due", "weight", "pinned", "current")

    empty = taken(
        releases=[{"id": 1, **dict.fromkeys(keys)}, {"id": 2}], team_limit=None, apart=None, after=None, needs=None
    )

    assert empty == taken()


def test_slots_are_taken_in_the_order_of_their_departure():
    assert [one.id for one in taken(slots=[slot("late", 9), slot("early", 3)]).slots] == ["early", "late"]


def test_an_instant_without_a_zone_is_utc_and_one_with_a_zone_is_that_instant():
    found = taken(slots=[{"id": 1, "start": "2031-01-01T01:00+03:00"}, {"id": 2, "start": "2031-01-01T01:00"}])

    assert [one.start for one in found.slots] == [NEW_YEAR - 2 * HOUR, NEW_YEAR + HOUR]


def test_earliest_keeps_off_every_departure_before_it_a_date_alone_from_its_midnight():
    found = taken(releases=[{"id": 1, "earliest": "2031-01-02"}, {"id": 2, "earliest": "2031-01-01T22:00:01Z"}])

    assert [one.options for one in found.releases] == [(1,), (1,)]
    assert found.releases[0].refused == {0: "before-earliest"}


def test_what_is_due_on_a_day_is_late_from_the_next_and_due_at_an_instant_from_the_second_after():
    found = taken(releases=[{"id": 1, "due": "2031-01-01"}, {"id": 2, "due": "2031-01-01T22:00:00Z"}])

    assert [one.due for one in found.releases] == [NEW_YEAR + DAY, NEW_YEAR + 22 * HOUR + 1]
    assert [found.days_late(at, 0) for at in (0, 1)] == [0, 0]
    assert [found.days_late(at, 1) for at in (0, 1)] == [1, 1]


def test_a_pin_leaves_one_option_where_it_rides_or_in_the_slot_that_is_said():
    found = taken(releases=[{"id": 1, "pinned": True, "current": "b"}, {"id": 2, "pinned": "a", "current": "b"}])

    assert [one.options for one in found.releases] == [(1,), (0,)]
    assert not found.releases[0].settled  # what pinned ones do to each other is the plan's matter


def test_a_release_larger_than_a_slot_may_not_ride_there():
    assert taken(releases=[{"id": 1, "points": 6}]).releases[0].refused == {1: "capacity"}


def test_orders_and_pairs_name_releases_by_their_id_and_lags_may_be_fractions():
    found = taken(after=[[1, 2, 0.5], [1, 2]], needs=[["1", 2]], apart=[[2, 1]])

    assert [(one.before, one.then, one.lag, one.together) for one in found.orders] == [
        (0, 1, 1800, False),
        (0, 1, 0, False),
        (0, 1, 0, True),
    ]
    assert found.apart == ((1, 0),)


def test_a_limit_of_teams_counts_for_every_team_that_is_named():
    found = taken(team_limit=2, releases=[{"id": 1, "team": "pay"}, {"id": 2, "team": 7}, {"id": 3}])

    assert found.team_limits == {"pay": 2, 7: 2}


def test_large_ones_need_not_ride_alone():
    assert {one.large for one in taken(large_rides_alone=True).slots} == {LargeRule.ALONE}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("{", [("not-json", "")]),
        ('{"version": NaN}', [("not-json", "")]),
        ("[" * 100_000, [("not-json", "")]),
        ("9" * 5000, [("not-json", "")]),
        ("[]", [("not-an-object", "")]),
        ({}, [("version", "version")]),
        (problem(version=2), [("version", "version")]),
        (problem(version=True), [("version", "version")]),
        ('{"version": 1, "slots": [{"id": 1, "id": 2, "start": "2031-01-01"}]}', [("double-key", "id")]),
        (problem(slots=[]), [("empty-horizon", "slots")]),
        ({"version": 1}, [("empty-horizon", "slots")]),
        (problem(slots={}), [("not-a-list", "slots")]),
        (problem(colour="red"), [("unknown-key", "colour")]),
        (problem(releases=[{"id": 1, "size": 3}]), [("unknown-key", "releases[0].size")]),
        (problem(releases=[{}]), [("missing", "releases[0].id")]),
        (problem(releases=[7]), [("not-an-object", "releases[0]")]),
        (problem(releases=[{"id": 1}, {"id": "1"}]), [("double-id", "releases[1].id")]),
        (problem(releases=[{"id": 1.5}]), [("not-an-id", "releases[0].id")]),
        (problem(slots=[slot("a"), slot("a")]), [("double-id", "slots[1].id")]),
        (problem(slots=[{"id": 1}]), [("missing", "slots[0].start")]),
        (problem(slots=[{"id": 1, "start": "soon"}]), [("not-an-instant", "slots[0].start")]),
        (problem(slots=[{"id": 1, "start": 5}]), [("not-an-instant", "slots[0].start")]),
        (problem(slots=[slot("a") | {"end": "2031-01-01T21:00Z"}]), [("end-before-start", "slots[0].end")]),
        (problem(slots=[slot("a", capacity=-1)]), [("negative", "slots[0].capacity")]),
        (problem(releases=[{"id": 1, "points": -3}]), [("negative", "releases[0].points")]),
        (problem(releases=[{"id": 1, "points": 1.5}]), [("not-whole", "releases[0].points")]),
        (problem(releases=[{"id": 1, "points": "3"}]), [("not-a-number", "releases[0].points")]),
        (problem(releases=[{"id": 1, "points": True}]), [("not-a-number", "releases[0].points")]),
        (problem(releases=[{"id": 1, "points": 10**12}]), [("too-much", "releases[0].points")]),
        (problem(releases=[{"id": 1, "weight": -1}]), [("negative", "releases[0].weight")]),
        (problem(releases=[{"id": 1, "soak_hours": -1}]), [("negative", "releases[0].soak_hours")]),
        (problem(releases=[{"id": 1, "large": "no"}]), [("not-yes-or-no", "releases[0].large")]),
        (problem(releases=[{"id": 1, "resources": "db"}]), [("not-a-list", "releases[0].resources")]),
        (problem(releases=[{"id": 1, "resources": [None]}]), [("not-an-id", "releases[0].resources[0]")]),
        (problem(releases=[{"id": 1, "current": "z"}]), [("unknown-slot", "releases[0].current")]),
        (problem(releases=[{"id": 1, "pinned": "z"}]), [("unknown-slot", "releases[0].pinned")]),
        (problem(releases=[{"id": 1, "pinned": True}]), [("pin-without-current", "releases[0].pinned")]),
        (
            problem(releases=[{"id": 1, "pinned": "a", "earliest": "2031-01-02"}]),
            [("pin-too-early", "releases[0].pinned")],
        ),
        (problem(team_limit=-1), [("negative", "team_limit")]),
        (problem(apart=[[1, 9]]), [("unknown-release", "apart[0][1]")]),
        (problem(apart=[[1, 1]]), [("with-itself", "apart[0]")]),
        (problem(apart=[[1, 2, 3]]), [("not-a-pair", "apart[0]")]),
        (problem(apart=[1]), [("not-a-pair", "apart[0]")]),
        (problem(after=[[1, 2, -1]]), [("negative", "after[0][2]")]),
        (problem(after=[[1, 2, "x"]]), [("not-a-number", "after[0][2]")]),
        (problem(needs=[[1, 2, 3]]), [("not-a-pair", "needs[0]")]),
        (problem(after=[[1, 2]], needs=[[2, 1]]), [("circle", "")]),
        (problem(needs=[[1, 1]]), [("circle", "")]),
    ],
    ids=str,
)
def test_what_cannot_be_so_is_told_with_its_place(said, found):
    assert faults(said) == found


def test_everything_that_is_wrong_is_told_at_once():
    found = faults(problem(slots=[slot("a", capacity=-1)], releases=[{"id": 1, "points": -1}], needs=[[1, 9]], x=1))

    assert [code for code, _ in found] == ["unknown-key", "negative", "negative", "unknown-release"]


def test_a_circle_is_named_from_one_end_to_the_other():
    with pytest.raises(Unreadable) as refused:
        read(json.dumps(problem(releases=[{"id": at} for at in "abcd"], after=[["a", "b"], ["b", "c"], ["c", "a"]])))

    assert sorted(refused.value.faults[0].facts["circle"][1:]) == ["a", "b", "c"]


def test_a_plan_is_answered_by_ids_with_levels_and_the_word_of_the_checker():
    levels = (Measured(level=Level.LATENESS, value=3, bound=2, given=((Level.MOVES, 1),)),)
    plan = Plan(aim=Aim.EARLIEST, places=(0, 1), levels=levels)

    told = answer(taken(), Outcome(plans={Aim.EARLIEST: plan}, seconds=1.23456), Aim.EARLIEST, str)

    assert told == {
        "version": 1,
        "feasible": True,
        "aim": "earliest",
        "assignments": {"1": "a", "2": "b"},
        "levels": [{"name": "lateness", "value": 3, "bound": 2, "given": {"moves": 1}}],
        "contradiction": None,
        "seconds": 1.235,
        "checked": True,
    }


def test_a_plan_that_the_checker_does_not_pass_is_not_called_checked():
    plan = Plan(aim=Aim.EARLIEST, places=(0, 0), levels=())

    told = answer(taken(apart=[[1, 2]]), Outcome(plans={Aim.EARLIEST: plan}), Aim.EARLIEST, str)

    assert told["checked"] is False


def test_no_plan_is_answered_with_what_contradicts_itself_in_words_and_values():
    none = Contradiction(clashes=(Clash(code="apart", releases=(0, 1)),), minimal=True)

    told = answer(taken(), Outcome(contradiction=none), Aim.EARLIEST, lambda one: f"say {one.code}")

    assert (told["feasible"], told["assignments"], told["checked"]) == (False, {}, False)
    assert told["contradiction"] == {
        "minimal": True,
        "facts": [
            {"code": "apart", "releases": [1, 2], "slots": [], "of": None, "amounts": {}, "words": "say apart"},
        ],
    }


def test_neither_a_plan_nor_a_reason_is_no_answer():
    assert answer(taken(), Outcome(), Aim.EARLIEST, str)["feasible"] is None
