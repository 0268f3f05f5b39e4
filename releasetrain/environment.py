"""What the product may be told through environment variables, read and judged in one place.

Standard library only: the supervisor reads it before anything heavy is imported.
Whatever cannot be understood ends the process with one sentence, never with a traceback.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from releasetrain import mail_address
from releasetrain.mail_address import MailAddress, Malformed

DATA = Path(__file__).resolve().parent.parent / ".data"
PREFIX = "RELEASETRAIN_"
MODES = ("demo", "production")
KNOWN = {
    "RELEASETRAIN_MODE": "demo or production",
    "RELEASETRAIN_DEMO": "0 to start without demo data",
    "RELEASETRAIN_DEBUG": "1 for Django's debug pages (demo mode only)",
    "RELEASETRAIN_SECRET_KEY": "at least 50 characters, required in production",
    "RELEASETRAIN_ALLOWED_HOSTS": "host names, separated by commas, required in production",
    "RELEASETRAIN_TRUST_PROXY": "1 when a proxy in front sets X-Forwarded-Proto itself",
    "RELEASETRAIN_DATA": "folder of the embedded servers, .data in the checkout if not given",
    "RELEASETRAIN_POOL": "database connections the web process keeps, 0 for none",
    "RELEASETRAIN_URL": "where people reach the product, for the links in mails",
    "RELEASETRAIN_LOG": "json or line; json in production, line in a demo if not given",
    "RELEASETRAIN_METRICS_TOKEN": "at least 20 characters; without it there is no /metrics",
}
BROKERS = ("redis", "rediss", "redis+socket", "amqp", "amqps", "memory")
DATABASES = ("postgres", "postgresql")
SHORTEST_SECRET = 50
SHORTEST_TOKEN = 20
LOGS = ("json", "line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Every variable, understood; the two URLs are None where the embedded server is meant."""

    data: Path
    mode: str
    demo_data: bool
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    trust_proxy: bool
    pool: int
    log: str
    metrics_token: str
    port: int
    database_url: str | None
    broker_url: str | None
    base_url: str
    mail: MailAddress
    mail_from: str

    @property
    def is_production(self) -> bool:
        return self.mode == "production"


def refuse(sentence: str) -> NoReturn:
    """End the process with ``sentence`` on standard error and exit status 1."""
    raise SystemExit(sentence)


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Return the environment understood, or end the process with one sentence."""
    refuse_unknown(variables)
    data = data_folder(variables)
    mode = choice(variables, "RELEASETRAIN_MODE", MODES)
    production = mode == "production"
    debug = flag(variables, "RELEASETRAIN_DEBUG", default=False)
    if debug and production:
        refuse("RELEASETRAIN_DEBUG=1 is not possible in production mode: it would show source code to strangers.")
    hosts = allowed_hosts(variables, production=production)
    port = whole_number(variables, "PORT", default=8000, least=1, most=65535)
    base_url, mail, mail_from = mails(variables, hosts=hosts, port=port, production=production)
    return Environment(
        data=data,
        mode=mode,
        demo_data=flag(variables, "RELEASETRAIN_DEMO", default=not production),
        debug=debug,
        secret_key=secret_key(variables, data, production=production),
        allowed_hosts=hosts,
        trust_proxy=flag(variables, "RELEASETRAIN_TRUST_PROXY", default=False),
        pool=whole_number(variables, "RELEASETRAIN_POOL", default=0, least=0, most=100),
        log=choice(variables, "RELEASETRAIN_LOG", LOGS if production else LOGS[::-1]),
        metrics_token=metrics_token(variables),
        port=port,
        database_url=url(variables, "DATABASE_URL", DATABASES),
        broker_url=url(variables, "CELERY_BROKER_URL", BROKERS),
        base_url=base_url,
        mail=mail,
        mail_from=mail_from,
    )


def refuse_unknown(variables: Mapping[str, str]) -> None:
    unknown = sorted(name for name in variables if name.startswith(PREFIX) and name not in KNOWN)
    if unknown:
        refuse(f"{unknown[0]} is not a setting of this product; it knows {', '.join(sorted(KNOWN))}.")


def data_folder(variables: Mapping[str, str]) -> Path:
    named = variables.get("RELEASETRAIN_DATA", "")
    if named and not Path(named).is_absolute():
        refuse(f"RELEASETRAIN_DATA must be a folder's full path, not {named!r}.")
    return Path(named) if named else DATA


def choice(variables: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = variables.get(name, allowed[0])
    if value not in allowed:
        refuse(f"{name} must be {' or '.join(allowed)}, not {value!r}.")
    return value


def flag(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = variables.get(name, "1" if default else "0")
    if value not in ("0", "1"):
        refuse(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def whole_number(variables: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    value = variables.get(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        refuse(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def url(variables: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    """Return the address, None when the variable is missing or empty; a password never gets into the refusal."""
    value = variables.get(name, "")
    if not value:
        return None
    try:
        scheme, port = urlsplit(value).scheme, urlsplit(value).port
    except ValueError:
        scheme, port = "", None
    if scheme not in schemes or port == 0:
        refuse(f"{name} is not an address of the form {schemes[0]}://user:password@host:port/name.")
    return value


def mails(
    variables: Mapping[str, str], *, hosts: list[str], port: int, production: bool
) -> tuple[str, MailAddress, str]:
    """Return where links in mails lead, through whom mails leave (a demo keeps them), and who they are from."""
    try:
        base_url = mail_address.base_url(
            variables.get("RELEASETRAIN_URL", ""), hosts=hosts, port=port, production=production
        )
        mail = mail_address.read(variables.get("EMAIL_URL", "" if production else "keep://"))
        host = urlsplit(base_url).hostname or ""
        mail_from = mail_address.sender(variables.get("EMAIL_FROM", ""), host=host if production else "localhost")
    except Malformed as error:
        refuse(f"{error}.")
    return base_url, mail, mail_from


def allowed_hosts(variables: Mapping[str, str], *, production: bool) -> list[str]:
    named = [host.strip() for host in variables.get("RELEASETRAIN_ALLOWED_HOSTS", "").split(",") if host.strip()]
    if production and not named:
        refuse("RELEASETRAIN_ALLOWED_HOSTS must name the host people type into the browser in production mode.")
    if any("/" in host or " " in host for host in named):
        refuse("RELEASETRAIN_ALLOWED_HOSTS must be host names separated by commas, without https:// or paths.")
    return named if production else ["localhost", "127.0.0.1", "[::1]", *named]


def secret_key(variables: Mapping[str, str], data: Path, *, production: bool) -> str:
    given = variables.get("RELEASETRAIN_SECRET_KEY", "")
    if not given and production:
        refuse("RELEASETRAIN_SECRET_KEY is missing: production mode needs a secret of at least 50 characters.")
    if given and len(given) < SHORTEST_SECRET:
        refuse(f"RELEASETRAIN_SECRET_KEY must have at least {SHORTEST_SECRET} characters, it has {len(given)}.")
    return given or kept_secret(data / "secret-key")


def metrics_token(variables: Mapping[str, str]) -> str:
    """Return what Prometheus must show, empty where nobody is to read the figures."""
    given = variables.get("RELEASETRAIN_METRICS_TOKEN", "")
    if given and len(given) < SHORTEST_TOKEN:
        refuse(f"RELEASETRAIN_METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters, it has {len(given)}.")
    return given


def kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``, made at the first call; sessions so survive a restart."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: of web, worker and beat starting at once exactly one makes it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    except OSError as failure:
        refuse(f"The secret of demo mode cannot be written to {path} ({failure.strerror}).")
    return path.read_text()
