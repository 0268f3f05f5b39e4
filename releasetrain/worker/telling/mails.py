"""Mails leave: at least once, with the same Message-ID each time, to whoever may still get them."""

import smtplib
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from releasetrain.notices import actions, queries
from releasetrain.outbox.actions import Hopeless, Unreachable
from releasetrain.teams.models import User
from releasetrain.worker.telling import letters
from releasetrain.worker.telling.letters import Letter

FOR_GOOD = 500  # SMTP: from here on trying again repeats the refusal
TROUBLE_OF_THE_SERVICE = frozenset({401, 403, 408, 429})  # HTTP: nothing is wrong with this mail


def send(message: UUID, payload: Mapping[str, Any]) -> None:
    """Mail one notice, unless it was mailed or its person may not get it any more."""
    notice = queries.notice_to_mail(payload["notice"])
    if notice is None:
        return
    if not queries.may_still_be_told(notice.person_id, [notice]):
        actions.drop([notice], at=timezone.now())
        return
    with letters.as_read_by(notice.person, queries.habit_of(notice.person_id)) as zone:
        letter = letters.letter(notice, zone)
    hand_over(letter, to=notice.person, message=message)
    actions.mark_mailed([notice], at=timezone.now())


def send_digest(message: UUID, payload: Mapping[str, Any]) -> None:
    """Mail what somebody is told of a day in one letter."""
    found = queries.digest_to_mail(payload["digest"])
    if found is None:
        return
    digest, notices = found
    still = queries.may_still_be_told(digest.person_id, notices)
    actions.drop([one for one in notices if one not in still], at=timezone.now())
    if still:
        with letters.as_read_by(digest.person, queries.habit_of(digest.person_id)) as zone:
            letter = letters.digest(still, digest.on, zone)
        hand_over(letter, to=digest.person, message=message)
    actions.mark_mailed(still, at=timezone.now(), digest=digest)


def hand_over(letter: Letter, *, to: User, message: UUID) -> None:
    """Give a letter to whoever takes our mails; raise ``Hopeless`` for a refusal for good, ``Unreachable`` for none."""
    if not settings.MAIL_IS_ON:
        raise Unreachable("EMAIL_URL is empty: mails go nowhere")
    mail = EmailMultiAlternatives(letter.subject, letter.text, to=[to.email], headers=headers(message))
    mail.attach_alternative(letter.html, "text/html")
    try:
        mail.send()
    except BadHeaderError as error:
        raise Hopeless(str(error)) from error
    except (smtplib.SMTPException, ssl.SSLError) as error:
        raise _of_smtp(error) from error
    except (AnymailRecipientsRefused, AnymailInvalidAddress) as error:
        raise Hopeless(str(error)) from error
    except AnymailAPIError as error:
        raise _of_service(error) from error


def headers(message: UUID) -> dict[str, str]:
    """Return what every mail carries: the id of its row in the outbox, and where to choose to get less."""
    host = urlsplit(settings.BASE_URL).hostname
    found = {
        "Message-ID": f"<{message}@{host}>",
        "X-Delivery-Id": str(message),  # some services put a Message-ID of their own
        "List-Unsubscribe": f"<{settings.BASE_URL}{reverse('web:notices')}>",
        "Auto-Submitted": "auto-generated",
    }
    if settings.ENVIRONMENT.mail.scheme == "postmark":
        found["X-PM-KeepID"] = "true"  # else it gives every mail an id of its own
    return found


def _of_smtp(error: Exception) -> Exception:
    """What an answer of a mail server means for this mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        return Hopeless(str(error)) if min(codes) >= FOR_GOOD else error
    if isinstance(error, smtplib.SMTPDataError):
        return Hopeless(str(error)) if error.smtp_code >= FOR_GOOD else error
    refuses_us = smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused | smtplib.SMTPNotSupportedError
    if isinstance(error, refuses_us | ssl.SSLError):  # every other mail would fail as well
        return Unreachable(f"{type(error).__name__}: {error}")
    return error


def _of_service(error: AnymailAPIError) -> Exception:
    """What an answer of a mail service means for this mail."""
    status = getattr(error, "status_code", None)
    if status is None or status >= FOR_GOOD or status in TROUBLE_OF_THE_SERVICE:
        return Unreachable(f"{type(error).__name__} {status or ''}".strip())
    return error
