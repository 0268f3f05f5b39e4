"""What each answer of a mail server or service means: never again, again later, or nobody is there."""

import smtplib
import ssl

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives

from releasetrain.boarding.actions import riding
from releasetrain.outbox.failures import Hopeless, is_unreachable
from releasetrain.outbox.models import Message
from releasetrain.worker.telling import mails
from releasetrain.worker.telling.letters import Letter
from tests.factories import clock, create_user
from tests.notices.conftest import inside, mails_to, work

NEVER, LATER, AWAY = "never again", "again later", "nobody is there"


class Answer:
    """What a service answered over HTTPS."""

    def __init__(self, status_code: int) -> None:
        self.status_code, self.reason, self.text, self.url = status_code, "", "", ""


def of_service(status=None):
    return AnymailAPIError("no", response=Answer(status) if status else None, status_code=status)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such mailbox")}), NEVER),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"greylisted")}), LATER),
        (smtplib.SMTPRecipientsRefused({"a@b": (421, b"closing")}), LATER),
        (smtplib.SMTPDataError(554, b"spam"), NEVER),
        (smtplib.SMTPDataError(451, b"later"), LATER),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), AWAY),
        (smtplib.SMTPSenderRefused(550, b"not you", "us@here"), AWAY),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), AWAY),
        (smtplib.SMTPServerDisconnected("gone"), AWAY),
        (smtplib.SMTPConnectError(421, b"busy"), AWAY),
        (ssl.SSLCertVerificationError("expired"), AWAY),
        (ConnectionRefusedError(111, "refused"), AWAY),
        (TimeoutError("too slow"), AWAY),
        (AnymailRecipientsRefused("blocked"), NEVER),
        (of_service(400), LATER),
        (of_service(401), AWAY),
        (of_service(429), AWAY),
        (of_service(503), AWAY),
        (of_service(), AWAY),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{type(one).__name__}",
)
def test_an_answer_means_what_it_says(db, monkeypatch, error, meaning):
    def answers(self, fail_silently=False):
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", answers)

    with pytest.raises(Exception) as raised:  # noqa: PT011  which one is what is asked
        mails.hand_over(Letter(subject="x", text="x", html="x"), to=create_user(), message=Message().pk)

    found = AWAY if is_unreachable(raised.value) else NEVER if isinstance(raised.value, Hopeless) else LATER
    assert found == meaning, repr(raised.value)


def test_a_mail_that_waits_when_mail_is_switched_off_is_not_lost(cast, scene, settings):
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())
    inside()
    settings.MAIL_IS_ON = False
    work()
    assert mails_to(cast.ben) == []
    waiting = Message.objects.filter(event="mail.send", done_at=None, dead_at=None)
    assert waiting.count() == 2

    settings.MAIL_IS_ON = True
    waiting.update(due_at=waiting[0].posted_at)
    work()
    assert len(mails_to(cast.ben)) == 1
