"""`manage.py verify_calendar`: is the calendar whole? For every night, and after a restore."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding.verifying import Finding, findings

SENTENCES: Mapping[str, Promise] = {
    "large-pair": gettext_lazy("RT-%(a)s and RT-%(b)s may not ride so, and nobody has waived it: %(rule)s."),
    "large-pair-happened": gettext_lazy(
        "RT-%(a)s and RT-%(b)s came together because a departure took longer: %(rule)s. Nobody planned it."
    ),
    "stands": gettext_lazy("RT-%(release)s has a conflict that nobody has waived: %(rule)s."),
    "twins-differ": gettext_lazy(
        "The rules and the database's wall differ on RT-%(a)s and RT-%(b)s: %(rule)s (found by the wall: %(by_wall)s)."
    ),
    "gates-differ": gettext_lazy("RT-%(release)s: its gates are stored as %(stored)s, and judged as %(judged)s."),
    "sql-unjudged": gettext_lazy("RT-%(release)s: the SQL of “%(change)s”, %(stage)s, is not judged yet."),
    "sql-stale": gettext_lazy(
        "RT-%(release)s: the SQL of “%(change)s”, %(stage)s, was judged by other rules or facts than there are."
    ),
    "no-place": gettext_lazy("RT-%(release)s is submitted, and neither rides nor asks."),
    "two-places": gettext_lazy("RT-%(release)s both rides and asks."),
    "draft-rides": gettext_lazy("RT-%(release)s is a draft, and rides."),
    "draft-asks": gettext_lazy("RT-%(release)s is a draft, and asks."),
    "taken-back-rides": gettext_lazy("RT-%(release)s was withdrawn or rolled back, and rides."),
    "taken-back-asks": gettext_lazy("RT-%(release)s was withdrawn or rolled back, and asks."),
    "trigger-missing": gettext_lazy("The table %(table)s has lost its trigger %(trigger)s."),
    "trigger-off": gettext_lazy("The trigger %(trigger)s of the table %(table)s is switched off."),
    "calendar-missing": gettext_lazy("The calendar's row is missing: nobody can change anything."),
}


def sentence(finding: Finding) -> str:
    """Return the finding in words."""
    return str(SENTENCES[finding.code]) % finding.facts


class Command(BaseCommand):
    """Prints each finding; ends with 1 if something is found that must never be."""

    help = gettext_lazy("Judge the whole calendar and what guards it; ends with 1 if something is broken.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, tell, and end accordingly."""
        found = findings(now=timezone.now())
        for finding in found:
            self.stdout.write(sentence(finding))
        if any(finding.is_broken for finding in found):
            raise SystemExit(1)
        self.stdout.write(_("The calendar is whole."))
