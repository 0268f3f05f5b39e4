"""Nobody there, or somebody who said no: a mail server's two ways of failing are told apart."""

import smtplib
import socket

import pytest

from releasetrain.outbox import failures


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "Connection refused"),
        ConnectionResetError(104, "reset"),
        TimeoutError("timed out"),
        socket.gaierror(-2, "Name or service not known"),
        OSError(113, "No route to host"),
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
        smtplib.SMTPConnectError(421, b"busy"),
        smtplib.SMTPSenderRefused(421, b"shutting down", "a@b.example"),
        failures.Unreachable("503"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_nobody_is_there(error):
    assert failures.is_unreachable(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        FileNotFoundError(2, "no such file"),
        smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such user")}),
        smtplib.SMTPAuthenticationError(535, b"bad password"),
        smtplib.SMTPDataError(451, b"greylisted, come back"),
        failures.Hopeless("550"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_somebody_said_no(error):
    assert not failures.is_unreachable(error)
