"""Freezes: see them, add, change, suspend and end them, and ask first what that would make stand."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Id, Number, Reason, Said, Text, earliest_year
from releasetrain.api.standing import EffectAnswer, told_effect
from releasetrain.boarding import freezes as queries
from releasetrain.boarding.actions import freezing as actions
from releasetrain.boarding.standing import Paused, Thought, ending, would_stand
from releasetrain.domain.permissions import Permission
from releasetrain.domain.windows import Window
from releasetrain.trains.freeze_fields import NOT_WRITTEN, PLAIN, SCOPE, FreezeFields
from releasetrain.trains.models import Freeze

Facts = Mapping[str, Any]
MOST = 500  # of a scope
LONGEST_TIME = 30


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00)?$"})
class Local(Text):
    """A local time to the minute, without a zone: the freeze's zone counts."""

    def to_internal_value(self, data: Any) -> datetime:
        """Return the time."""
        words = super().to_internal_value(data)
        try:
            local = parse_datetime(words[:LONGEST_TIME])
        except ValueError:
            local = None
        if local is None or local.tzinfo or local.second or local.microsecond:
            raise serializers.ValidationError(_("Take a local time such as 2031-12-20T00:00."))
        earliest_year(local)
        return local


class SuspensionAnswer(Answer):
    """A time in which a freeze does not count."""

    id = serializers.IntegerField(source="pk")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    reason = serializers.CharField()
    by = serializers.CharField(source="by.name")


