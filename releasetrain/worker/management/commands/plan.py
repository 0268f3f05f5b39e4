"""`manage.py plan`: plans a problem from a file, for whoever wants to measure the planner (docs/planner-file.md)."""

import argparse
import json
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.planner.outside import answer, read
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.said import Unreadable
from releasetrain.domain.planner.values import Aim, Effort, Outcome
from releasetrain.planner_file_wording import fault
from releasetrain.planning_wording import clash
from releasetrain.worker.plan_report import called_in, report

AIMS = [aim.value for aim in Aim if aim is not Aim.REPAIR]
MOST_SECONDS = 86_400.0


class Command(BaseCommand):
    """Prints a plan, or why there is none; ends with 2 if the file cannot be read as a problem."""

    help = gettext_lazy("Plan a problem from a file of JSON; ends with 2 if there is something wrong with the file.")

    def add_arguments(self, parser: Any) -> None:
        """Say what is planned, and how hard to look."""
        parser.add_argument("--problem", required=True, metavar="FILE", help=gettext_lazy("The file; - for the input."))
        parser.add_argument(
            "--seconds", type=_seconds, default=30.0, help=gettext_lazy("How long to look at the most.")
        )
        parser.add_argument("--rounds", type=_rounds, help=gettext_lazy("Rounds of the search in place of seconds."))
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--aim", choices=AIMS, default=Aim.EARLIEST.value)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan, tell, and end accordingly."""
        try:
            problem = read(_text(options["problem"]))
        except Unreadable as unreadable:
            self._refuse([fault(one) for one in unreadable.faults], as_json=options["json"])
        aim, effort = Aim(options["aim"]), _effort(options)
        outcome = planned(problem, aim, effort)
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


def planned(problem: Problem, aim: Aim, effort: Effort) -> Outcome:
    """Return a plan; else why there is none, looked for once more with the time that was granted."""
    from releasetrain.domain.planner.engine import plan
    from releasetrain.domain.planner.explain import contradiction, obvious

    began = monotonic()
    if none := obvious(problem, seconds=effort.seconds):
        return Outcome(contradiction=none, seconds=monotonic() - began)
    found = plan(problem, [aim], effort)
    if found.plans or found.contradiction:
        return found
    none = contradiction(problem, seconds=effort.seconds)
    return Outcome(contradiction=none, seconds=monotonic() - began)


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
