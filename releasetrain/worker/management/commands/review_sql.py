"""`manage.py review_sql FILE...`: what the review finds in files of SQL, for CI and whole folders of migrations."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.errors import Refused
from releasetrain.domain.sql.values import Finding, Severity, Subject
from releasetrain.domain.stages import Stage
from releasetrain.finding_wording import told
from releasetrain.reviews.queries.asked import subject_asked
from releasetrain.schema.as_json import finding_json
from releasetrain.schema.reviewer import judge
from releasetrain.wording import refusal

_YES_OR_NO = {"yes": True, "no": False}


class Command(BaseCommand):
    """Prints each finding as FILE:LINE:COLUMN; ends with 1 if something blocks."""

    help = gettext_lazy("Review files of SQL; ends with 1 if something in them blocks.")

    def add_arguments(self, parser: Any) -> None:
        """Say what is known around the files."""
        parser.add_argument("files", nargs="+", type=Path, help=gettext_lazy("Files of SQL, and folders of them."))
        parser.add_argument("--stage", type=Stage, choices=list(Stage))
        parser.add_argument("--change", type=int, help=gettext_lazy("The number of the schema change they belong to."))
        parser.add_argument("--history", type=Path, action="append", default=[])
        parser.add_argument("--in-order", action="store_true", help=gettext_lazy("Each file runs after those before."))
        parser.add_argument("--in-transaction", choices=list(_YES_OR_NO))
        parser.add_argument("--sync-trigger", action=argparse.BooleanOptionalAction)
        for name in ("table", "old", "new", "key"):
            parser.add_argument(f"--{name}")
        parser.add_argument("--rows", type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge each file, tell, and end accordingly."""
        subject, said, blocks = _subject(options), [], False
        history = list(subject.history)
        for path in _every(options["files"]):
            sql = _read(path)
            around = replace(subject, history=tuple(history))
            found = judge(sql, around)
            blocks = blocks or any(one.severity is Severity.BLOCKS for one in found)
            said.append({"file": str(path), "findings": [_as_json(one) for one in found]})
            if options["in_order"]:
                history.append(sql)
            if not options["json"]:
                self._tell(path, found)
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
        if blocks:
            raise SystemExit(1)

    def _tell(self, path: Path, found: tuple[Finding, ...]) -> None:
        for one in found:
            words, where = told(one), f"{path}:{one.line}:{one.column}"
            self.stdout.write(f"{where}: {one.severity.value} [{one.rule}] {words.sentence} {words.remedy}".rstrip())


def _subject(options: dict[str, Any]) -> Subject:
    facts = {name: options[name] for name in ("table", "old", "new", "key", "rows") if options[name] is not None}
    if options["in_transaction"]:
        facts["in_transaction"] = _YES_OR_NO[options["in_transaction"]]
    if options["sync_trigger"] is not None:
        facts["has_sync_trigger"] = options["sync_trigger"]
    if options["history"]:
        facts["history"] = tuple(_read(path) for path in _every(options["history"]))
    try:
        return subject_asked(options["change"], options["stage"], **facts)
    except Refused as refused:
        raise CommandError(refusal(refused)) from refused


def _as_json(one: Finding) -> dict[str, Any]:
    words = told(one)
    return {**finding_json(one), "message": words.sentence, "remedy": words.remedy}


def _every(paths: list[Path]) -> Iterator[Path]:
    """Files as they are named, and those of a folder by name."""
    for path in paths:
        yield from sorted(path.rglob("*.sql")) if path.is_dir() else [path]


def _read(path: Path) -> str:
    """What is not UTF-8 is not passed over: it is blocked as unreadable."""
    try:
        return path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise CommandError(_("%(path)s cannot be read.") % {"path": path}) from error
