"""Write down what the SQL review finds: after everything that can change it, inside the verb's transaction."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.queries.scripts import Around, around, every_change, stale
from releasetrain.schema.as_json import finding_json
from releasetrain.schema.findings import locks_heavily
from releasetrain.schema.models import SchemaStage
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
WRITTEN = ["findings", "judged", "found_lock"]


def judge_again(changes: Collection[int]) -> set[int]:
    """Write what is found in every stage of these changes that has not departed: they are judged with one another.

    Return the releases for which it is otherwise than before: whoever calls lets ``refresh`` judge their gates. Under
    the calendar's lock; ask ``judge_ahead`` before it is taken.
    """
    written = [pair for one in around(changes).values() for pair in _written(one)]
    SchemaStage.objects.bulk_update([row for row, _is_otherwise in written], WRITTEN)
    return {row.release_id for row, is_otherwise in written if is_otherwise}


def _written(one: Around) -> Iterator[tuple[SchemaStage, bool]]:
    """Each stage that is to be written, and whether anything else is found in it than before."""
    for stage, said in one.judged().items():
        row = (one.rows or {})[stage]
        was = row.findings, row.found_lock
        row.findings = [finding_json(finding) for finding in said.findings]
        row.found_lock = locks_heavily(said.findings)
        is_otherwise = was != (row.findings, row.found_lock)
        if is_otherwise or row.judged != said.digest:
            row.judged = said.digest
            yield row, is_otherwise


def judge_stale(*, clock: Clock) -> int:
    """Judge again what follows from other rules, or other facts, than there are by now; return how many changes.

    Each change in a transaction of its own, and judged before the lock is taken.
    """
    numbers = sorted({one.change.pk for one, _stage in stale(every_change().values())})
    for number in numbers:
        for one in around([number]).values():
            one.judged()
        _judge_one(number, clock=clock)
    return len(numbers)


@retried
def _judge_one(change: int, *, clock: Clock) -> None:
    with locked_calendar():
        refresh(judge_again([change]), at=clock(), by=None, code="sql-judged")
