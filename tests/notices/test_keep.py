"""Mails that are kept instead of sent: once per Message-ID, the latest only."""

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection

from releasetrain.mail_address import KEEP
from releasetrain.notices.actions import telling
from releasetrain.notices.models import KeptMail
from tests.factories import create_user

pytestmark = pytest.mark.django_db


def send(number=1, *, to="ada@example.com", subject="Moved"):
    mail = EmailMultiAlternatives(subject, "as text", to=[to], headers={"Message-ID": f"<{number}@here>"})
    mail.attach_alternative("<p>as HTML", "text/html")
    mail.connection = get_connection(KEEP)
    return mail.send()


def test_a_mail_is_kept_for_its_reader():
    ada = create_user(name="Ada")

    send()

    kept = KeptMail.objects.get()
    assert (kept.person, kept.subject, kept.text, kept.html) == (ada, "Moved", "as text", "<p>as HTML")
    assert kept.headers["Message-ID"] == "<1@here>"


def test_a_repeat_is_known_by_its_id():
    assert [send(1), send(1), send(2)] == [1, 1, 1]

    assert KeptMail.objects.count() == 2


def test_only_the_latest_are_kept(monkeypatch):
    monkeypatch.setattr(telling, "KEPT", 3)

    for number in range(5):
        send(number)

    assert set(KeptMail.objects.values_list("message_id", flat=True)) == {f"<{number}@here>" for number in (2, 3, 4)}


def test_a_header_that_a_mail_server_would_refuse_is_refused_here_too():
    with pytest.raises(BadHeaderError):
        send(subject="Moved\nBcc: everybody@example.com")

    assert KeptMail.objects.count() == 0
