"""Who is let in with a token, and who is told what."""

from releasetrain.notices.models.tokens import Token

__all__ = ["Token"]
