"""A mail backend that keeps mails in the database, to be read on a page instead of in a mailbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from releasetrain.notices import actions
from releasetrain.notices.models import KeptMail

SHOWN = ("Message-ID", "List-Unsubscribe", "Auto-Submitted")


class Backend(BaseEmailBackend):
    """Takes what a mail server would take; a header it would refuse is refused here too."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each mail and return how many there were."""
        for mail in email_messages:
            written = mail.message()  # raises for a line end in a header
            html = [content for content, kind in getattr(mail, "alternatives", ()) if kind == "text/html"]
            actions.keep(
                KeptMail(
                    message_id=written["Message-ID"],
                    to=mail.to[0],
                    subject=mail.subject,
                    headers={name: written[name] for name in ("From", *SHOWN) if written[name]},
                    text=mail.body,
                    html=html[0] if html else "",
                    at=timezone.now(),
                )
            )
        return len(email_messages)
