"""Which code runs on which schema, and the four gates: whatever passes them leaves nothing running that breaks."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releasetrain.domain.versions import (
    Code,
    CodeClass,
    Gate,
    Ground,
    Missing,
    Phase,
    Version,
    in_the_way,
    is_too_old,
    is_void,
    rulings,
    runs_on,
    standing_versions,
)
from tests.domain.claims import DAY, HOUR, NOW

V0, V1, V2, V3 = CodeClass
# The table as people agreed on it, written out by hand.
RUNS_ON = {
    V0: {"before", "expanded"},
    V1: {"expanded", "filling", "backfilled"},
    V2: {"backfilled", "relaxed"},
    V3: {"relaxed", "contracted"},
}
SHUT_BY = {Gate.G1: {V0}, Gate.G2: {V0}, Gate.G3: {V0, V1}, Gate.G4: {V0, V1, V2}}


@pytest.mark.parametrize("code", CodeClass)
def test_each_class_runs_on_what_the_table_says(code):
    assert {phase.value for phase in Phase if runs_on(code, phase)} == RUNS_ON[code]


@pytest.mark.parametrize("gate", Gate)
def test_each_gate_is_shut_by_what_the_table_says(gate):
    assert {code for code in CodeClass if is_too_old(code, gate)} == SHUT_BY[gate]


def test_a_sync_trigger_fills_the_new_for_code_that_writes_the_old_alone():
    assert {phase.value for phase in Phase if runs_on(V0, phase, trigger=True)} == {
        "before",
        "expanded",
        "filling",
        "backfilled",
    }
    assert not is_too_old(V0, Gate.G1, trigger=True)
    assert is_too_old(V0, Gate.G3, trigger=True)


@dataclass(slots=True)
class History:
    """A change as it happens, one step after the other; whatever a gate guards asks it first."""

    trigger: bool
    reads_rollbacks: bool = True
    phase: Phase = Phase.BEFORE
    runs: set[CodeClass] = field(default_factory=lambda: {V0})
    back: set[CodeClass] = field(default_factory=set)

    def is_open(self, gate: Gate) -> bool:
        known = [Version(service=1, name=one, code=one) for one in self.runs]
        if self.reads_rollbacks:
            known += [Version(service=1, name=one, code=one, runs=False) for one in self.back]
        return not in_the_way([gate], Code(services={1}, versions=tuple(known), trigger=self.trigger), (), at=NOW)

    def step(self, name: str, code: CodeClass) -> None:
        getattr(self, f"_{name}")(code)

    def _expand(self, code: CodeClass) -> None:
        self._from(Phase.BEFORE, Phase.EXPANDED)

    def _backfill(self, code: CodeClass) -> None:
        if self.is_open(Gate.G1):
            self._from(Phase.EXPANDED, Phase.FILLING)

    def _verify(self, code: CodeClass) -> None:
        self._from(Phase.FILLING, Phase.BACKFILLED)

    def _relax(self, code: CodeClass) -> None:
        if self.is_open(Gate.G3):
            self._from(Phase.BACKFILLED, Phase.RELAXED)

    def _drop(self, code: CodeClass) -> None:
        if self.is_open(Gate.G4):
            self._from(Phase.RELAXED, Phase.CONTRACTED)

    def _ship(self, code: CodeClass) -> None:
        """Start newer copies beside the old, on a schema that has what they want, where their gate is open."""
        wanted = {V0: None, V1: None, V2: Gate.G2, V3: Gate.G3}[code]
        is_newest = all(code >= one for one in self.runs | self.back)
        if is_newest and runs_on(code, self.phase, trigger=self.trigger) and (wanted is None or self.is_open(wanted)):
            self.runs.add(code)

    def _retire(self, code: CodeClass) -> None:
        """Stop old copies that newer ones stand beside; they can be rolled back to."""
        if code in self.runs and max(self.runs) > code:
            self.runs.remove(code)
            self.back.add(code)

    def _forget(self, code: CodeClass) -> None:
        self.back.discard(code)

    def _roll_back(self, code: CodeClass) -> None:
        """Back to what can be rolled back to, whatever anybody planned."""
        if code in self.back:
            self.back.remove(code)
            self.runs = {code}

    def _from(self, before: Phase, after: Phase) -> None:
        self.phase = after if self.phase is before else self.phase

    def broken(self) -> set[CodeClass]:
        return {one for one in self.runs if not runs_on(one, self.phase, trigger=self.trigger)}


STEPS = ("expand", "backfill", "verify", "relax", "drop", "ship", "retire", "forget", "roll_back")
PROGRAMS = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(CodeClass)), max_size=40)
# The whole way as it is meant, with whatever happens in between.
WAY = [
    ("expand", V0),
    ("ship", V1),
    ("retire", V0),
    ("forget", V0),
    ("backfill", V0),
    ("verify", V0),
    ("ship", V2),
    ("retire", V1),
    ("forget", V1),
    ("relax", V0),
    ("ship", V3),
    ("retire", V2),
    ("forget", V2),
    ("drop", V0),
]


def woven(draw: st.DrawFn) -> list[tuple[str, CodeClass]]:
    """The way with other steps strewn in and some of its own left out."""
    found = []
    for one in WAY:
        found += draw(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(CodeClass)), max_size=2))
        found += [one] if draw(st.integers(0, 7)) else []
    return found


WOVEN = st.composite(woven)()


@settings(max_examples=600, deadline=None)
@given(program=PROGRAMS | WOVEN, trigger=st.booleans())
def test_whatever_passes_the_gates_leaves_nothing_running_that_breaks_not_even_after_a_rollback(program, trigger):
    history = History(trigger=trigger)

    for name, code in program:
        history.step(name, code)
        assert history.broken() == set(), (name, code, history)


def test_the_way_as_it_is_meant_leads_to_the_end():
    history = History(trigger=False)

    for name, code in WAY:
        history.step(name, code)

    assert (history.phase, history.runs, history.back) == (Phase.CONTRACTED, {V3}, set())


@pytest.mark.parametrize(
    ("until", "back_to"), [(("backfill", V0), V0), (("relax", V0), V1), (("drop", V0), V2)], ids=["G1", "G3", "G4"]
)
def test_with_gates_that_read_only_what_runs_a_rollback_breaks(until, back_to):
    """The control: the same way, with nobody waiting until the old version cannot be rolled back to any more."""
    careful, careless = History(trigger=False), History(trigger=False, reads_rollbacks=False)
    way = [one for one in WAY[: WAY.index(until) + 1] if one != ("forget", back_to)]

    for history in (careful, careless):
        for name, code in [*way, ("roll_back", back_to)]:
            history.step(name, code)

    assert careful.broken() == set()
    assert careless.broken() == {back_to}


def test_a_version_nobody_classed_counts_as_the_oldest():
    code = Code(services={1}, versions=(Version(service=1, name="5.117"),))

    assert [(one.name, one.is_known) for one in in_the_way([Gate.G1], code, (), at=NOW)] == [("5.117", False)]


@pytest.mark.parametrize(("until", "is_there"), [(None, True), (NOW + HOUR, True), (NOW, False), (NOW - HOUR, False)])
def test_a_version_is_gone_when_its_time_to_be_rolled_back_to_is_over(until, is_there):
    version = Version(service=1, name="5.117", code=V0, runs=False, until=until)

    assert bool(in_the_way([Gate.G1], Code(services={1}, versions=(version,)), (), at=NOW)) is is_there


@pytest.mark.parametrize(
    ("ground", "missing"),
    [
        (Ground(), [Missing.EXPAND, Missing.VERIFIED, Missing.OPTIONAL, Missing.RELAX]),
        (Ground(expanded=True, old_is_optional=True), [None, Missing.VERIFIED, None, Missing.RELAX]),
        (Ground(expanded=True, verified=True, relaxed=True), [None, None, None, None]),
    ],
)
def test_gates_want_more_than_versions(ground, missing):
    found = rulings(Code(), ground, now=NOW)

    assert [one.missing for one in found] == missing
    assert [one.may for one in found] == [one is None for one in missing]


OLD, NEW = Version(service=1, name="5.117", code=V0), Version(service=1, name="5.118", code=V1)
UNKNOWN = Version(service=1, name="5.119")


def said(reported, **known):
    return [(one.name, one.code) for one in standing_versions(1, reported, **known)]


def test_a_service_that_never_reported_may_run_anything():
    assert said(None) == [("", None)]


def test_an_attestation_stands_in_for_a_report():
    assert said(None, attested=V1, attested_at=NOW) == [("", V1)]


def test_an_attestation_overrides_what_was_reported_before():
    known = {"reported_at": NOW - DAY, "attested": V1, "attested_at": NOW}

    assert said([OLD, NEW, UNKNOWN], **known) == [("5.118", V1)]
    assert said([OLD], **known) == [("", V1)]


def test_a_later_report_speaks_for_itself():
    known = {"reported_at": NOW, "attested": V1, "attested_at": NOW - DAY}

    assert said([OLD], **known) == [("5.117", V0)]
    assert said([NEW], **known) == [("5.118", V1)]


@pytest.mark.parametrize(("later", "void"), [([OLD], True), ([NEW], False), ([NEW, UNKNOWN], True), ([], False)])
def test_an_attestation_is_void_once_a_later_report_contradicts_it(later, void):
    assert is_void(V1, later) is void
