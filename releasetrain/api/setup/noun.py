"""What the families of the set-up have in common: all of a noun and a new one, one of it, and many lines at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Said
from releasetrain.domain.permissions import Permission, Person
from releasetrain.teams.checks import as_text

MOST_LINES = 2000
Facts = Mapping[str, Any]


class Lines(serializers.ListSerializer):
    """Many at once: all are taken over, or none, and every bad one is named by its place in the array."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_empty": False, "max_length": MOST_LINES, **kwargs})


class TakenAnswer(Answer):
    """How many lines were taken over."""

    lines = serializers.IntegerField()


def _as_it_is(said: Facts) -> Facts:
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """One kind of thing: its words, its shapes, and the verbs behind them, called with ``by`` and ``clock``.

    ``rows``: those that somebody may see; ``row``: one by id (or ``Refused``); ``told``: what is answered of a row;
    ``now``: its values as ``edit`` takes them; ``facts``: from what is said to what the verbs take.
    """

    name: str
    one: str
    opens: Permission
    answer: type[Answer]
    new: type[Said]
    change: type[Said]
    lines: type[Lines]
    rows: Callable[[Person], QuerySet[Any]]
    row: Callable[[Person, Any], Any]
    told: Callable[[Any], Any]
    add: Callable[..., Any]
    edit: Callable[..., Any]
    put: Callable[..., int]
    now: Callable[[Any], Facts]
    facts: Callable[[Facts], Facts] = _as_it_is
    part: str = "<row:id>"


def addresses(noun: Noun) -> list[URLPattern]:
    """Return the addresses of a noun."""
    base, name = noun.name, f"{noun.name}-lines"
    return [
        path(base, _all(noun).as_view(), name=base),
        path(f"{base}/lines", _many(noun).as_view(), name=name),
        path(f"{base}/{noun.part}", _one(noun).as_view(), name=f"{base}-one"),
    ]


def _all(noun: Noun) -> type[Door]:
    class All(Door):
        family, needs, ordering = noun.name, noun.opens, "pk"

        @described(f"All {noun.name}, in the order they were added", answers=noun.answer, paged=True)
        def get(self, request: Request, said: Facts) -> QuerySet[Any]:
            return noun.rows(request._request.person)

        def with_more(self, page: list[Any]) -> list[Any]:
            return [noun.told(row) for row in page]

        @described(f"Add {noun.one}", takes=noun.new, answers=noun.answer, status=201)
        def post(self, request: Request, said: Facts) -> Response:
            row = noun.add(**noun.facts(said), by=request.user, clock=timezone.now)
            there = {"Location": f"/api/v1/{noun.name}/{row.pk}"}
            return Response(_told(noun, request, row.pk), status=201, headers=there)

    return All


def _one(noun: Noun) -> type[Door]:
    class One(Door):
        family, needs = noun.name, noun.opens
        named_by_address = (f"no-such-{noun.one.split()[-1]}",)

        @described(f"See {noun.one}", answers=noun.answer)
        def get(self, request: Request, id: Any) -> Facts:
            return noun.told(noun.row(request._request.person, id))

        @described(f"Change {noun.one}: what is not said stays", takes=noun.change, answers=noun.answer)
        def patch(self, request: Request, id: Any, said: Facts) -> Facts:
            row = noun.row(request._request.person, id)
            noun.edit(row.pk, **changed(noun.now(row), said, noun.facts), by=request.user, clock=timezone.now)
            return noun.told(noun.row(request._request.person, row.pk))

    return One


def _many(noun: Noun) -> type[Door]:
    class Many(Door):
        family, needs = noun.name, noun.opens

        @described(f"Take many {noun.name} over: every line, or none", takes=noun.lines, answers=TakenAnswer)
        def post(self, request: Request, said: list[Facts]) -> Facts:
            return taken(noun.put, said, request)

    return Many


def taken(put: Callable[..., int], said: list[Facts], request: Request) -> Facts:
    """Put lines that came as an array; the verb knows each by its place."""
    return {"lines": put(dict(enumerate(said)), by=request.user, clock=timezone.now)}


def _told(noun: Noun, request: Request, id: int) -> Facts:
    return noun.answer().to_representation(noun.told(noun.row(request._request.person, id)))


def changed(now: Facts, said: Facts, facts: Callable[[Facts], Facts] = _as_it_is) -> dict[str, Any]:
    """Return what an edit takes: what was ``said``, the rest as it is ``now``, and what that rests on as ``seen``.

    The rest counts as seen: if somebody saves it in this very moment, the verb refuses rather than undo it.
    """
    seen, wanted = said.get("seen", {}), {name: value for name, value in said.items() if name != "seen"}
    told = facts(wanted)
    before = {name: value for name, value in now.items() if name not in told} | dict(facts(seen))
    return {**now, **told, "seen": {name: as_text(value) for name, value in before.items()}}


def seen_of(shape: type[Said]) -> serializers.Serializer:
    """Return the field ``seen`` of a change: the values that were read, as far as they matter to whoever changes."""
    fields = {name: _optional(field) for name, field in shape._declared_fields.items() if name != "password"}
    name = shape.__name__.removesuffix("Said") + "Seen"
    return type(name, (Said,), {**fields, "__doc__": "What was read. What was saved since is not undone: 409."})(
        required=False
    )


def _optional(field: serializers.Field) -> serializers.Field:
    said = {name: value for name, value in field._kwargs.items() if name != "default"}
    return type(field)(*field._args, **{**said, "required": False, "default": empty})
