"""Read the log."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from releasetrain.audit.models import Entry, KeptAnswer, OneTimeKey


def about(subjects: Iterable[str]) -> QuerySet[Entry]:
    """Return the entries about any of ``subjects`` ("release:31"), latest first."""
    return Entry.objects.filter(subject__in=list(subjects)).select_related("by")


def result_of(key: UUID | None, *, by: int) -> Any:
    """Return what the action with this key returned the first time, or None. Ask after the lock is taken."""
    if key is None:
        return None
    return OneTimeKey.objects.filter(key=key, by_id=by).values_list("result", flat=True).first()


def kept_answer(key: str, *, by: int) -> KeptAnswer | None:
    """Return what was answered to this key before."""
    return KeptAnswer.objects.filter(by=by, key=key).first()
