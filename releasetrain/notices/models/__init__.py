"""Who is let in with a token, and who is told what."""

from releasetrain.notices.models.telling import Choice, Digest, How, KeptMail, Kind, MailHabit, Notice
from releasetrain.notices.models.tokens import Token

__all__ = ["Choice", "Digest", "How", "KeptMail", "Kind", "MailHabit", "Notice", "Token"]
