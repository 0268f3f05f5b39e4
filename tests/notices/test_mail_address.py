"""EMAIL_URL, EMAIL_FROM and RELEASETRAIN_URL: what each means, and what cannot be meant."""

from importlib import import_module

import pytest
from django.core.mail import get_connection
from django.test import override_settings

from releasetrain import environment, mail_address
from releasetrain.mail_address import Malformed

PRODUCTION = {
    "RELEASETRAIN_MODE": "production",
    "RELEASETRAIN_SECRET_KEY": "a-secret-of-more-than-fifty-characters-0123456789-abcdefg",
    "RELEASETRAIN_ALLOWED_HOSTS": "train.example",
}
SECRET = "hunter2"


def smtp(host, port, *, user="", password="", tls=False, ssl=False):
    return {
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
    }


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("smtp://mail.example", smtp("mail.example", 587, tls=True)),
        ("smtp://me:p%40ss@mail.example:2525", smtp("mail.example", 2525, user="me", password="p@ss", tls=True)),
        ("smtp://mail.example?tls=no", smtp("mail.example", 587)),
        ("smtps://me:pw@mail.example", smtp("mail.example", 465, user="me", password="pw", ssl=True)),
        ("smtp+plain://127.0.0.1:1025", smtp("127.0.0.1", 1025)),
        ("smtp+plain://localhost", smtp("localhost", 25)),
        ("sendgrid://SG.a.B-c_d@", smtp("smtp.sendgrid.net", 587, user="apikey", password="SG.a.B-c_d", tls=True)),
    ],
)
def test_a_mail_server(url, settings):
    found = mail_address.read(url)

    assert (found.backend, found.is_on) == (mail_address.SMTP, True)
    assert found.settings == settings


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("mailgun://key-1@mg.example.com", {"MAILGUN_API_KEY": "key-1", "MAILGUN_SENDER_DOMAIN": "mg.example.com"}),
        (
            "mailgun://key-1@mg.example.com?region=eu",
            {
                "MAILGUN_API_KEY": "key-1",
                "MAILGUN_SENDER_DOMAIN": "mg.example.com",
                "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
            },
        ),
        ("postmark://TokenInCapitals", {"POSTMARK_SERVER_TOKEN": "TokenInCapitals"}),
        ("postmark://token@", {"POSTMARK_SERVER_TOKEN": "token"}),
        ("brevo://xkeysib-1", {"BREVO_API_KEY": "xkeysib-1"}),
        ("mailjet://key:secret@", {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "secret"}),
    ],
)
def test_a_service(url, keys):
    found = mail_address.read(url)

    assert found.anymail == keys
    with override_settings(ANYMAIL=dict(found.anymail)):
        assert get_connection(found.backend) is not None  # the service has everything it asks for


@pytest.mark.parametrize(("url", "backend"), [("keep://", mail_address.KEEP), ("console://", mail_address.CONSOLE)])
def test_mails_that_leave_through_nobody(url, backend):
    module, _, name = backend.rpartition(".")

    assert mail_address.read(url).backend == backend
    assert hasattr(import_module(module), name)


@pytest.mark.parametrize(
    "url",
    [
        f"mail://me:{SECRET}@mail.example",
        f"me:{SECRET}@mail.example",
        f"smtp://me:{SECRET}@",
        f"smtp://me:{SECRET}@mail.example:port",
        f"smtp://me:{SECRET}@mail.example:0",
        f"smtp://me:{SECRET}@mail.example/inbox",
        f"smtp://me:{SECRET}@mail.example?tls=perhaps",
        f"smtp://me:{SECRET}@mail.example?colour=red",
        f"smtps://me:{SECRET}@mail.example?tls=no",
        f"smtp://me:{SECRET}%0d%0aRSET@mail.example",
        f"smtp://me:{SECRET}@[mail.example",
        f"mailgun://{SECRET}",
        f"mailgun://{SECRET}@mg.example.com?region=moon",
        f"mailgun://{SECRET}@mg.example.com/x",
        f"mailjet://{SECRET}@",
        f"postmark://{SECRET}@mail.example",
        f"sendgrid://{SECRET}:more@",
        f"sendgrid://{SECRET}@mail.example",
        "sendgrid://",
        f"keep://{SECRET}",
    ],
)
def test_what_cannot_be_meant_ends_the_start_in_one_sentence_without_the_password(url, tmp_path):
    with pytest.raises(SystemExit) as refusal:
        environment.read({"RELEASETRAIN_DATA": str(tmp_path), "EMAIL_URL": url})

    sentence = str(refusal.value)
    assert sentence.startswith("EMAIL_URL ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert SECRET not in sentence


def test_a_demo_keeps_its_mails_and_production_sends_none_unless_told(tmp_path):
    demo = environment.read({"RELEASETRAIN_DATA": str(tmp_path), "PORT": "8123"})
    production = environment.read(PRODUCTION)

    assert (demo.mail.scheme, demo.base_url) == ("keep", "http://127.0.0.1:8123")
    assert (production.mail.is_on, production.base_url) == (False, "https://train.example")
    assert production.mail_from == "Release Train <release-train@train.example>"


def test_what_was_understood_shows_no_password():
    assert SECRET not in repr(mail_address.read(f"smtp://me:{SECRET}@mail.example"))


@pytest.mark.parametrize("text", ["nobody", "a@", "@b", "a@b\r\nBcc: c@d", "two words@b"])
def test_a_sender_that_is_no_address_is_refused(text):
    with pytest.raises(Malformed, match="EMAIL_FROM"):
        mail_address.sender(text, host="x")


@pytest.mark.parametrize("text", ["train.example", "ftp://train.example", "https://", "https://me:pw@x", "https://x/y"])
def test_an_address_of_the_product_that_is_none_is_refused(text):
    with pytest.raises(Malformed, match="RELEASETRAIN_URL"):
        mail_address.base_url(text, hosts=["x"], port=8000, production=True)


@pytest.mark.parametrize(
    ("text", "hosts", "found"),
    [
        ("https://train.example.com/", ["x"], "https://train.example.com"),
        ("", ["train.example", "other"], "https://train.example"),
        ("", [".example.com"], "https://example.com"),
    ],
)
def test_links_lead_to_where_people_reach_the_product(text, hosts, found):
    assert mail_address.base_url(text, hosts=hosts, port=8000, production=True) == found
