"""What whoever runs the product may do to the work in the background."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.outbox import queries
from releasetrain.teams.models import User
from releasetrain.teams.queries import person

Clock = Callable[[], datetime]


@transaction.atomic
def send_again(*, event: str, message: UUID | None = None, by: User, clock: Clock, key: UUID | None = None) -> int:
    """Let dead work of ``event`` be done after all, one piece or all of it, once per ``key``; return how much it was.

    What somebody else sent again meanwhile is not sent twice.
    """
    require(person(by), Permission.OPERATE)
    wanted = queries.dead().filter(event=event, **({"pk": message} if message else {}))
    locked = list(wanted.select_for_update().values_list("pk", flat=True))
    if (done := log.result_of(key, by=by.pk)) is not None:  # after the lock: a second click waited for the first
        return int(done)
    at = clock()
    sent = outbox.send_again(locked, at=at)
    if sent:
        audit.keep_result(key, by=by.pk, result=sent)
        one = str(message) if message else None
        audit.record("work.sent-again", subject=f"work:{event}"[:80], by=by.pk, at=at, number=sent, message=one)
    return sent
