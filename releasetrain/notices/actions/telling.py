"""Write down who is told what, and what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from releasetrain.domain.telling import Happening, How, Told, who_is_told
from releasetrain.notices import queries
from releasetrain.notices.models import Digest, KeptMail, Notice
from releasetrain.notices.queries.mails import DIGEST, KEPT, SEND
from releasetrain.notices.queries.telling import waiting_for_digest
from releasetrain.outbox import actions as outbox
from releasetrain.teams.models import User

BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is told: the event, its message's id in the outbox, when it was, and the facts as values."""

    name: str
    source: UUID
    at: datetime
    facts: Mapping[str, Any]


def tell(event: Event, happening: Happening) -> int:
    """Write a notice for everybody who is told, post a mail for each who is told at once; return how many are told.

    Runs in the transaction of the outbox's row, so nobody is told twice. The same queries for one person and for many.
    """
    told = who_is_told(happening, queries.listeners(happening))
    notices = [_notice(event, happening, person, one) for person, one in told.items()]
    Notice.objects.bulk_create(notices)
    at_once = [{"notice": str(one.pk)} for one in notices if one.how == How.AT_ONCE.value]
    outbox.post_all(SEND, at_once)
    return len(notices)


def _notice(event: Event, happening: Happening, person: int, told: Told) -> Notice:
    return Notice(
        source=event.source,
        person_id=person,
        event=event.name,
        how=told.how.value,
        capacity=str(told.capacity),
        teams=sorted(happening.teams),
        facts={**event.facts, "is_draft": happening.is_draft},
        at=event.at,
    )


def collect_digest(*, person: int, on: date, now: datetime) -> bool:
    """Put what waits for somebody into the digest of their day ``on``, unless there is one; return whether it is new.

    Of two at once the second waits for the first and finds its digest.
    """
    with transaction.atomic():
        digest, is_new = Digest.objects.get_or_create(person_id=person, on=on, defaults={"made_at": now})
        if is_new:
            waiting_for_digest().filter(person=person).update(digest=digest)
            outbox.post(DIGEST, digest=digest.pk)
        return is_new


def mark_mailed(notices: Collection[Notice], *, at: datetime, digest: Digest | None = None) -> None:
    """Remember that these notices left in a mail; one that was marked keeps its first instant."""
    with transaction.atomic():
        Notice.objects.filter(pk__in=[one.pk for one in notices], mailed_at=None).update(mailed_at=at)
        if digest is not None:
            Digest.objects.filter(pk=digest.pk, mailed_at=None).update(mailed_at=at)


def drop(notices: Collection[Notice], *, at: datetime) -> None:
    """Remember that these notices will not be mailed: their person may not get them any more."""
    Notice.objects.filter(pk__in=[one.pk for one in notices], mailed_at=None, dropped_at=None).update(dropped_at=at)


def keep(mail: KeptMail) -> bool:
    """Keep a mail to be read on a page, once per Message-ID, and all but the latest no longer; return if it is new."""
    mail.person = User.objects.filter(email__iexact=mail.to).first()
    before = KeptMail.objects.filter(message_id=mail.message_id).exists()
    KeptMail.objects.bulk_create([mail], ignore_conflicts=True)
    oldest = KeptMail.objects.values_list("pk", flat=True)[KEPT : KEPT + 1].first()
    if oldest is not None:
        KeptMail.objects.filter(pk__lte=oldest).delete()
    return not before


def forget_notices(*, before: datetime, batch: int = BATCH) -> int:
    """Remove what was told before an instant, a batch per transaction, then digests without any; return how much."""
    gone = 0
    while old := list(Notice.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:batch]):
        gone += Notice.objects.filter(pk__in=old).delete()[0]
    Digest.objects.filter(made_at__lt=before, notices=None).delete()
    return gone
