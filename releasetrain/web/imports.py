"""Bring releases in from a file: ask for it (a dry run first), watch it, see what came of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain import import_wording, wording
from releasetrain.boarding.actions import importing
from releasetrain.boarding.models import ImportRun
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.outbox import queries as outbox
from releasetrain.trains.models import Train
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.refusals import put_on

BAR = 1000  # the drawing's own width; the page stretches it
SHOWN = 10
MB = 1_000_000


class ImportForm(forms.Form):
    """A file or pasted lines, and what they are."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, help_text=gettext_lazy("CSV, in UTF-8."))
    text = forms.CharField(
        label=gettext_lazy("Or paste its lines"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("The rows are"),
        choices=ImportRun.Mode.choices,
        initial=ImportRun.Mode.PLAN,
        widget=forms.RadioSelect,
    )
    train = forms.ModelChoiceField(
        Train.objects.all(),
        label=gettext_lazy("Train"),
        required=False,
        to_field_name="slug",
        empty_label=gettext_lazy("each team's own"),
        help_text=gettext_lazy("Of rows that name none."),
    )
    make_missing = forms.BooleanField(
        label=gettext_lazy("Make teams, services, tables and initiatives that are not there"), required=False
    )
    skip_bad = forms.BooleanField(label=gettext_lazy("Leave bad rows out instead of refusing the file"), required=False)
    dry_run = forms.BooleanField(
        label=gettext_lazy("First only say what would come of it, and keep nothing"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        """Take the file, or what was pasted."""
        said = super().clean()
        if not (said.get("file") or said.get("text", "").strip()):
            raise ValidationError(_("Choose a file or paste its lines."))
        if said.get("file") and said["file"].size > importing.LARGEST:
            self.add_error("file", too_large())
        return said

    def wanted(self) -> dict[str, Any]:
        """Return what the verb is to do."""
        said, file = self.cleaned_data, self.cleaned_data["file"]
        return {
            "content": file.read() if file else said["text"].encode(),
            "file_name": file.name if file else "",
            "history": said["mode"] == ImportRun.Mode.HISTORY,
            "train": said["train"].slug if said["train"] else "",
            **{name: said[name] for name in ("make_missing", "skip_bad", "dry_run")},
        }


def too_large() -> str:
    """Return the sentence that refuses a file for its size."""
    return wording.refusal(Refused("file-too-large", details={"most": importing.LARGEST // MB}))


@access(Permission.IMPORT)
def begin(request: HttpRequest) -> HttpResponse:
    """Ask for a file, and let a worker import it."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        key = typed.one_time_key(request.POST.get("key"), deed=request.path)
        try:
            run = importing.start_import(**form.wanted(), key=key, by=request.user, clock=timezone.now)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("web:import-run", run=run.pk)
    status = 422 if form.is_bound else 200
    return render(request, "imports/begin.html", {"form": form, "runs": _latest()}, status=status)


@access(Permission.IMPORT)
def show(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show how far an import is, then what came of it; asks for itself every second while it runs."""
    template = "imports/run.html#run" if request.htmx else "imports/run.html"
    return render(request, template, page(_run(run)))


@access(Permission.IMPORT, post_only=True)
def cancel(request: HttpRequest, run: UUID) -> HttpResponse:
    """Ask an import to stop."""
    importing.cancel_import(run=_run(run).pk, by=request.user, clock=timezone.now)
    return redirect("web:import-run", run=run)


@access(Permission.IMPORT, post_only=True)
def repeat(request: HttpRequest, run: UUID) -> HttpResponse:
    """Import for real what was tried."""
    tried = _run(run)
    options = {name: getattr(tried, name) for name in ("file_name", "train", "skip_bad", "make_missing")}
    real = importing.start_import(
        content=bytes(tried.content),
        history=tried.mode == ImportRun.Mode.HISTORY,
        dry_run=False,
        key=typed.one_time_key(request.POST.get("key"), deed=request.path),
        by=request.user,
        clock=timezone.now,
        **options,
    )
    return redirect("web:import-run", run=real.pk)


def _run(id: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.select_related("by"), pk=id)


def _latest() -> list[ImportRun]:
    return list(ImportRun.objects.defer("content", "report").select_related("by")[:SHOWN])


def page(run: ImportRun) -> dict[str, Any]:
    """Return what the page of a run shows."""
    failed = not run.is_over and run.message is not None and outbox.dead().filter(pk=run.message).exists()
    return {
        "run": run,
        "failed": failed,
        "moves": not run.is_over and not failed,
        "filled": BAR * run.done // max(run.total, 1),
        "width": BAR,
        "trains": [_train(one) for one in run.report.get("trains", ())],
        "bad": _said(run.report.get("bad") or run.report.get("details", {}).get("rows", ())),
        "refusal": _refusal(run),
    }


def _refusal(run: ImportRun) -> str:
    code = run.report.get("refusal", "")
    if not code or code == "bad-rows":
        return ""
    return wording.refusal(Refused(code, details=run.report["details"]))


def _train(report: dict[str, Any]) -> dict[str, Any]:
    made = [(import_wording.KINDS[kind], names) for kind, names in report["missing_made"].items()]
    lists = {name: _said(report[name]) for name in ("asking", "left", "warnings")}
    return {**report, **lists, "missing_made": made}


def _said(lines: Any) -> list[dict[str, Any]]:
    """Return the lines with the sentence of each."""
    return [{**line, "words": _words(line)} for line in lines]


def _words(line: dict[str, Any]) -> str:
    rules = [import_wording.rule(code, other) for code, other in line.get("against", ())]
    return "; ".join(rules) or import_wording.sentence(line["code"], line["facts"])


urlpatterns = [
    path("imports/", begin, name="import"),
    path("imports/<uuid:run>/", show, name="import-run"),
    path("imports/<uuid:run>/cancel/", cancel, name="import-cancel"),
    path("imports/<uuid:run>/repeat/", repeat, name="import-repeat"),
]
