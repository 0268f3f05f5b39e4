"""How risky a release is, and how that is stored and shown."""

from dataclasses import asdict
from typing import Any

from releasetrain.domain.risk import Record, Risk, assess
from releasetrain.reviews.queries.cases import Case


def risk_of(case: Case) -> Risk:
    """Return how risky the release is, by its facts now, and its answers and its team's record as they were fixed."""
    record = Record(**case.review.record) if case.review.record else Record()
    return assess(case.scale, facts=case.facts, answers=case.review.answers, record=record)


def risk_json(risk: Risk, *, revision: int) -> dict[str, Any]:
    """Return a risk as it is stored and shown."""
    return {**asdict(risk), "revision": revision}
