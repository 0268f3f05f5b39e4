"""``Idempotency-Key``: whoever lost the answer asks again with the same key, and has one effect and the same answer.

The answer is kept in the transaction of its effect: there is no instant at which one is there without the other. A
refusal has no effect and is not kept, so that a later try is judged anew.
"""

from collections.abc import Callable
from hashlib import sha256

from django.db import IntegrityError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api.writing import written
from releasetrain.audit import actions, queries
from releasetrain.audit.models import KeptAnswer
from releasetrain.domain.errors import Refused
from releasetrain.trains.lock import one_step, retried

LONGEST = 255
HEADER = "Idempotency-Key"


class KeyReused(exceptions.APIException):
    """The same key came with another request."""

    status_code = 422
    default_code = "key-reused"
    default_detail = _("This Idempotency-Key came with another request before. Take a new one.")


class KeyNotHere(exceptions.APIException):
    """A key came where the answer holds a secret: it could be given again only if it were kept."""

    status_code = 422
    default_code = "key-not-here"
    default_detail = _("The answer holds a secret and is not kept: send this without an Idempotency-Key.")


def refuse_key(request: Request) -> None:
    """Refuse a key where the answer must not be kept, before anything happens."""
    if HEADER in request.headers:
        raise KeyNotHere


def once(request: Request, act: Callable[[], Response]) -> HttpResponse:
    """Return what ``act`` answers, or what it answered to this key before."""
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        raise serializers.ValidationError({HEADER: [_("1 to 255 printable characters are taken.")]})
    asked = KeptAnswer(by=request.user, key=key, fingerprint=_fingerprint(request))
    if before := _replayed(asked):
        return before
    try:
        return _kept(asked, act)
    except (IntegrityError, Refused):
        if before := _replayed(asked):  # somebody with the same key was faster
            return before
        raise


@retried
def _kept(asked: KeptAnswer, act: Callable[[], Response]) -> Response:
    with one_step():
        answer = act()
        asked.status, asked.body, asked.at = answer.status_code, written(answer.data), timezone.now()
        asked.location = answer.headers.get("Location", "")
        actions.keep_answer(asked)
    return answer


def _replayed(asked: KeptAnswer) -> HttpResponse | None:
    kept = queries.kept_answer(asked.key, by=asked.by_id)
    if kept is None:
        return None
    if kept.fingerprint != asked.fingerprint:
        raise KeyReused
    again = HttpResponse(bytes(kept.body), status=kept.status, content_type="application/json")
    again.headers["Idempotent-Replayed"] = "true"
    if kept.location:
        again.headers["Location"] = kept.location
    return again


def _fingerprint(request: Request) -> str:
    said = (request.method.encode(), request.get_full_path().encode(), request._request.body)
    return sha256(b"\0".join(said)).hexdigest()
