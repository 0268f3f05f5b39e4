"""`manage.py plan --problem`: a plan of a file, or why there is none; ends with 2 if the file is wrong."""

import io
import json
import sys
from types import ModuleType, SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from releasetrain.domain.planner.values import Aim, Level, Measured, Outcome, Plan

ENGINE = "releasetrain.domain.planner.engine"
SLOTS = [
    {"id": at, "start": f"2031-01-{at:02}T22:00Z", "end": f"2031-01-{at:02}T23:00Z", "capacity": 2} for at in (1, 2)
]
FITS = {"version": 1, "slots": SLOTS, "releases": [{"id": "x"}, {"id": "y", "points": 2, "due": "2031-01-01"}]}
CROWDED = FITS | {"releases": [{"id": at, "points": 2} for at in "abc"]}


@pytest.fixture
def engine(monkeypatch):
    """An engine that places everybody in the slot of the same number, and keeps what it was asked."""
    made, asked = ModuleType(ENGINE), []

    def plan(problem, aims, effort, *, tell=None):
        asked.append(SimpleNamespace(aims=list(aims), effort=effort))
        levels = (Measured(level=Level.LATENESS, value=1, bound=1),)
        plans = {aim: Plan(aim=aim, places=tuple(range(len(problem.releases))), levels=levels) for aim in aims}
        return Outcome(plans=plans, seconds=0.5)

    made.plan = plan
    monkeypatch.setitem(sys.modules, ENGINE, made)
    return asked


def planned(tmp_path, said, *words) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    path = tmp_path / "problem.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said))
    try:
        call_command("plan", "--problem", str(path), *words, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_plan_is_one_object_of_json(tmp_path, engine):
    code, said, _ = planned(tmp_path, FITS, "--json", "--seconds", "5")

    told = json.loads(said)
    assert (code, told["feasible"], told["checked"]) == (0, True, True)
    assert told["assignments"] == {"x": 1, "y": 2}
    assert told["levels"] == [{"name": "lateness", "value": 1, "bound": 1, "given": {}}]


def test_the_aim_is_the_earliest_unless_another_is_said_and_rounds_stand_for_seconds(tmp_path, engine):
    planned(tmp_path, FITS)
    planned(tmp_path, FITS, "--aim", "fewest-moves", "--rounds", "7", "--seed", "3")

    assert [one.aims for one in engine] == [[Aim.EARLIEST], [Aim.FEWEST_MOVES]]
    assert (engine[1].effort.rounds, engine[1].effort.seed, engine[1].effort.workers) == (7, 3, 1)


def test_without_json_it_is_a_report_by_slot(tmp_path, engine):
    _, said, _ = planned(tmp_path, FITS)

    assert "A plan that the checker passes." in said
    assert "weighted days late: 1, proven best" in said
    assert "1  2031-01-01 22:00      1/2  x" in said


def test_where_there_is_no_plan_the_facts_that_contradict_each_other_are_told(tmp_path, engine):
    code, said, _ = planned(tmp_path, CROWDED, "--json")

    told = json.loads(said)
    assert (code, told["feasible"], told["assignments"], told["checked"]) == (0, False, {}, False)
    assert told["contradiction"]["facts"][0]["words"] == "a, b and c need 6 points; 1 and 2: room for 4."
    assert engine == []  # seen before anything is searched


def test_the_report_says_it_too(tmp_path, engine):
    _, said, _ = planned(tmp_path, CROWDED)

    assert "none of them can be left out:" in said
    assert "  a can only ride in 1 or 2." in said


def test_a_file_that_is_wrong_ends_with_2_and_says_everything_on_the_other_stream(tmp_path, engine):
    wrong = FITS | {"colour": 1, "needs": [["x", "z"]]}

    assert planned(tmp_path, wrong) == (2, "", "colour: Nobody knows this key.\nneeds[0][1]: There is no release z.\n")
    code, said, _ = planned(tmp_path, wrong, "--json")
    assert (code, len(json.loads(said)["error"])) == (2, 2)


def test_the_problem_may_come_from_the_input(engine, monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(FITS).encode())))

    call_command("plan", "--problem", "-", "--json", stdout=out)

    assert json.loads(out.getvalue())["feasible"] is True


@pytest.mark.parametrize("words", [("--seconds", "0"), ("--seconds", "nan"), ("--rounds", "0"), ("--aim", "best")])
def test_what_cannot_be_asked_is_refused(tmp_path, engine, words):
    with pytest.raises(CommandError):
        planned(tmp_path, FITS, *words)


def test_a_file_that_cannot_be_read_ends_with_2(tmp_path, engine):
    (tmp_path / "latin").write_bytes(b"\xe9")
    for path in (tmp_path / "none", tmp_path / "latin"):
        with pytest.raises(CommandError) as refused:
            call_command("plan", "--problem", str(path))
        assert refused.value.returncode == 2
