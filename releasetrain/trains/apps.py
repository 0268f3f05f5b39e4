"""The calendar's row is there wherever the tables are."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db import connections
from django.db.models.signals import post_migrate


class TrainsConfig(AppConfig):
    """Makes sure of the calendar's row after every migration and after a test emptied the tables."""

    name = "releasetrain.trains"

    def ready(self) -> None:
        """Listen for migrations."""
        post_migrate.connect(_lay_calendar, sender=self)


def _lay_calendar(*, using: str, apps: Any = installed, **_: Any) -> None:  # a flush names no apps
    if "calendar" not in apps.all_models["trains"]:
        return  # migrated backwards, before there was one
    with connections[using].cursor() as cursor:
        cursor.execute("INSERT INTO trains_calendar (id, revision) VALUES (1, 0) ON CONFLICT DO NOTHING")
