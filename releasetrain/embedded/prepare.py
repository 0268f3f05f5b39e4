"""Bring a database up to date and, the first time, fill it with the demo: one process, one start of Django."""

import os

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from releasetrain.embedded import places, prepared


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "releasetrain.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)
    if settings.DEMO_DATA and not get_user_model().objects.exists():
        call_command("demo")
    environment = settings.ENVIRONMENT
    prepared.write_mark(environment.database_url or places.database_url(environment.data), environment)


if __name__ == "__main__":
    main()
