"""How a line of the log looks: JSON for machines, one readable line for people, and no secrets in either."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

KINDS = ("json", "line")
Event = MutableMapping[str, Any]

_PASSWORD_IN_ADDRESS = re.compile(r"(://)[^/@\s]+@")
_SAID_SECRET = re.compile(
    r"(?i)\b(authorization|cookie|csrfmiddlewaretoken|password|passwd|secret|token|bearer)(['\"]?\s*[:=]\s*|\s+bearer\s+)"
    r"(?:bearer\s+)?[^\s,;}&]+"
)
_QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"<>]+")
_UNPRINTABLE = {code: f"\\x{code:02x}" for code in (*range(32), 127)}


def without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Blacken passwords in addresses, what follows words like "token", and query strings, wherever they come from."""
    return {name: blackened(value) if isinstance(value, str) else value for name, value in event.items()}


def blackened(text: str) -> str:
    """Return ``text`` without what might let somebody in."""
    text = _PASSWORD_IN_ADDRESS.sub(r"\1...@", text)
    text = _SAID_SECRET.sub(r"\1=...", text)
    return _QUERY.sub(r"\1?...", text)


def line(_logger: Any, _method: str, event: Event) -> str:
    """Return "time LEVEL name: what happened key=value", with a traceback below if there is one."""
    facts = dict(event)
    at, level, name, words = (str(facts.pop(key, "")) for key in ("timestamp", "level", "logger", "event"))
    traceback = facts.pop("exception", "")
    said = " ".join(_printable(part) for part in (words, *(f"{key}={value}" for key, value in facts.items())))
    return f"{at} {level.upper()} {name}: {said}" + (f"\n{traceback}" if traceback else "")


def _printable(text: str) -> str:
    """A path may hold a line break, and must not look like a second line."""
    return text.translate(_UNPRINTABLE)


COMMON = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configuration(kind: str) -> Mapping[str, Any]:
    """Return Django's LOGGING for ``kind``; lines of the standard library and of structlog come out alike."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last = structlog.processors.JSONRenderer() if kind == "json" else line
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": COMMON,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            last,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        # Celery says at INFO that it was woken; a missing page stands in the line of its request.
        "loggers": {
            "django.request": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }
