"""Questions about tokens, and about who is told what."""

from releasetrain.notices.queries.mails import KEPT, MailState, kept_mails, mail_state
from releasetrain.notices.queries.telling import (
    columns,
    digest_to_mail,
    due_for_digest,
    habit_of,
    how_told,
    listeners,
    may_still_be_told,
    notice_to_mail,
    usual,
)
from releasetrain.notices.queries.tokens import digest_of, let_in, seen_by

__all__ = [
    "KEPT",
    "MailState",
    "columns",
    "digest_of",
    "digest_to_mail",
    "due_for_digest",
    "habit_of",
    "how_told",
    "kept_mails",
    "let_in",
    "listeners",
    "mail_state",
    "may_still_be_told",
    "notice_to_mail",
    "seen_by",
    "usual",
]
