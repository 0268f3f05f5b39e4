"""What every view of the JSON door has in common, and how one says what it takes and answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from releasetrain.api import addresses as addresses  # its converters are known wherever there is a door
from releasetrain.api import paging
from releasetrain.api.errors import answer_to
from releasetrain.api.once import HEADER, LONGEST, once, refuse_key
from releasetrain.domain.permissions import Permission, Person, may

Handler = Callable[..., Any]


class Problem(serializers.Serializer):
    """What every answer of 400 and above says. ``details`` of a conflict: ``conflicts`` and ``remedies``."""

    code = serializers.CharField(help_text="What to tell apart by: a refusal's code, such as conflict or forbidden.")
    message = serializers.CharField(help_text="One sentence for people, in their language.")
    details = serializers.DictField(help_text="Facts: ids, fields, for a conflict both sides and the ways out.")


class Door(APIView):
    """A view for who is signed in (``is_open``: for everybody). ``named_by_address``: whose absence is a 404.

    ``needs`` is asked for anything at all: whoever has it in one team comes in, and the action asks again with the
    team. ``family`` groups it in the description. A person is read once, with the token or the session.
    """

    is_open = False
    needs: Permission | None = Permission.SEE
    family = ""
    named_by_address: tuple[str, ...] = ()

    def get_permissions(self) -> list[Any]:
        """Return who may come in at all."""
        return [AllowAny() if self.is_open else IsAuthenticated()]

    def get_exception_handler(self) -> Any:
        """Return what turns a refusal into an answer."""
        return answer_to

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may come in, and let times be theirs."""
        super().initial(request, *args, **kwargs)
        if not self.is_open and self.needs and not may_anywhere(request._request.person, self.needs):
            self.permission_denied(request)
        timezone.activate(getattr(request.user, "zone", "UTC"))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer; whatever zone the thread was in comes back."""
        request.person = None
        with timezone.override("UTC"):
            return super().dispatch(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let no cache keep what is true now."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def described(
    words: str,
    *,
    answers: Any = None,
    takes: type[serializers.Serializer] | None = None,
    asks: type[serializers.Serializer] | None = None,
    status: int = 200,
    many: bool = False,
    paged: bool = False,
    refuses: bool = False,
    keyed: bool = True,
) -> Callable[[Handler], Handler]:
    """Describe an operation and hold it to that: one place for what is written in OpenAPI and what is done.

    ``takes``: the body, ``asks``: the query; either reaches the method as ``said``, read and checked, nothing unknown
    in it. ``answers``: the shape of what it returns; ``many``: a list of it; ``paged``: a queryset of which it answers
    a page. ``refuses``: a question may be refused (a deed always may). ``keyed``: a POST may carry a key that lets its
    answer be kept and given again; False where the answer is nobody's to keep.
    """
    asks = asks or (paging.Asked if paged else None)

    def described_as(method: Handler) -> Handler:
        verb = method.__name__

        @wraps(method)
        def handled(view: Door, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            def act() -> Response:
                said = _said(request, takes, asks)
                result = method(view, request, *args, **({"said": said} if takes or asks else {}), **kwargs)
                return _answered(view, result)

            if verb == "post" and not keyed:
                refuse_key(request)
            return once(request, act) if verb == "post" and keyed else act()

        def _answered(view: Door, result: Any) -> Response:
            if isinstance(result, Response) or answers is None:
                return result if isinstance(result, Response) else Response(status=204 if status == 200 else status)
            if paged:
                return paging.page_of(view, result, answers)
            return Response(answers(many=many).to_representation(result), status=status)

        handled.takes, handled.asks = takes, asks
        return extend_schema(**_schema(words, verb, answers, takes, asks, status, many, paged, refuses, keyed))(handled)

    return described_as


def _said(request: Request, takes: Any, asks: Any) -> Any:
    if takes is not None:
        body = takes(data=request.data, partial=request.method == "PATCH", context={"request": request})
        body.is_valid(raise_exception=True)
        return body.validated_data
    if asks is not None:
        typed = request.query_params
        query = asks(data={name: typed.get(name) for name in typed}, context={"request": request})
        query.is_valid(raise_exception=True)
        return query.validated_data
    return None


def _schema(
    words: str,
    verb: str,
    answers: Any,
    takes: Any,
    asks: Any,
    status: int,
    many: bool,
    paged: bool,
    refuses: bool,
    keyed: bool,
) -> dict[str, Any]:
    """What drf-spectacular is told."""
    found = answers(many=True) if many and answers else answers
    if paged:
        found = paging.page_shape(answers)
    done = status if answers or status != 200 else 204
    parameters: list[Any] = [asks] if asks else []
    if verb == "post" and keyed:
        parameters.append(_KEY)
    responses = {done: found if found else OpenApiResponse(description="Done.")}
    for number in _errors(verb, takes, asks, paged, refuses):
        responses[number] = OpenApiResponse(Problem, description=_WHY[number])
    return {"summary": words, "parameters": parameters, "request": takes, "responses": responses}


_KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=f"1 to {LONGEST} characters. The same key has one effect; its answer is given again.",
)
_WHY = {
    400: "The body is not JSON.",
    401: "No token, or one that lets nobody in.",
    403: "The permission, or the token's scope, is missing.",
    404: "There is no such thing, or it is not for you to see.",
    405: "The address does not take this method.",
    406: "Only JSON is answered.",
    409: "A rule says no, or somebody else was faster.",
    415: "Only JSON is taken.",
    422: "What was sent cannot be read; details.fields names each field.",
}


def _errors(verb: str, takes: Any, asks: Any, paged: bool, refuses: bool) -> list[int]:
    found = [401, 403, 404, 406]
    if takes is not None:
        found += [400, 415]
    if takes is not None or asks is not None or paged or refuses or verb == "post":
        found.append(422)
    if refuses or verb in ("post", "put", "patch", "delete"):
        found.append(409)
    return sorted(found)


def may_anywhere(person: Person, permission: Permission) -> bool:
    """Return whether the person has the permission everywhere or in one of their teams."""
    return any(may(person, permission, team=team) for team in (None, *person.teams))


def not_found() -> NotFound:
    """Return what to raise where a stranger must not learn that something is there."""
    return NotFound()
