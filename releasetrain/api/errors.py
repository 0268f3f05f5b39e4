"""From an action's no to an answer: 409 with the rule's code, sides and remedies; 422 for shape."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from releasetrain import wording
from releasetrain.api import conflicts
from releasetrain.domain.errors import Refused


def answer_to(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer to what went wrong; None for what nobody foresaw, which is a 500 and logged."""
    match error:
        case Refused():
            return _refused(error, context)
        case ValidationError():
            return _said(422, "invalid", _("Some of what was sent cannot be read."), {"fields": _fields(error.detail)})
        case Http404() | exceptions.NotFound():
            return _said(404, "not-found", _("There is no such thing, or it is not for you to see."))
        case exceptions.NotAuthenticated():
            return _unknown("not-signed-in", _("Send a token: Authorization: Bearer rtp_..."))
        case exceptions.AuthenticationFailed():
            return _unknown("bad-token", force_str(error.detail))
        case PermissionDenied() | exceptions.PermissionDenied():
            return _said(403, "forbidden", wording.refusal(Refused("forbidden")))
        case exceptions.ParseError():
            return _said(400, "unreadable-json", _("The body is not JSON that can be read."))
        case exceptions.APIException():
            return _said(error.status_code, force_str(error.default_code).replace("_", "-"), force_str(error.detail))
    return None


def _said(number: int, code: str, message: str, details: Mapping[str, Any] | None = None) -> Response:
    return Response({"code": code, "message": message, "details": dict(details or {})}, status=number)


def _unknown(code: str, message: str) -> Response:
    answer = _said(401, code, message)
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _fields(detail: Any) -> dict[str, list[str]]:
    """The reasons by field; a field inside another is named with a dot, an item of a list by its place."""
    found: dict[str, list[str]] = {}
    _collect(detail, "", found)
    return found


def _collect(detail: Any, path: str, found: dict[str, list[str]]) -> None:
    if isinstance(detail, Mapping):
        for name, inside in detail.items():
            _collect(inside, f"{path}.{name}" if path else str(name), found)
    elif isinstance(detail, list) and any(isinstance(one, Mapping | list) for one in detail):
        for place, inside in enumerate(detail):
            _collect(inside, f"{path}.{place}" if path else str(place), found)
    elif detail:
        found.setdefault(path, []).extend(map(force_str, detail if isinstance(detail, list) else [detail]))


def _refused(error: Refused, context: Mapping[str, Any]) -> Response:
    request, zone = context["request"], ZoneInfo(getattr(context["request"].user, "zone", "UTC"))
    details = {**error.details, **_lines(error), **conflicts.behind(error, person=request._request.person, zone=zone)}
    answer = _said(_status(error, context), error.code, wording.refusal(error), details)
    if error.code == "busy":
        answer.headers["Retry-After"] = "1"
    return answer


def _lines(error: Refused) -> dict[str, Any]:
    """Each refused line by its place in the array (from 0, as in ``fields``), where many came at once."""
    if error.code != "bad-lines":
        return {}
    said = [(place, one, wording.refusal(one)) for place, one in sorted(error.details["lines"].items())]
    return {"lines": [{"line": place, "code": one.code, "message": words} for place, one, words in said]}


def _has_forbidden_line(error: Refused) -> bool:
    return error.code == "bad-lines" and any(one.code == "forbidden" for one in error.details["lines"].values())


def _status(error: Refused, context: Mapping[str, Any]) -> int:
    """403 without the permission; 404 for what the address names; 422 for a value; else 409, the calendar's no."""
    if error.code == "forbidden" or _has_forbidden_line(error):
        return status.HTTP_403_FORBIDDEN
    if error.code.startswith("no-such-"):
        is_addressed = error.code in context["view"].named_by_address and "field" not in error.details
        return 404 if is_addressed else 422
    return 422 if "field" in error.details or error.code in _OF_A_VALUE else 409


_OF_A_VALUE = frozenset(
    {"reason-missing", "missing", "too-long", "out-of-range", "not-a-time", "needs-itself", "bad-lines"}
    | {"file-too-large", "too-many-rows", "unknown-zone", "departs-twice", "not-in-that-order", "until-too-early"}
)
