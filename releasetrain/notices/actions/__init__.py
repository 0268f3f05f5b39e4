"""The verbs on tokens."""

from releasetrain.notices.actions.tokens import make_service_token, make_token, note_use, revoke_token

__all__ = ["make_service_token", "make_token", "note_use", "revoke_token"]
