"""How the mail is doing, and the mails that were kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max, QuerySet

from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.notices.models import Digest, KeptMail, Notice
from releasetrain.outbox import queries as outbox

KEPT = 1000  # the latest mails that are kept to be read
SEND, DIGEST = "mail.send", "mail.digest"
MAILS: Collection[str] = (SEND, DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailState:
    """Whether mails go anywhere, when the last one was handed over, and what is left.

    ``waiting``: not handed over yet; ``failing``: of those, tried in vain; ``since``: since when the oldest waits;
    ``dead``: given up.
    """

    is_on: bool
    is_kept: bool
    last_at: datetime | None = None
    waiting: int = 0
    failing: int = 0
    since: datetime | None = None
    dead: int = 0


def mail_state(health: outbox.Health | None = None) -> MailState:
    """Return how the mail is doing; two queries, and two more unless ``health`` was read already."""
    queues = [queue for queue in (health or outbox.health()).queues if queue.event in MAILS]
    handed = [rows.aggregate(last=Max("mailed_at"))["last"] for rows in (Notice.objects, Digest.objects)]
    return MailState(
        is_on=settings.MAIL_IS_ON,
        is_kept=settings.MAIL_IS_KEPT,
        last_at=max((at for at in handed if at), default=None),
        waiting=sum(queue.left for queue in queues),
        failing=sum(queue.failing for queue in queues),
        since=min((queue.oldest_at for queue in queues if queue.oldest_at), default=None),
        dead=sum(queue.dead for queue in queues),
    )


def kept_mails(person: Person) -> QuerySet[KeptMail]:
    """Return the kept mails that somebody may read, latest first: their own, release managers everybody's."""
    mails = KeptMail.objects.select_related("person")
    return mails if may(person, Permission.OPERATE) else mails.filter(person=person.id)
