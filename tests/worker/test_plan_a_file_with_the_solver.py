"""`manage.py plan --problem` with the real engine: the example of the docs, and problems as the literature has them."""

import io
import json
import random
import re
from pathlib import Path

import pytest
from django.core.management import call_command

DOCS = Path(__file__).resolve().parents[2] / "docs" / "planner-file.md"


def answered(tmp_path, problem, *words):
    out, path = io.StringIO(), tmp_path / "problem.json"
    path.write_text(problem if isinstance(problem, str) else json.dumps(problem))
    call_command("plan", "--problem", str(path), "--json", *words, stdout=out)
    return json.loads(out.getvalue())


def bins(count, room):
    day = [f"2031-03-{at + 1:02}" for at in range(count)]
    return [
        {"id": at, "start": f"{one}T10:00Z", "end": f"{one}T11:00Z", "capacity": room} for at, one in enumerate(day)
    ]


def cut(dice, count, parts):
    """Sizes that fill bins of a hundred to the last, and the bin of each."""
    found = []
    for at in range(count):
        cuts = sorted(dice.sample(range(1, 100), parts - 1))
        found += [(b - a, at) for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return found


def test_the_example_of_the_docs_has_the_answer_of_the_docs(tmp_path):
    said, told = (json.loads(one) for one in re.findall(r"```json\n(.*?)```", DOCS.read_text(), re.DOTALL)[:2])

    found = answered(tmp_path, said, "--seconds", "5")

    assert {**found, "seconds": 0} == {**told, "seconds": 0}


@pytest.mark.parametrize("seed", range(2))
def test_packing_with_pairs_kept_apart_fills_the_last_bin(tmp_path, seed):
    dice = random.Random(seed)
    items = cut(dice, 8, 3)
    pairs = [(a, b) for a in range(24) for b in range(a) if items[a][1] != items[b][1] and dice.random() < 0.3]
    releases = [{"id": at, "points": size} for at, (size, _) in enumerate(items)]

    found = answered(
        tmp_path, {"version": 1, "slots": bins(8, 100), "releases": releases, "apart": pairs}, "--seconds", "20"
    )

    assert (found["feasible"], found["checked"]) == (True, True)
    places = found["assignments"]
    assert not [pair for pair in pairs if places[str(pair[0])] == places[str(pair[1])]]
    for at in range(8):
        assert sum(size for one, (size, _) in enumerate(items) if places[str(one)] == at) == 100


@pytest.mark.parametrize("seed", range(2))
def test_an_assembly_line_is_balanced_without_a_gap(tmp_path, seed):
    dice = random.Random(seed)
    items = cut(dice, 6, 4)
    needs = [(a, b) for b in range(24) for a in range(b) if dice.random() < 0.08]
    releases = [{"id": at, "points": size} for at, (size, _) in enumerate(items)]

    found = answered(
        tmp_path, {"version": 1, "slots": bins(6, 100), "releases": releases, "needs": needs}, "--seconds", "20"
    )

    assert (found["feasible"], found["checked"]) == (True, True)
    assert all(found["assignments"][str(a)] <= found["assignments"][str(b)] for a, b in needs)


def test_one_bin_too_few_is_told(tmp_path):
    releases = [{"id": at, "points": 60} for at in range(3)]

    found = answered(tmp_path, {"version": 1, "slots": bins(2, 100), "releases": releases}, "--seconds", "5")

    assert found["feasible"] is False
    assert found["contradiction"]["facts"]
