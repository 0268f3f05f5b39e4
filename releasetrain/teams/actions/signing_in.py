"""Who somebody is, with a limit on guessing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth import authenticate

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.teams import queries
from releasetrain.teams.models import User

Clock = Callable[[], datetime]
WRONG = 5
WITHIN = timedelta(minutes=5)


def check_password(*, email: str, password: str, address: str, clock: Clock) -> User:
    """Return whose e-mail and password these are.

    After five wrong ones within five minutes, for this e-mail from this network address, every answer is
    ``wait-to-sign-in`` with the minutes left, whatever the password. Wrong ones are in the log.
    """
    now, subject = clock(), _subject(email, address)
    _refuse_guessing(subject, now)
    user = authenticate(username=email.strip(), password=password)
    if user is None:
        audit.record("sign-in.failed", subject=subject, by=None, at=now, email=email.strip()[:254], address=address)
        raise Refused("wrong-sign-in")
    return user


def _refuse_guessing(subject: str, now: datetime) -> None:
    wrong = queries.failed_sign_ins(subject, since=now - WITHIN)[:WRONG]
    if len(wrong) == WRONG:
        left = wrong[-1] + WITHIN - now
        raise Refused("wait-to-sign-in", details={"minutes": -(-left // timedelta(minutes=1))})


def _subject(email: str, address: str) -> str:
    """A digest: the log's subject is short, and the address may be anything that was typed."""
    return f"sign-in:{sha256(f'{email.strip().lower()} {address}'.encode()).hexdigest()}"