class FreezeAnswer(Answer):
    """A freeze. Without trains, services or teams it concerns all of them."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    reason = serializers.CharField()
    is_hard = serializers.BooleanField(help_text="true: nothing departs in it without a waiver.")
    zone = serializers.CharField()
    first_at = serializers.CharField(help_text="Local time of the zone.")
    last_at = serializers.CharField(help_text="Local time of the zone; that minute is free again.")
    rule = serializers.CharField(help_text="How it recurs, by iCalendar; empty: once.")
    holidays = serializers.CharField(help_text="A calendar such as DE-BY, whose public holidays it is instead.")
    trains = serializers.ListField(child=serializers.IntegerField())
    services = serializers.ListField(child=serializers.IntegerField())
    teams = serializers.ListField(child=serializers.IntegerField())
    revision = serializers.IntegerField()
    next_since = serializers.DateTimeField(allow_null=True, help_text="Of the time that is frozen next, or now.")
    next_until = serializers.DateTimeField(allow_null=True)
    suspensions = SuspensionAnswer(many=True, help_text="Those that are not over.")


class FreezeSaid(Said):
    """What a freeze says. ``last_at`` may be left out where ``holidays`` names a calendar."""

    name = Text(max_length=80)
    reason = Reason()
    is_hard = serializers.BooleanField(default=True)
    zone = Text(max_length=64, default="UTC")
    first_at = Local()
    last_at = Local(allow_null=True, default=None)
    rule = Text(max_length=200, allow_blank=True, default="")
    holidays = Text(max_length=12, allow_blank=True, default="")
    trains = serializers.ListField(child=Id(), default=list, max_length=MOST)
    services = serializers.ListField(child=Id(), default=list, max_length=MOST)
    teams = serializers.ListField(child=Id(), default=list, max_length=MOST)


class FreezeChangeSaid(FreezeSaid):
    """A change: what is not said stays. ``revision``: the one that was read; another one meanwhile is a 409."""

    revision = Number(min_value=1)


class FreezeThoughtSaid(FreezeSaid):
    """A freeze that is only thought of. ``freeze``: the one that it would replace."""

    freeze = Id(allow_null=True, default=None)


class HolidaysSaid(Said):
    """Whose public holidays, and at the days of which zone; empty: that of the first train."""

    country = Text(max_length=12, help_text="A country or a part of one: DE, DE-BY.")
    zone = Text(max_length=64, allow_blank=True, default="")


class PauseSaid(Said):
    """From when (null: now), until when."""

    since = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])
    until = serializers.DateTimeField(validators=[earliest_year])


class SuspendSaid(PauseSaid):
    """The same with the reason."""

    reason = Reason()


class EndSaid(Said):
    """Why it ends."""

    reason = Reason()


def told(rows: list[Freeze]) -> list[Facts]:
    """Return freezes as they are answered."""
    return [_told(one) for one in queries.listed(rows, now=timezone.now())]


def _told(one: queries.Listed) -> Facts:
    freeze = one.freeze
    scope = {name: sorted(row.pk for row in getattr(freeze, name).all()) for name in SCOPE}
    plain = {name: getattr(freeze, name) for name in ("id", "revision", *PLAIN)}
    times = {"next_since": one.next and one.next.start, "next_until": one.next and one.next.end}
    return {**plain, **scope, **times, "suspensions": list(one.paused)}


def _one(id: int) -> Facts:
    (found,) = told([queries.freeze(id)])
    return found


def _fields(said: Facts) -> FreezeFields:
    kept = {name: value for name, value in said.items() if name not in ("revision", "freeze")}
    return FreezeFields(**{name: frozenset(value) if name in SCOPE else value for name, value in kept.items()})


class OfFreeze(Door):
    """A freeze, named by its address."""

    family = "freezes"
    named_by_address = ("no-such-freeze", "no-such-suspension")


class All(Door):
    """All freezes."""

    family, ordering = "freezes", "pk"

    @described("The freezes that have not ended, in the order they were added", answers=FreezeAnswer, paged=True)
    def get(self, request: Request, said: Facts) -> QuerySet[Freeze]:
        """Return them."""
        return queries.freezes().filter(ended_at__isnull=True)

    def with_more(self, page: list[Freeze]) -> list[Facts]:
        """Return a page with what is to come of each."""
        return told(page)

    @described("Freeze a time", takes=FreezeSaid, answers=FreezeAnswer, status=201)
    def post(self, request: Request, said: Facts) -> Response:
        """Add it; it moves nobody."""
        made = actions.add_freeze(fields=_fields(said), by=request.user, clock=timezone.now)
        answer = FreezeAnswer().to_representation(_one(made.pk))
        return Response(answer, status=201, headers={"Location": f"/api/v1/freezes/{made.pk}"})


class Holidays(Door):
    """The public holidays of a country."""

    family = "freezes"

    @described("Freeze the public holidays of a country softly", takes=HolidaysSaid, answers=FreezeAnswer, status=201)
    def post(self, request: Request, said: Facts) -> Facts:
        """Add them as one freeze."""
        return _one(actions.add_holidays(**said, by=request.user, clock=timezone.now).pk)


class Preview(Door):
    """What a freeze would make stand."""

    family, needs = "freezes", Permission.FREEZE

    @described(
        "What a freeze, or a change of one, would make stand; writes nothing",
        takes=FreezeThoughtSaid,
        answers=EffectAnswer,
    )
    def post(self, request: Request, said: Facts) -> Facts:
        """Judge the calendar with it; refused like the deed where it can never be."""
        id = queries.freeze(said["freeze"]).pk if said["freeze"] else NOT_WRITTEN
        thought = Thought(fields=actions.checked(_fields(said)), id=id)
        return told_effect(would_stand(timezone.now(), freeze=thought))


class One(OfFreeze):
    """One freeze."""

    @described("A freeze that has not ended", answers=FreezeAnswer)
    def get(self, request: Request, freeze: int) -> Facts:
        """Return it."""
        return _one(freeze)

    @described("Change what a freeze says: what is not said stays", takes=FreezeChangeSaid, answers=FreezeAnswer)
    def patch(self, request: Request, freeze: int, said: Facts) -> Facts:
        """Change it, if the revision that was read still stands."""
        row = queries.freeze(freeze)
        revision = said.get("revision", row.revision)
        fields = _fields({**asdict(FreezeFields.of(row)), **said})
        actions.edit_freeze(freeze=freeze, fields=fields, revision=revision, by=request.user, clock=timezone.now)
        return _one(freeze)


class End(OfFreeze):
    """Its end."""

    @described("End a freeze for good", takes=EndSaid)
    def post(self, request: Request, freeze: int, said: Facts) -> None:
        """End it."""
        actions.end_freeze(freeze=freeze, reason=said["reason"], by=request.user, clock=timezone.now)


class EndPreview(OfFreeze):
    """What its end would let go."""

    needs = Permission.FREEZE

    @described("What would stand no more if a freeze ended", answers=EffectAnswer)
    def get(self, request: Request, freeze: int) -> Facts:
        """Judge the calendar without it."""
        return told_effect(would_stand(timezone.now(), suspension=ending(queries.freeze(freeze))))


class Suspensions(OfFreeze):
    """When it does not count."""

    @described("Let a freeze not count for a while", takes=SuspendSaid, answers=FreezeAnswer, status=201)
    def post(self, request: Request, freeze: int, said: Facts) -> Facts:
        """Suspend it."""
        actions.suspend_freeze(freeze=freeze, **said, by=request.user, clock=timezone.now)
        return _one(freeze)


class SuspensionPreview(OfFreeze):
    """What a suspension would let go."""

    needs = Permission.FREEZE

    @described("What a suspension would let go; writes nothing", takes=PauseSaid, answers=EffectAnswer)
    def post(self, request: Request, freeze: int, said: Facts) -> Facts:
        """Judge the calendar with it."""
        now = timezone.now()
        since, until = said["since"] or now, said["until"]
        actions.refuse_backwards(since, until, now=now)
        paused = Paused(freeze=queries.freeze(freeze).pk, window=Window(since, until))
        return told_effect(would_stand(now, suspension=paused))


class OneSuspension(OfFreeze):
    """A suspension."""

    @described("Let a suspended freeze count again from now on")
    def delete(self, request: Request, suspension: int) -> None:
        """End the suspension."""
        actions.end_suspension(suspension=suspension, by=request.user, clock=timezone.now)


urlpatterns = [
    path("freezes", All.as_view(), name="freezes"),
    path("freezes/holidays", Holidays.as_view(), name="freezes-holidays"),
    path("freezes/preview", Preview.as_view(), name="freezes-preview"),
    path("freezes/<row:freeze>", One.as_view(), name="freeze"),
    path("freezes/<row:freeze>/end", End.as_view(), name="freeze-end"),
    path("freezes/<row:freeze>/end/preview", EndPreview.as_view(), name="freeze-end-preview"),
    path("freezes/<row:freeze>/suspensions", Suspensions.as_view(), name="freeze-suspensions"),
    path("freezes/<row:freeze>/suspensions/preview", SuspensionPreview.as_view(), name="freeze-suspension-preview"),
    path("suspensions/<row:suspension>", OneSuspension.as_view(), name="suspension"),
]
