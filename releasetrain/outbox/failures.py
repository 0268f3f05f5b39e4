"""What becomes of work that failed: again later, again soon, or never."""

import errno
import random
import re
import smtplib
import socket
from datetime import timedelta

ATTEMPTS = 12  # with the pauses below about three hours
FIRST, LONGEST = timedelta(seconds=10), timedelta(minutes=30)
UNREACHED_FOR = timedelta(hours=24)
LONGEST_UNREACHED = timedelta(minutes=5)
SHOWN = 2000  # characters of an error that are kept

_AWAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_SHUTTING_DOWN = 421  # SMTP: "service not available, closing the channel"
_PASSWORD_IN_ADDRESS = re.compile(r"(://)[^/@\s]+@")


class Unreachable(Exception):
    """The other end is away: nothing is wrong with this piece of work, and the next one would fail as well."""


class Hopeless(Exception):
    """This piece of work can never be done; trying again would only repeat the refusal."""


def is_unreachable(error: BaseException) -> bool:
    """Return whether ``error`` says that nobody is there, rather than that somebody said no."""
    if isinstance(error, smtplib.SMTPException):
        hung_up = isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError)
        return hung_up or getattr(error, "smtp_code", None) == _SHUTTING_DOWN
    if isinstance(error, Unreachable | ConnectionError | TimeoutError | socket.gaierror):
        return True
    return isinstance(error, OSError) and error.errno in _AWAY


def pause(failures: int) -> timedelta:
    """Return how long to wait after so many failures: twice as long each time, up to half an hour."""
    return _spread(min(FIRST * 2 ** min(failures - 1, 20), LONGEST))


def pause_unreached(since: timedelta) -> timedelta:
    """Return how long to wait for somebody who has been away for ``since``: as long again, up to five minutes."""
    return _spread(min(max(since, FIRST), LONGEST_UNREACHED))


def _spread(pause: timedelta) -> timedelta:
    """A tenth more or less, so that what failed together does not come back together."""
    return pause * random.uniform(0.9, 1.1)  # noqa: S311  no secret hangs on it


def said(error: BaseException) -> str:
    """Return the error in words, without the passwords that addresses may carry."""
    return _PASSWORD_IN_ADDRESS.sub(r"\1...@", f"{type(error).__name__}: {error}")[:SHOWN]
