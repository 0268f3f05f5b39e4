"""What a verdict rests on, and when it no longer counts (R6)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.fingerprints import CLASS_OF, FieldClass, fingerprints
from releasetrain.domain.policies import Gate
from releasetrain.domain.sizes import Size
from releasetrain.domain.verdicts import Cell, Content, Kind, Promise, State, Verdict, compatibility, stand

NOW = datetime(2031, 11, 24, tzinfo=UTC)
SOAK = {Size.SMALL: 24, Size.MEDIUM: 48, Size.LARGE: 120}
PROMISE = Promise(train=1, soak_hours=SOAK, kind=SlotKind.REGULAR)
SAID = {
    "title": "Fees",
    "services": [1],
    "tables": [2],
    "clients": [],
    "size": "S",
    "links": [],
    "needs": [],
    "steps": [],
}
FIELDS = st.sampled_from([*CLASS_OF, "title", "description", "earliest", "due", "weight", "initiative"])


def content(promise=PROMISE, said=None):
    return Content(fingerprints=fingerprints({**SAID, **(said or {})}), size=Size.SMALL, promise=promise)


def approval(gate, *, by=1, kind=Kind.APPROVE, number=1, of=None):
    prints = (of or content()).fingerprints
    return Verdict(
        number=number,
        gate=gate.code,
        role=gate.role,
        kind=kind,
        by=by,
        revision=1,
        at=NOW,
        rests_on={one: prints[one] for one in gate.rests_on},
        promise=PROMISE,
    )


def state(gate, verdicts, now):
    (found,) = stand([gate], verdicts, now)
    return found.state


@given(field=FIELDS, classes=st.sets(st.sampled_from(list(FieldClass)), min_size=1))
def test_a_change_makes_stale_just_the_verdicts_that_rest_on_its_class(field, classes):
    gate = Gate(code="team", role="team", rests_on=frozenset(classes))

    found = state(gate, [approval(gate)], content(said={field: ["other"]}))

    assert found is (State.STALE if CLASS_OF.get(field) in classes else State.APPROVED)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (Promise(train=1, soak_hours=SOAK, kind=SlotKind.HOTFIX), State.APPROVED),
        (Promise(train=1, soak_hours={**SOAK, Size.SMALL: 36}, kind=SlotKind.REGULAR), State.APPROVED),
        (Promise(train=1, soak_hours={**SOAK, Size.SMALL: 12}, kind=SlotKind.REGULAR), State.STALE),
        (Promise(train=2, soak_hours=SOAK, kind=SlotKind.REGULAR), State.STALE),
    ],
    ids=["another kind of slot", "a longer soak", "a shorter soak", "another train"],
)
def test_it_rests_on_what_was_promised_of_the_ride(now, expected):
    gate = Gate(code="team", role="team")

    assert state(gate, [approval(gate)], content(promise=now)) is expected


def test_the_kind_of_slot_matters_only_where_the_policy_names_it():
    gate = Gate(code="team", role="team", names_kind=True)
    hotfix = Promise(train=1, soak_hours=SOAK, kind=SlotKind.HOTFIX)

    assert state(gate, [approval(gate)], content(promise=hotfix)) is State.STALE


def test_a_gate_that_rests_on_more_by_now_is_asked_again():
    less = Gate(code="team", role="team", rests_on=frozenset({FieldClass.CODE}))

    assert state(Gate(code="team", role="team"), [approval(less)], content()) is State.STALE


def test_one_person_counts_once():
    gates = [Gate(code="team", role="team"), Gate(code="architecture", role="architect")]
    both = [approval(gate, by=1, number=n) for n, gate in enumerate(gates)]

    alone = stand(gates, both, content())
    together = stand(gates, [*both, approval(gates[0], by=2, number=3)], content())

    assert [one.state for one in alone] == [State.APPROVED, State.WAITING]
    assert [one.state for one in together] == [State.APPROVED, State.APPROVED]


def test_a_later_word_of_the_same_person_stands_in_place_of_the_earlier():
    gate = Gate(code="team", role="team")
    said = [approval(gate, number=1), approval(gate, number=2, kind=Kind.REJECT)]

    assert state(gate, said, content()) is State.REJECTED


def test_who_can_no_longer_speak_holds_nobody_up():
    gate = Gate(code="team", role="team")
    said = [approval(gate, by=1, kind=Kind.REJECT), approval(gate, by=2, number=2)]

    (held,) = stand([gate], said, content())
    (gone,) = stand([gate], said, content(), silent={"team": {1}})

    assert (held.state, gone.state) == (State.REJECTED, State.APPROVED)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([Cell.PASS, Cell.NOT_NEEDED], State.APPROVED),
        ([Cell.PASS, Cell.FAIL, Cell.NONE], State.NEEDS_WORK),
        ([Cell.PASS, Cell.NONE], State.WAITING),
        ([Cell.PASS, Cell.OLD], State.STALE),
    ],
)
def test_desktop_passing_while_android_fails_is_not_a_pass(cells, expected):
    found = compatibility(cells)

    assert found is not None
    assert found.state is expected


def test_where_nothing_has_to_be_tried_there_is_no_such_gate():
    assert compatibility([]) is None
