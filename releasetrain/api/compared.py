"""What stands against a release in a slot with the ways out for either side; all waivers; and the rules."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.conflicts import ConflictAnswer, WayAnswer, told, way
from releasetrain.api.door import Door, described
from releasetrain.api.paging import Asked
from releasetrain.api.releases.whole import known
from releasetrain.api.shapes import Answer
from releasetrain.api.waivers import WaiverAnswer
from releasetrain.boarding import afterwards
from releasetrain.boarding.remedies import remedies
from releasetrain.domain.conflicts import RULES
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.fates import Fate
from releasetrain.rule_wording import WORDS
from releasetrain.trains.models import Slot, Waiver


class MoverAnswer(Answer):
    """A release that could move, and where to."""

    release = serializers.CharField()
    ways = WayAnswer(many=True)


class ComparedAnswer(Answer):
    """What stands, and the ways out of it for every release that could move."""

    conflicts = ConflictAnswer(many=True)
    remedies = MoverAnswer(many=True, help_text="The release itself first, then whoever could move instead.")
    swaps = serializers.ListField(child=serializers.CharField(), help_text="With whom it could change places.")


class Compared(Door):
    """A release in a slot, against whatever stands there."""

    family = "waivers"
    named_by_address = ("no-such-release", "no-such-slot")

    @described("What stands against a release in a slot, and the ways out for either side", answers=ComparedAnswer)
    def get(self, request: Request, number: int, slot: int) -> dict[str, Any]:
        """Return the conflicts, warnings among them, and the next slots that would do for each of the sides."""
        release, where = known(request, number), get_object_or_404(Slot.objects.select_related("train"), pk=slot)
        found = remedies(release, where, now=timezone.now())
        return {
            "conflicts": told(found.standing, of=release, zone=timezone.get_current_timezone()),
            "remedies": [
                {"release": f"RT-{mover}", "ways": [way("book", one) for one in ways]}
                for mover, ways in found.ways.items()
            ],
            "swaps": [f"RT-{other}" for other in sorted(found.swaps)],
        }


class FateAnswer(Answer):
    """What came of a release that a waiver spoke for."""

    release = serializers.CharField()
    came = serializers.ChoiceField(choices=[one.value for one in Fate])


class KeptAnswer(WaiverAnswer):
    """A waiver with what happened afterwards."""

    ended_at = serializers.DateTimeField(allow_null=True)
    covers = serializers.BooleanField(help_text="Whether it covers something that stands today.")
    afterwards = FateAnswer(many=True)


class Filters(Asked):
    """Which waivers."""

    code = serializers.ChoiceField(required=False, choices=[rule.code for rule in RULES.values() if rule.waivable])


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A waiver's row with what was found about it."""

    waiver: Waiver
    covers: bool
    afterwards: list[dict[str, Any]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.waiver, name)


class Waivers(Door):
    """All waivers, ended ones among them."""

    family = "waivers"

    @described("All waivers, latest first, with what happened afterwards", asks=Filters, answers=KeptAnswer, paged=True)
    def get(self, request: Request, said: dict[str, Any]) -> QuerySet[Waiver]:
        """Return them."""
        found = Waiver.objects.select_related("by")
        return found.filter(code=said["code"]) if "code" in said else found

    def with_more(self, page: list[Waiver]) -> list[Kept]:
        """Add what happened, in a constant number of queries."""
        now = timezone.now()
        fates, covering = afterwards.fates_of(page, now=now), afterwards.covering(page, now=now)
        return [
            Kept(
                waiver=one,
                covers=one.pk in covering,
                afterwards=[{"release": f"RT-{id}", "came": came.value} for id, came in fates[one.pk].items()],
            )
            for one in page
        ]


class RuleAnswer(Answer):
    """A rule: what it wants, how hard it is, what stands on its other side, what it rests on, the ways out."""

    code = serializers.CharField()
    says = serializers.CharField()
    grade = serializers.ChoiceField(choices=[one.value for one in Grade])
    sides = serializers.ListField(child=serializers.ChoiceField(choices=[one.value for one in SideKind]))
    basis = serializers.ListField(child=serializers.CharField())
    waivable = serializers.BooleanField()
    remedies = serializers.ListField(child=serializers.ChoiceField(choices=[one.value for one in Remedy]))


class Rules(Door):
    """The rules."""

    family = "waivers"

    @described("Every rule, in the order in which conflicts are told", answers=RuleAnswer, many=True)
    def get(self, request: Request) -> list[dict[str, Any]]:
        """Return them."""
        return [_rule(rule) for rule in RULES.values()]


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "says": str(WORDS[rule.code].says),
        "grade": rule.grade.value,
        "sides": [side.value for side in rule.sides],
        "basis": list(rule.basis),
        "waivable": rule.waivable,
        "remedies": [one.value for one in rule.remedies],
    }


urlpatterns = [
    path("releases/<release:number>/conflicts/<row:slot>", Compared.as_view(), name="compared"),
    path("waivers", Waivers.as_view(), name="all-waivers"),
    path("rules", Rules.as_view(), name="rules"),
]
