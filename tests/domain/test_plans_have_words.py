"""Whatever the planner can say has its sentence."""

import re
from pathlib import Path

import pytest

from releasetrain import planning_wording as words
from releasetrain.domain.planner import explain, said
from releasetrain.domain.planner.values import Aim, Clash, Level, Measured, Reason
from releasetrain.planner_file_wording import FAULTS, fault

CALLED = words.Called(release=lambda at: f"RT-{at}", slot=lambda at: f"slot {at}", team=lambda id: f"Team {id}")
CODES = re.findall(r"^([a-z-]+) {2,}\S", explain.__doc__.partition("code  ")[2], re.M)


@pytest.mark.parametrize(
    ("clash", "sentence"),
    [
        (
            Clash(code="room", releases=(1, 2, 3), slots=(4, 5, 6), amounts={"points": 14, "capacity": 10}),
            "RT-1, RT-2 and RT-3 need 14 points; the 3 slots from slot 4 to slot 6: room for 10.",
        ),
        (
            Clash(code="room", releases=(1,), slots=(4,), amounts={"points": 1, "capacity": 0}),
            "RT-1 needs 1 point; slot 4: room for 0.",
        ),
        (
            Clash(code="window", releases=tuple(range(9)), slots=(1, 5), amounts={"options": 4}),
            "9 releases can only ride in 4 slots, from slot 1 to slot 5.",
        ),
        (
            Clash(code="window", releases=(1,), slots=(1, 5), amounts={"options": 2}),
            "RT-1 can only ride in slot 1 or slot 5.",
        ),
        (Clash(code="pin", releases=(1,), slots=(1,), of="pinned"), "RT-1 stays in slot 1: it is pinned."),
        (Clash(code="pin", releases=(1,), slots=(1,), of=""), "RT-1 can only ride in slot 1."),
        (Clash(code="no-option", releases=(1,), of="frozen"), "RT-1 can ride nowhere: it is frozen then."),
        (Clash(code="no-option", releases=(1,), of=""), "RT-1 can ride nowhere: its train has no departure."),
        (
            Clash(code="large-rides-alone", releases=(1, 2), slots=(3,), amounts={"large": 2, "slots": 1}),
            "RT-1 and RT-2 are large and ride alone in slot 3.",
        ),
        (
            Clash(code="large-rides-alone", releases=(1, 2), slots=(3,), amounts={"large": 1, "slots": 1}),
            "Of RT-1 and RT-2, 1 is large and rides alone in slot 3.",
        ),
        (
            Clash(code="large-overlap", releases=(1, 2), of="service:1"),
            "RT-1 and RT-2 are large and change service:1: they may not soak side by side.",
        ),
        (
            Clash(code="team-limit", releases=(1, 2), slots=(3,), of=7, amounts={"limit": 1}),
            "Team 7 has at most 1 release in a slot, but wants room for RT-1 and RT-2 in slot 3.",
        ),
        (Clash(code="apart", releases=(1, 2)), "RT-1 and RT-2 may not share a slot."),
        (
            Clash(code="order", releases=(1, 2), of="soak", amounts={"lag": 432000, "together": 0, "ready": 0}),
            "RT-2 departs at least 120 h after the end of RT-1.",
        ),
        (
            Clash(code="order", releases=(1, 2), of="dependency", amounts={"lag": 0, "together": 1, "ready": 0}),
            "RT-2 departs with RT-1 or after it.",
        ),
        (
            Clash(code="same-table", releases=(1, 2, 3), of="payment", amounts={"last": 1}),
            "RT-1 touches payment: it departs before RT-2 and RT-3, or once their change is over.",
        ),
    ],
    ids=lambda one: one.code if isinstance(one, Clash) else "",
)
def test_a_clash_is_one_plain_sentence(clash, sentence):
    assert words.clash(clash, CALLED) == sentence


def test_every_code_that_is_documented_has_its_sentence_and_no_other():
    assert len(CODES) == 10
    assert words.CLASHES.keys() == set(CODES)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Reason(code="boards"), "It gets a place."),
        (Reason(code="boards", amounts={"days": 2}), "It gets a place, 2 days late."),
        (
            Reason(code="cannot-stay", rule="capacity", releases=(2,)),
            "It cannot stay beside RT-2: the slot is full.",
        ),
        (Reason(code="cannot-stay", rule="frozen"), "It cannot stay: it is frozen then."),
        (Reason(code="makes-room", releases=(2, 3)), "It makes room for RT-2 and RT-3."),
        (Reason(code="in-time", amounts={"days": 1}), "It is 1 day less late."),
        (Reason(code="earlier", amounts={"days": 3}), "It departs 3 days earlier."),
        (Reason(code="no-worse"), "It could stay; nothing gets worse by its move."),
    ],
)
def test_a_reason_is_one_plain_sentence(reason, sentence):
    assert words.reason(reason, CALLED) == sentence


def test_who_is_left_out_is_told_with_the_rule_and_with_whom():
    assert words.left_out("dependency", (7,), CALLED).startswith("No plan can place it beside RT-7: ")
    assert words.left_out("no-departure", (), CALLED) == "No plan can place it: its train has no departure to come."


def test_levels_and_aims_have_their_names():
    assert words.LEVELS.keys() == set(Level)
    assert words.AIMS.keys() == set(Aim)


def test_a_bound_says_what_it_holds_for():
    free = Measured(level=Level.MOVES, value=3, bound=3)
    given = Measured(level=Level.LATENESS, value=9, bound=7, given=((Level.MOVES, 3),))

    assert words.measured(free) == "moves: 3, proven best"
    assert words.measured(given) == (
        "weighted days late: 9; no plan goes below 7 (holds for the values reached above it)"
    )


def test_every_fault_of_a_file_has_its_sentence():
    folder = Path(said.__file__).parent
    used = {code for name in ("said.py", "outside.py") for code in _codes((folder / name).read_text())}

    assert used == FAULTS.keys()
    assert fault(said.Fault(code="circle", facts={"circle": [1, 2, 1]})).endswith(" 1 → 2 → 1.")
    assert fault(said.Fault(code="negative", where="slots[0].capacity", facts={"value": -1})) == (
        "slots[0].capacity: -1 is less than nothing."
    )


def _codes(text: str) -> list[str]:
    return re.findall(r'(?:wrong\(\s*|code=)"([a-z-]+)"', text)


@pytest.mark.parametrize(
    "code", ["rolled-back", "slot-skipped", "slot-departed", "before-earliest", "needs-one-left-out", "no-departure"]
)
def test_every_reason_to_be_left_out_has_words(code):
    assert words.why_not(code) != code
