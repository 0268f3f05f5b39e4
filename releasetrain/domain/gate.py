"""May this ship now? One answer for CI, from values: what speaks against it, condition by condition (D1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A release before its departure. ``departs``: of the slot it has a place in; ``standing``: what no waiver covers.

    ``conditions``: those of approvals that nobody has ticked. ``departed``: somebody reported that it started,
    ``finished``: that it is over.
    """

    submitted: bool
    withdrawn: bool = False
    rolled_back: bool = False
    departs: Window | None = None
    departed: bool = False
    finished: bool = False
    standing: tuple[Conflict, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One reason against: a refusal's code, or a conflict with its rule's code.

    ``at``: the instant it names; ``condition``: the one that is not ticked.
    """

    code: str
    at: datetime | None = None
    condition: str = ""
    conflict: Conflict | None = None


def against_departing(case: Case, *, now: datetime) -> list[Objection]:
    """Return what speaks against departing at ``now``; nothing: it may ship.

    A departure that was reported to have begun goes on until it is reported over, so that every job of a pipeline is
    told the same.
    """
    if found := _on_its_way(case):
        return [found]
    assert case.departs is not None  # noqa: S101  without a place it is not on its way
    return [*_by_the_clock(case, case.departs, now), *_blocking(case.standing), *_unticked(case)]


def _unticked(case: Case) -> list[Objection]:
    return [] if case.departed else [Objection(code="condition-open", condition=one) for one in case.conditions]


def _on_its_way(case: Case) -> Objection | None:
    reasons = (
        ("withdrawn", case.withdrawn),
        ("rolled-back", case.rolled_back),
        ("still-a-draft", not case.submitted),
        ("not-booked", case.departs is None),
    )
    return next((Objection(code=code) for code, holds in reasons if holds), None)


def _by_the_clock(case: Case, departs: Window, now: datetime) -> Iterable[Objection]:
    if case.finished:
        yield Objection(code="has-departed")
    elif not case.departed and now < departs.start:
        yield Objection(code="departs-later", at=departs.start)
    elif not case.departed and now >= departs.end:
        yield Objection(code="window-over", at=departs.end)


def _blocking(standing: Iterable[Conflict]) -> Iterable[Objection]:
    for one in standing:
        if one.blocks:
            yield Objection(code=one.code, conflict=one)


def against_boarding(case: Case, *, refusal: str, standing: Iterable[Conflict]) -> list[Objection]:
    """Return what speaks against taking a slot: ``refusal`` of time, ``standing``: what the rules find there."""
    reasons = (("withdrawn", case.withdrawn), ("rolled-back", case.rolled_back), ("still-a-draft", not case.submitted))
    found = [Objection(code=code) for code, holds in reasons if holds]
    return [*found, *([Objection(code=refusal)] if refusal else []), *_blocking(standing)]
