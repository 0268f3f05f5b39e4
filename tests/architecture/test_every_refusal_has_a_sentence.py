"""Whatever code an action refuses with, there is a sentence for it, and the facts that the sentence needs."""

import ast
import re
from collections.abc import Iterator

import pytest

from releasetrain import wording
from releasetrain.domain.conflicts.values import Basis, Conflict, Side
from releasetrain.domain.errors import Refused
from releasetrain.embedded.places import ROOT
from tests.factories import TUESDAY

PLACE = re.compile(r"%\((\w+)\)s")
# Codes that are put together where they are raised.
COMPOSED = {"no-such-{}": ("service", "table", "initiative")}


def refusals() -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield (code, names of its facts, where) of every ``Refused("code", details={...})`` in the product."""
    for path in sorted((ROOT / "releasetrain").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield from ((code, _facts(node), where) for code in _codes(node.args[0]))


def _codes(said: ast.expr) -> list[str]:
    if isinstance(said, ast.Constant):
        return [said.value]
    if isinstance(said, ast.JoinedStr):
        shape = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in said.values)
        return [shape.format(word) for word in COMPOSED[shape]]
    return []  # a code that was handed on: it is raised by name somewhere else


def _facts(call: ast.Call) -> frozenset[str]:
    details = next((word.value for word in call.keywords if word.arg == "details"), None)
    keys = details.keys if isinstance(details, ast.Dict) else []
    return frozenset(key.value for key in keys if isinstance(key, ast.Constant))


FOUND = list(refusals())


def test_the_search_finds_refusals():
    assert {"forbidden", "wall", "taken", "no-such-service", "reason-missing"} <= {code for code, _, _ in FOUND}


@pytest.mark.parametrize(("code", "facts", "where"), FOUND, ids=[f"{code} {where}" for code, _, where in FOUND])
def test_a_refusal_has_its_sentence_and_the_facts_it_needs(code, facts, where):
    assert code in wording.REFUSALS, f"{where}: no sentence for {code}"

    needed = set(PLACE.findall(str(wording.REFUSALS[code]))) - {"pair"}  # the pair comes from the conflict
    assert needed <= facts, f"{where}: {code} needs {needed - facts}"


def test_a_large_pair_is_named():
    pair = Conflict(code="large-overlap", a=Side.release(31), b=Side.release(40), basis=Basis(), departs_at=TUESDAY)

    said = wording.refusal(Refused("wall", conflicts=[pair]))

    assert (
        said == "RT-31 and RT-40 would stand against each other, and one of them is large. Move one first, or waive it."
    )


def test_a_day_is_named():
    assert wording.refusal(Refused("departs-twice", details={"on": "2031-12-02", "at": "22:00"})) == (
        "The timetable names Tue 2 Dec 2031 22:00 twice."
    )
