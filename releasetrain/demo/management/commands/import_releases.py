"""``manage.py import_releases FILE``: bring releases in from a file, with a bar that shows how far it is."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain import import_wording, wording
from releasetrain.boarding.actions import importing
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.teams.models import User

WIDTH = 40


class Command(BaseCommand):
    """Imports a file in the hands of a release manager."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.description = _("Import releases from a CSV file; docs/import.md says its columns.")
        parser.add_argument("file", type=Path, help=_("the CSV file"))
        parser.add_argument("--history", action="store_true", help=_("the rows departed: no rule is asked"))
        parser.add_argument("--train", help=_("the train (its address) of rows that name none"))
        parser.add_argument("--dry-run", action="store_true", help=_("say what would come of it and keep nothing"))
        parser.add_argument(
            "--skip-bad", action="store_true", help=_("leave bad rows out instead of refusing the file")
        )
        parser.add_argument(
            "--make-missing", action="store_true", help=_("make teams, services, tables and initiatives")
        )
        parser.add_argument("--by", help=_("e-mail of the release manager who imports; without it the first there is"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and print what came of it."""
        try:
            report = importing.import_releases(
                text=_content(options["file"]),
                history=options["history"],
                train=options["train"],
                by=_importer(options["by"]),
                clock=timezone.now,
                skip_bad=options["skip_bad"],
                make_missing=options["make_missing"],
                dry_run=options["dry_run"],
                progress=self.bar if sys.stderr.isatty() else None,
            )
        except Refused as refused:
            raise CommandError("\n".join(_said(refused))) from None
        self.tell(report)

    def bar(self, done: int, total: int) -> None:
        """Draw how far the import is."""
        full = WIDTH * done // max(total, 1)
        end = "\n" if done == total else ""
        self.stderr.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}", style_func=str, ending=end)

    def tell(self, report: importing.Report) -> None:
        """Print numbers per train, then every row worth naming."""
        for train in report.trains:
            self.stdout.write(f"{train.name}: {_numbers(train) or '-'}")
            for kind, names in train.missing_made.items():
                self.stdout.write(f"  + {import_wording.KINDS[kind]}: {len(names)}")
            for line in (*train.asking, *train.left, *train.warnings):
                rules = "; ".join(import_wording.rule(*found) for found in line.against)
                said = rules or import_wording.sentence(line.code, line.facts)
                self.stdout.write(f"  {line.row}: {line.title}: {said}")
        for bad in report.bad:
            self.stdout.write(f"  {bad['row']}: {import_wording.sentence(bad['code'], bad['facts'])}")
        if report.dry_run:
            self.stdout.write(_("This was a dry run: nothing was kept."))


def _numbers(train: Any) -> str:
    found = {name: getattr(train, name) for name in import_wording.NUMBERS}
    counted = {name: value if isinstance(value, int) else len(value) for name, value in found.items()}
    return ", ".join(f"{import_wording.NUMBERS[name]} {value}" for name, value in counted.items() if value)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None


def _importer(email: str | None) -> User:
    found = User.objects.filter(email__iexact=email) if email else User.objects.filter(roles__role=Role.RELEASE_MANAGER)
    importer = found.filter(is_active=True).order_by("pk").first()
    if importer is None:
        raise CommandError(_("There is nobody to import as: name a release manager with --by."))
    return importer


def _said(refused: Refused) -> list[str]:
    rows = refused.details.get("rows", ())
    lines = [f"  {bad['row']}: {import_wording.sentence(bad['code'], bad['facts'])}" for bad in rows]
    return [_("Nothing was imported: some rows are bad.") if rows else wording.refusal(refused), *lines]
