"""How risky a release is, and how that is stored and shown."""

from dataclasses import asdict
from typing import Any

from releasetrain.domain.risk import Record, Risk, assess
from releasetrain.reviews.queries.cases import Case
from releasetrain.schema.findings import Tally


def risk_of(case: Case) -> Risk:
    """Return how risky the release is, by its facts now, and its answers and its team's record as they were fixed."""
    record = Record(**case.review.record) if case.review.record else Record()
    return assess(case.scale, facts=case.facts, answers=case.review.answers, record=record)


def risk_json(risk: Risk, *, revision: int, found: Tally | None = None) -> dict[str, Any]:
    """Return a risk as it is stored and shown; ``found``: what in the SQL it rests on."""
    return {**asdict(risk), "revision": revision, "found": counts(found or Tally())}


def counts(found: Tally) -> list[int]:
    """Return how many findings block and warn, as they are stored beside a risk."""
    return [found.blocked, found.warned]


def is_judged(case: Case) -> bool:
    """Return whether the stored risk is of the revision there is, and of what is found in its SQL by now."""
    known = case.review.risk
    return (
        known is not None
        and known["revision"] == case.release.revision
        and known.get("found", [0, 0]) == counts(case.sql)
    )
