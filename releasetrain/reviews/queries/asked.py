"""What is known around a script that somebody asks the review about, of a change or of none."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from releasetrain.domain.errors import Refused
from releasetrain.domain.sql.values import Script, Subject
from releasetrain.domain.stages import Stage
from releasetrain.reviews.queries.scripts import around


def subject_asked(
    change: int | None, stage: Stage | None, *, others: Iterable[tuple[Stage, str]] | None = None, **facts: Any
) -> Subject:
    """Return the subject of a script of ``stage``: of a change with all that is known of it, or of none.

    ``facts`` and ``others`` (the change's other stages) count instead of what is known.
    """
    known = _of_change(change, stage) if change is not None else Subject(stage=stage)
    if others is not None:
        facts["others"] = tuple(Script(stage=one, sql=sql) for one, sql in others if sql.strip() and one != stage)
    return replace(known, **facts)


def _of_change(change: int, stage: Stage | None) -> Subject:
    found = around([change]).get(change)
    if found is None:
        raise Refused("no-such-change", details={"change": change, "field": "change"})
    if stage is not None:
        return found.subject(stage)
    return replace(found.subject(Stage.EXPAND), stage=None, others=())
