"""The CI gate: may this ship now?"""

from pathlib import Path
from typing import Any

from django.http import FileResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain import wording
from releasetrain.api.addresses import ReleaseNumber
from releasetrain.api.conflicts import told
from releasetrain.api.door import Door, described
from releasetrain.api.releases.shapes import SlotName
from releasetrain.api.shapes import Answer, Said
from releasetrain.boarding import gate
from releasetrain.conflict_wording import moment
from releasetrain.domain.errors import Refused
from releasetrain.domain.gate import Objection
from releasetrain.domain.permissions import Permission

CLIENT = Path(__file__).resolve().parent.parent.parent / "clients" / "releasetrain-gate"


class ReasonAnswer(Answer):
    """One reason against: a rule's code or a refusal's, and a sentence."""

    code = serializers.CharField()
    message = serializers.CharField()


class GateAnswer(Answer):
    """Yes or no, and why not."""

    may = serializers.BooleanField()
    answer = serializers.ChoiceField(choices=["yes", "no"])
    release = serializers.CharField()
    to = serializers.ChoiceField(choices=["depart", "board"])
    slot = SlotName(allow_null=True)
    reasons = ReasonAnswer(many=True)
    asked_at = serializers.DateTimeField()


class GateAsked(Said):
    """What about which release."""

    release = serializers.RegexField(rf"^{ReleaseNumber.regex}\Z", help_text="RT-41")
    to = serializers.ChoiceField(choices=["depart", "board"], default="depart")
    slot = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="To board which slot.")


class Client(Door):
    """The client for pipelines: one file without dependencies."""

    is_open = True
    family = "gate"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> FileResponse:
        """Hand the file out."""
        return FileResponse(CLIENT.open("rb"), content_type="text/x-python; charset=utf-8")


class Gate(Door):
    """Ask before deploying."""

    family = "gate"
    needs = Permission.ASK_GATE
    named_by_address = ("no-such-release",)

    @described("May this release depart, or board, now?", asks=GateAsked, answers=GateAnswer, refuses=True)
    def get(self, request: Request, said: dict[str, Any]) -> dict[str, Any]:
        """Answer yes or no; with every reason against."""
        now = timezone.now()
        release = gate.asked_about(ReleaseNumber().to_python(said["release"]), person=request._request.person)
        if said["to"] == "depart":
            ruling = gate.may_depart(release, now=now)
        else:
            ruling = gate.may_board(release, slot=said.get("slot"), now=now)
        return _answer(ruling, said["to"]) | {"asked_at": now}


def _answer(ruling: gate.Ruling, to: str) -> dict[str, Any]:
    may = not ruling.objections
    return {
        "may": may,
        "answer": "yes" if may else "no",
        "release": ruling.release.code,
        "to": to,
        "slot": ruling.slot,
        "reasons": _reasons(ruling.objections, of=ruling.release.pk),
    }


def _reasons(objections: list[Objection], *, of: int) -> list[dict[str, str]]:
    zone = timezone.get_current_timezone()
    found = [one.conflict for one in objections if one.conflict]
    words = {one: said["message"] for one, said in zip(found, told(found, of=of, zone=zone), strict=True)}
    return [{"code": one.code, "message": words.get(one.conflict) or _said(one, zone)} for one in objections]


def _said(one: Objection, zone: Any) -> str:
    facts = {"at": moment(one.at, zone) if one.at else "", "condition": one.condition}
    return wording.refusal(Refused(one.code, details=facts))


urlpatterns = [
    path("gate", Gate.as_view(), name="gate"),
    path("gate/client", Client.as_view(), name="gate-client"),
]
