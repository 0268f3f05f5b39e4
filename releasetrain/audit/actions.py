"""Write the log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit.models import Entry, KeptAnswer, OneTimeKey


def record(verb: str, *, subject: str, by: int | None, at: datetime, **facts: Any) -> None:
    """Write that ``by`` (a person's id, None: the product itself) did ``verb`` to ``subject``."""
    Entry.objects.create(verb=verb, subject=subject, by_id=by, at=at, facts=facts)


def record_all(entries: Iterable[Entry]) -> None:
    """Write many lines at once."""
    Entry.objects.bulk_create(entries)


def keep_result(key: UUID | None, *, by: int, result: Any) -> None:
    """Remember what the action with this one-time key returned, in the action's own transaction."""
    if key is not None:
        OneTimeKey.objects.create(key=key, by_id=by, result=result)


def forget_keys(*, before: datetime, batch: int = 1000) -> None:
    """Remove one-time keys and kept answers made before an instant, a batch per transaction: their forms are closed."""
    for model in (OneTimeKey, KeptAnswer):
        while old := list(model.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:batch]):
            model.objects.filter(pk__in=old).delete()


def keep_answer(answer: KeptAnswer) -> None:
    """Keep what was answered, in the transaction of the effect; of two at once the second breaks its transaction."""
    answer.save(force_insert=True)
