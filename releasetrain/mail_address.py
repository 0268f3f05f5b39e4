"""What EMAIL_URL may say: through whom mails leave, in one address. Standard library only.

``smtp://user:password@host:587`` (STARTTLS), ``smtps://`` (TLS from the first byte), ``smtp+plain://`` (neither, for a
server next door), the services of ``SERVICES`` and ``sendgrid://``, ``console://``, ``keep://``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
KEEP = "releasetrain.notices.keeping.Backend"
NONE = "django.core.mail.backends.dummy.EmailBackend"
SENDGRID = "smtp.sendgrid.net"
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")


class Malformed(ValueError):
    """The address cannot be meant; what is wrong is said without anything that could be a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddress:
    """Through whom mails leave: Django's backend, and its settings. Without a backend none are sent."""

    scheme: str = ""
    backend: str = NONE
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    anymail: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_on(self) -> bool:
        """Whether mails go anywhere."""
        return bool(self.scheme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that takes mails over HTTPS: the keys its address carries, and what its query may say."""

    keys: tuple[str, ...]
    backend: str
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


SERVICES: Mapping[str, Service] = {
    "mailgun": Service(
        keys=("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
        backend="anymail.backends.mailgun.EmailBackend",
        regions={"us": {}, "eu": {"MAILGUN_API_URL": "https://api.eu.mailgun.net/v3"}},
    ),
    "postmark": Service(keys=("POSTMARK_SERVER_TOKEN",), backend="anymail.backends.postmark.EmailBackend"),
    "brevo": Service(keys=("BREVO_API_KEY",), backend="anymail.backends.brevo.EmailBackend"),
    "mailjet": Service(keys=("MAILJET_API_KEY", "MAILJET_SECRET_KEY"), backend="anymail.backends.mailjet.EmailBackend"),
}
FORMS = {
    **dict.fromkeys(PORTS, "{scheme}://user:password@host:port"),
    "mailgun": "mailgun://key@sender.domain, with ?region=eu for the European one",
    "mailjet": "mailjet://key:secret@",
    **dict.fromkeys(("postmark", "sendgrid", "brevo"), "{scheme}://key@"),
    **dict.fromkeys(("console", "keep"), "{scheme}://"),
}


def read(url: str) -> MailAddress:
    """Return through whom mails leave; an empty address: through nobody. Raise ``Malformed`` for what is neither."""
    if not url:
        return MailAddress()
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme not in FORMS:
        raise Malformed(f"EMAIL_URL must begin with one of {', '.join(f'{name}://' for name in FORMS)}")
    try:
        return _read(scheme, urlsplit(url))
    except ValueError:  # a port that is none, a bracket that never closes, and our own
        raise Malformed(f"EMAIL_URL is not an address of the form {FORMS[scheme].format(scheme=scheme)}") from None


def _read(scheme: str, parts: SplitResult) -> MailAddress:
    query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    if parts.path.strip("/") or parts.fragment:
        raise ValueError
    if scheme in PORTS:
        return _smtp(scheme, parts, query)
    if scheme == "sendgrid":
        return _sendgrid(parts, query)
    if scheme in SERVICES:
        return _service(scheme, parts, query)
    if parts.netloc or query:
        raise ValueError
    return MailAddress(scheme=scheme, backend=KEEP if scheme == "keep" else CONSOLE)


def _smtp(scheme: str, parts: SplitResult, query: dict[str, str]) -> MailAddress:
    tls = query.pop("tls", "yes")
    if not parts.hostname or parts.port == 0 or query or tls not in ("yes", "no") or (tls == "no" and scheme != "smtp"):
        raise ValueError
    settings = {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[scheme],
        "EMAIL_HOST_USER": _plain(parts.username),
        "EMAIL_HOST_PASSWORD": _plain(parts.password),
        "EMAIL_USE_TLS": scheme == "smtp" and tls == "yes",
        "EMAIL_USE_SSL": scheme == "smtps",
    }
    return MailAddress(scheme=scheme, backend=SMTP, settings=settings)


def _sendgrid(parts: SplitResult, query: dict[str, str]) -> MailAddress:
    """SendGrid at its SMTP address: the library's own way to it is no longer supported."""
    key = parts.netloc.removesuffix("@")
    if not key or set(key) & set(":@"):
        raise ValueError
    return replace(_smtp("smtp", urlsplit(f"smtp://apikey:{key}@{SENDGRID}"), query), scheme="sendgrid")


def _service(scheme: str, parts: SplitResult, query: dict[str, str]) -> MailAddress:
    service = SERVICES[scheme]
    who, _, domain = parts.netloc.rpartition("@")
    given = [_plain(one) for one in (who or domain).split(":")]  # the key alone may stand without an @
    if scheme == "mailgun":
        given = [*given, domain] if who and set(domain) <= ALPHABET else []
    elif who and domain:
        raise ValueError
    region = query.pop("region", "us" if service.regions else "")
    if query or len(given) != len(service.keys) or not all(given) or (region and region not in service.regions):
        raise ValueError
    keys = dict(zip(service.keys, given, strict=True))
    return MailAddress(scheme=scheme, backend=service.backend, anymail={**keys, **service.regions.get(region, {})})


def _plain(text: str | None) -> str:
    """Decode what an address carries in percent; a line end would be a second header or command."""
    found = unquote(text or "", errors="strict")
    if any(not letter.isprintable() for letter in found):
        raise ValueError
    return found


def sender(text: str, *, host: str) -> str:
    """Return who mails are from, made from ``host`` where nothing was given; raise ``Malformed`` for no address."""
    if not text:
        return f"Release Train <release-train@{host}>"
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not (local and domain) or " " in address or not text.isprintable() or not text.isascii():
        raise Malformed("EMAIL_FROM is not an address such as Release Train <trains@example.com>")
    return text if name else address


def base_url(text: str, *, hosts: list[str], port: int, production: bool) -> str:
    """Return where the product is reached, without a slash at its end; links in mails begin with it."""
    if not text:
        host = hosts[0].replace("*", "127.0.0.1").lstrip(".")
        return f"https://{host}" if production else f"http://127.0.0.1:{port}"
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.username or parts.query or parts.fragment or parts.path.strip("/") or " " in text:
        raise Malformed("RELEASETRAIN_URL is not an address of the form https://train.example.com")
    return text.rstrip("/")
