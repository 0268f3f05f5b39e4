"""`manage.py plan`: plans the calendar, or a problem from a file (docs/planner-file.md), in a terminal."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.errors import Refused
from releasetrain.domain.planner.outside import answer, read
from releasetrain.domain.planner.said import Unreadable
from releasetrain.domain.planner.values import Aim, Effort
from releasetrain.planner_file_wording import fault
from releasetrain.planning_wording import clash
from releasetrain.teams.queries import user_at
from releasetrain.trains.models import Train
from releasetrain.wording import refusal
from releasetrain.worker.plan_of_calendar import applied, of_calendar
from releasetrain.worker.plan_report import called_in, report
from releasetrain.worker.planned import planned

AIMS = [aim.value for aim in Aim if aim is not Aim.REPAIR]
MOST_SECONDS = 86_400.0


class Command(BaseCommand):
    """Prints plans, or why there is none; ends with 2 if a file cannot be read as a problem."""

    help = gettext_lazy("Plan the calendar, or a problem from a file of JSON; nothing is changed without --apply.")

    def add_arguments(self, parser: Any) -> None:
        """Say what is planned, and how hard to look."""
        parser.add_argument("--problem", metavar="FILE", help=gettext_lazy("A file; - for the input."))
        parser.add_argument("--train", nargs="+", default=[], metavar="SLUG", help=gettext_lazy("Plan these only."))
        parser.add_argument(
            "--seconds", type=_seconds, default=30.0, help=gettext_lazy("How long to look at the most.")
        )
        parser.add_argument("--rounds", type=_rounds, help=gettext_lazy("Rounds of the search in place of seconds."))
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--aim", choices=AIMS, default=Aim.EARLIEST.value)
        parser.add_argument("--json", action="store_true", help=gettext_lazy("One object of JSON, of a file."))
        parser.add_argument("--apply", choices=AIMS, help=gettext_lazy("Plan the calendar anew and make these moves."))
        parser.add_argument("--as", dest="by", metavar="EMAIL", help=gettext_lazy("Who applies it."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan what was asked for."""
        if options["problem"] is not None:
            self._plan_file(options)
        elif options["apply"] is not None:
            self._apply(options)
        else:
            found = of_calendar(_trains(options["train"]), Aim(options["aim"]), _effort(options), timezone.now())
            self.stdout.write("\n".join(found))

    def _apply(self, options: dict[str, Any]) -> None:
        if not options["by"]:
            raise CommandError(_("Say who applies it: --as EMAIL."), returncode=2)
        try:
            moved = applied(
                _trains(options["train"]), options["apply"], _effort(options), user_at(options["by"]), timezone.now
            )
        except Refused as refused:
            raise CommandError(refusal(refused)) from refused
        self.stdout.write("\n".join(moved))

    def _plan_file(self, options: dict[str, Any]) -> None:
        try:
            problem = read(_text(options["problem"]))
        except Unreadable as unreadable:
            self._refuse([fault(one) for one in unreadable.faults], as_json=options["json"])
        aim, effort = Aim(options["aim"]), _effort(options)
        outcome = planned(problem, [aim], effort)
        if options["json"]:
            told = answer(problem, outcome, aim, lambda one: clash(one, called_in(problem)))
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report(problem, outcome, aim)))

    def _refuse(self, sentences: list[str], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": sentences}, ensure_ascii=False))
        else:
            self.stderr.write("\n".join(sentences))
        raise SystemExit(2)


def _trains(slugs: list[str]) -> list[int]:
    found = dict(Train.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    for slug in slugs:
        if slug not in found:
            raise CommandError(_("There is no train %(slug)s.") % {"slug": slug}, returncode=2)
    return sorted(found.values())


def _text(named: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(_("%(path)s cannot be read.") % {"path": named}, returncode=2) from error
    except UnicodeDecodeError as error:
        raise CommandError(_("%(path)s is not UTF-8.") % {"path": named}, returncode=2) from error


def _effort(options: dict[str, Any]) -> Effort:
    if options["rounds"] is None:
        return Effort(seconds=options["seconds"], seed=options["seed"])
    return Effort(seconds=options["seconds"], seed=options["seed"], rounds=options["rounds"], workers=1)


def _seconds(said: str) -> float:
    found = float(said)
    if not 0 < found <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(_("seconds are more than 0 and at most a day"))
    return found


def _rounds(said: str) -> int:
    found = int(said)
    if found < 1:
        raise argparse.ArgumentTypeError(_("at least one round"))
    return found
