"""Bring releases in from a file: ask for it (a dry run unless said), watch it, see what came of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain import import_wording, wording
from releasetrain.api.door import Door, described
from releasetrain.api.releases.deeds import Nothing
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.boarding.actions import importing
from releasetrain.boarding.models import ImportRun
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.outbox import queries as outbox
from releasetrain.trains import queries as trains

STATES = [*ImportRun.State.values, "failed"]


class RunAnswer(Answer):
    """An import in a list."""

    id = serializers.UUIDField()
    file_name = serializers.CharField(allow_blank=True)
    mode = serializers.ChoiceField(choices=ImportRun.Mode.choices)
    train = serializers.CharField(allow_blank=True)
    make_missing = serializers.BooleanField()
    skip_bad = serializers.BooleanField()
    dry_run = serializers.BooleanField()
    by = serializers.CharField(source="by.name")
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    done = serializers.IntegerField(help_text="Rows so far, of total.")
    total = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)


class RowAnswer(Answer):
    """A row worth naming."""

    row = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class RefusalAnswer(Answer):
    """Why nothing of the file was taken."""

    code = serializers.CharField()
    message = serializers.CharField()


class WholeRunAnswer(RunAnswer):
    """An import with what came of it."""

    refusal = RefusalAnswer(allow_null=True)
    bad = RowAnswer(many=True, help_text="Rows that cannot be read.")
    trains = serializers.ListField(
        child=serializers.DictField(), help_text="By train: made, updated, boarded, asking, left, warnings."
    )


class ImportSaid(Said):
    """A file as text, and what its rows are."""

    text = Text(trim_whitespace=False, help_text="CSV; the headings are as on the page.")
    file_name = Text(max_length=200, allow_blank=True, default="")
    mode = serializers.ChoiceField(choices=ImportRun.Mode.choices, default=ImportRun.Mode.PLAN.value)
    train = Text(max_length=80, allow_blank=True, default="", help_text="The slug, of rows that name none.")
    make_missing = serializers.BooleanField(default=False)
    skip_bad = serializers.BooleanField(default=False)
    dry_run = serializers.BooleanField(default=True, help_text="true: says what would come of it and keeps nothing.")


class ImportDoor(Door):
    """Whoever may import."""

    family, needs = "imports", Permission.IMPORT
    named_by_address = ("no-such-import",)


class Imports(ImportDoor):
    """All of them."""

    ordering = ("-asked_at", "-pk")

    @described("Imports, latest first", answers=RunAnswer, paged=True)
    def get(self, request: Request, said: Mapping[str, Any]) -> QuerySet[ImportRun]:
        """Return what was asked for."""
        return ImportRun.objects.defer("content", "report").select_related("by")

    @described("Import a file; a worker does it", takes=ImportSaid, answers=WholeRunAnswer, status=202)
    def post(self, request: Request, said: Mapping[str, Any]) -> Response:
        """Ask for it."""
        if said["train"] and trains.train_called(said["train"]) is None:
            raise Refused("no-such-train", details={"field": "train"})
        same = {name: said[name] for name in ("file_name", "train", "make_missing", "skip_bad", "dry_run")}
        return _begun(request, said["text"].encode(), said["mode"], **same)


class One(ImportDoor):
    """One of them."""

    @described("How far an import is, and what came of it", answers=WholeRunAnswer)
    def get(self, request: Request, id: UUID) -> Mapping[str, Any]:
        """Return it as it is now."""
        return _told(_run(id))


class Cancel(ImportDoor):
    """Stop one."""

    @described("Stop an import: what it wrote is taken back", takes=Nothing, answers=WholeRunAnswer)
    def post(self, request: Request, id: UUID, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask it to stop."""
        importing.cancel_import(run=_run(id).pk, by=request.user, clock=timezone.now)
        return _told(_run(id))


class Repeat(ImportDoor):
    """Do one for real."""

    @described("Import for real what was tried", takes=Nothing, answers=WholeRunAnswer, status=202)
    def post(self, request: Request, id: UUID, said: Mapping[str, Any]) -> Response:
        """Ask for it once more, this time to be kept."""
        tried = _run(id)
        same = {name: getattr(tried, name) for name in ("file_name", "train", "skip_bad", "make_missing")}
        return _begun(request, bytes(tried.content), tried.mode, dry_run=False, **same)


def _begun(request: Request, content: bytes, mode: str, **wanted: Any) -> Response:
    history = mode == ImportRun.Mode.HISTORY
    run = importing.start_import(content=content, history=history, by=request.user, clock=timezone.now, **wanted)
    told = WholeRunAnswer().to_representation(_told(_run(run.pk)))
    return Response(told, status=202, headers={"Location": f"/api/v1/imports/{run.pk}"})


def _run(id: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.select_related("by"), pk=id)


def _told(run: ImportRun) -> dict[str, Any]:
    report, failed = run.report, not run.is_over and outbox.dead().filter(pk=run.message).exists()
    same = {name: getattr(run, name) for name in RunAnswer().fields if name not in ("by", "state")}
    return {
        **same,
        "by": run.by.name,
        "state": "failed" if failed else run.state,
        "refusal": _refusal(report),
        "bad": list(_rows(report.get("bad") or report.get("details", {}).get("rows", ()))),
        "trains": [_train(one) for one in report.get("trains", ())],
    }


def _refusal(report: Mapping[str, Any]) -> dict[str, str] | None:
    code = report.get("refusal", "")
    return {"code": code, "message": wording.refusal(Refused(code, details=report["details"]))} if code else None


def _train(report: Mapping[str, Any]) -> dict[str, Any]:
    return {**report, **{name: list(_rows(report[name])) for name in ("asking", "left", "warnings")}}


def _rows(lines: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Each line with its sentence."""
    for line in lines:
        rules = [import_wording.rule(code, other) for code, other in line.get("against", ())]
        yield {**line, "message": "; ".join(rules) or import_wording.sentence(line["code"], line["facts"])}


urlpatterns = [
    path("imports", Imports.as_view(), name="imports"),
    path("imports/<uuid:id>", One.as_view(), name="imports-one"),
    path("imports/<uuid:id>/cancel", Cancel.as_view(), name="imports-cancel"),
    path("imports/<uuid:id>/repeat", Repeat.as_view(), name="imports-repeat"),
]
