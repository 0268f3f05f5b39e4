"""``manage.py demo``: fill the database with the demo; once or twice makes no difference."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.demo.filling import fill
from releasetrain.teams import queries as teams


class Command(BaseCommand):
    """Fills the database with the demo."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.description = _("Fill the database with the demo, or say who can sign in.")
        parser.add_argument("--who", action="store_true", help=_("only say who can sign in with one click"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, and say what to do next."""
        if not settings.DEMO_MODE:
            raise CommandError(_("The demo's people sign in with one click: not in production mode."))
        if not options["who"]:
            fill(clock=timezone.now)
            self.stdout.write(_("The demo is there. The sign-in page lists its people."))
            return
        for person in teams.demo_cast():
            standings = [f"{one.team.code} {one.get_standing_display()}" for one in person.memberships.all()]
            roles = [str(one.get_role_display()) for one in person.roles.all()]
            self.stdout.write(f"{person.name:8} {person.email:24} {', '.join([*roles, *standings])}")
