"""Tell people what happened: who is told is written down inside, the mails leave outside."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from releasetrain.domain.telling import KINDS, is_news
from releasetrain.notices import actions as notices
from releasetrain.notices import queries
from releasetrain.notices.queries.mails import DIGEST, SEND
from releasetrain.outbox import actions as outbox
from releasetrain.worker.telling import cases, mails

MAIL_LEASE = timedelta(minutes=3)  # a mail server that answers each step just in time
KEPT_FOR = timedelta(days=90)


def subscribe() -> None:
    """Let the outbox know who tells."""
    for event in KINDS:
        outbox.subscribe(event, partial(tell, event), name="mail")
    outbox.subscribe(SEND, mails.send, outside=True, lease=MAIL_LEASE)
    outbox.subscribe(DIGEST, mails.send_digest, outside=True, lease=MAIL_LEASE)


def tell(event: str, message: UUID, payload: Mapping[str, Any], *, now: datetime | None = None) -> None:
    """Write down who is told of an event, and how. Nobody is told of an import, of old news, or while mail is off."""
    now = now or timezone.now()
    at = datetime.fromisoformat(payload["at"]) if payload.get("at") else now
    if not settings.MAIL_IS_ON or not is_news(at, now=now) or _is_import(payload):
        return
    if (case := cases.case_of(event, payload, now=now)) is not None:
        told = notices.Event(name=event, source=message, at=at, facts=case.facts)
        notices.tell(told, case.happening)


def _is_import(payload: Mapping[str, Any]) -> bool:
    return (payload.get("because") or {}).get("code") == "imported"


def collect_digests(*, now: datetime) -> int:
    """Make the digest of everybody whose morning has come, and return how many were made; running twice makes one."""
    if not settings.MAIL_IS_ON:
        return 0
    due = queries.due_for_digest(now)
    return sum(notices.collect_digest(person=person, on=day, now=now) for person, day in due.items())


def forget(*, now: datetime) -> None:
    """Remove what was told a quarter ago."""
    notices.forget_notices(before=now - KEPT_FOR)
