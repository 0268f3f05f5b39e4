"""JSON on its way out."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import JSONRenderer

_AS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS


def written(said: Any) -> bytes:
    """Return it as JSON in UTF-8; instants in ISO 8601."""
    return b"" if said is None else orjson.dumps(said, default=_plain, option=_AS)


def _plain(value: Any) -> Any:
    if isinstance(value, str | Promise):  # an enumeration's member, a sentence not yet translated
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError(type(value))


class Renderer(JSONRenderer):
    """Writes answers."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Return the body."""
        return written(data)
