"""The state of a gate: a pure function of append-only verdicts, the policy and fingerprints (R5 to R7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.fingerprints import Edit, FieldClass
from releasetrain.domain.policies import COMPATIBILITY, SQL, Gate
from releasetrain.domain.seats import seated
from releasetrain.domain.sizes import Size


class Kind(StrEnum):
    """What a reviewer can say."""

    APPROVE = "approve"
    CONDITIONS = "conditions"
    NEEDS_WORK = "needs-work"
    REJECT = "reject"

    @property
    def approves(self) -> bool:
        """Whether the gate may open by it."""
        return self in (Kind.APPROVE, Kind.CONDITIONS)


class State(StrEnum):
    """Where a gate stands."""

    WAITING = "waiting"
    STALE = "stale"
    NEEDS_WORK = "needs-work"
    REJECTED = "rejected"
    CONDITIONS = "conditions"
    APPROVED = "approved"

    @property
    def is_open(self) -> bool:
        """Whether the release still lacks it."""
        return self not in (State.APPROVED, State.CONDITIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was promised of the ride: the train, its soak in hours per size, the kind of slot (None: no slot yet)."""

    train: int | None = None
    soak_hours: Mapping[Size, int] = field(default_factory=dict)
    kind: SlotKind | None = None

    def kept_by(self, now: "Promise", *, size: Size, names_kind: bool) -> bool:
        """Return whether a ride as it is planned now keeps it; a longer soak does, and so does a later slot."""
        soak = self.soak_hours.get(size, 0) <= now.soak_hours.get(size, 0)
        return self.train == now.train and soak and (not names_kind or self.kind == now.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody said on a gate, about which revision, resting on what; ``number`` orders them."""

    number: int
    gate: str
    role: str
    kind: Kind
    by: int
    revision: int
    at: datetime
    rests_on: Mapping[FieldClass, str]
    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a verdict must still fit: fingerprints, size, and the ride as planned."""

    fingerprints: Mapping[FieldClass, str]
    size: Size
    promise: Promise


class Cell(StrEnum):
    """One place of the compatibility matrix (R9)."""

    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    NOT_NEEDED = "not-needed"
    NONE = "none"
    OLD = "old"  # a pass of other code


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A gate as it stands: ``counts`` are the verdicts that open it, ``stale`` those that no longer do."""

    gate: Gate
    state: State
    counts: tuple[Verdict, ...] = ()
    stale: tuple[Verdict, ...] = ()
    against: tuple[Verdict, ...] = ()
    missing: int = 0


def latest(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return the last word of each person on each gate, oldest first: a later verdict stands in place of an earlier."""
    said = {(one.by, one.gate): one for one in sorted(verdicts, key=lambda one: one.number)}
    return sorted(said.values(), key=lambda one: one.number)


def fits(verdict: Verdict, gate: Gate, content: Content) -> bool:
    """Return whether what the verdict rests on is still so, and is all that the gate asks for by now."""
    return (
        verdict.role == gate.role
        and gate.rests_on <= verdict.rests_on.keys()
        and all(verdict.rests_on[one] == content.fingerprints[one] for one in gate.rests_on)
        and verdict.promise.kept_by(content.promise, size=content.size, names_kind=gate.names_kind)
    )


def stand(
    gates: Sequence[Gate],
    verdicts: Iterable[Verdict],
    content: Content,
    *,
    silent: Mapping[str, Collection[int]] | None = None,
) -> list[Standing]:
    """Return how each gate stands. One person counts once; where two gates want the same one, the first has them.

    ``silent``: who can no longer speak on a gate; what they had against it holds nobody up any more.
    """
    last, known = latest(verdicts), {gate.code: gate for gate in gates}
    valid = [one for one in last if one.gate in known and fits(one, known[one.gate], content)]
    seats = [gate for gate in gates for _ in range(gate.quorum)]
    able = [[one.by for one in valid if one.gate == gate.code and one.kind.approves] for gate in seats]
    taken = seated(able)
    sits = {(seats[seat].code, person) for seat, person in taken.items()}
    return [_standing(gate, last, valid, sits, (silent or {}).get(gate.code, ())) for gate in gates]


def _standing(
    gate: Gate, last: list[Verdict], valid: list[Verdict], sits: set[tuple[str, int]], silent: Collection[int]
) -> Standing:
    mine = [one for one in last if one.gate == gate.code]
    counts = tuple(one for one in mine if one in valid and (one.gate, one.by) in sits)
    stale = tuple(one for one in mine if one not in valid)
    against = tuple(one for one in mine if one in valid and not one.kind.approves and one.by not in silent)
    missing = gate.quorum - len(counts)
    state = _state(counts, stale, against, missing)
    return Standing(gate=gate, state=state, counts=counts, stale=stale, against=against, missing=missing)


def _state(
    counts: tuple[Verdict, ...], stale: tuple[Verdict, ...], against: tuple[Verdict, ...], missing: int
) -> State:
    kinds = {one.kind for one in against}
    if Kind.REJECT in kinds:
        return State.REJECTED
    if Kind.NEEDS_WORK in kinds:
        return State.NEEDS_WORK
    if missing:
        return State.STALE if any(one.kind.approves for one in stale) else State.WAITING
    return State.CONDITIONS if any(one.kind is Kind.CONDITIONS for one in counts) else State.APPROVED


def compatibility(cells: Iterable[Cell]) -> Standing | None:
    """Return the gate that the results make together (R9), None where nothing has to be tried."""
    found = list(cells)
    if not found:
        return None
    open_ones = [one for one in found if one not in (Cell.PASS, Cell.NOT_NEEDED)]
    gate = Gate(code=COMPATIBILITY, role="", rests_on=frozenset({FieldClass.CODE}))
    if Cell.FAIL in open_ones:
        return Standing(gate=gate, state=State.NEEDS_WORK, missing=len(open_ones))
    state = State.STALE if Cell.OLD in open_ones else State.WAITING
    return Standing(gate=gate, state=state if open_ones else State.APPROVED, missing=len(open_ones))


def sql_review(*, scripts: int, blocked: int, unjudged: int) -> Standing | None:
    """Return the gate that the review of the SQL makes (M2), None without SQL: open while anything in it blocks.

    What nobody judged yet does not pass.
    """
    if not scripts:
        return None
    gate = Gate(code=SQL, role="", rests_on=frozenset({FieldClass.DATA}))
    state = State.NEEDS_WORK if blocked else State.WAITING if unjudged else State.APPROVED
    return Standing(gate=gate, state=state, missing=blocked + unjudged)


def barred(rests_on: Collection[FieldClass], edits: Iterable[Edit], verdicts: Iterable[Verdict]) -> set[int]:
    """Return who may not approve what rests on these classes: they edited one since another approved it last (R7).

    An approval that its giver took back by a later verdict is none. The database holds the twin of this rule
    (reviews, migration "guards").
    """
    said, known = [one for one in latest(verdicts) if one.kind.approves], list(edits)
    found: set[int] = set()
    for one in rests_on:
        approved = [(verdict.revision, verdict.by) for verdict in said if one in verdict.rests_on]
        for edit in known:
            if one in edit.classes:
                found |= {who for who in edit.editors if not _approved_since(edit.number, who, approved)}
    return found


def _approved_since(number: int, editor: int, approved: Iterable[tuple[int, int]]) -> bool:
    return any(revision >= number and by != editor for revision, by in approved)
