"""The verbs on tokens, on what people are told, and on what they choose to be told."""

from releasetrain.notices.actions.choosing import choose, choose_all
from releasetrain.notices.actions.telling import (
    Event,
    collect_digest,
    drop,
    forget_notices,
    keep,
    mark_mailed,
    tell,
)
from releasetrain.notices.actions.tokens import make_service_token, make_token, note_use, revoke_token

__all__ = [
    "Event",
    "choose",
    "choose_all",
    "collect_digest",
    "drop",
    "forget_notices",
    "keep",
    "make_service_token",
    "make_token",
    "mark_mailed",
    "note_use",
    "revoke_token",
    "tell",
]
