"""The first policy and questionnaire are there from the first migration on, and after a database was emptied."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.utils import timezone

from releasetrain.domain import policies
from releasetrain.reviews.defaults import SCALE


class ReviewsConfig(AppConfig):
    """The reviews."""

    name = "releasetrain.reviews"

    def ready(self) -> None:
        """Ask to be told when the tables are there."""
        post_migrate.connect(begin, sender=self)


def begin(*, using: str, apps: Any = installed, **_: Any) -> None:  # a flush names no apps
    """Write the defaults as version 1 unless there is a version."""
    if "policy" not in apps.all_models["reviews"]:
        return  # migrated backwards, before there was one
    from releasetrain.reviews.models import Policy, Questionnaire

    now = timezone.now()
    if not Policy.objects.using(using).exists():
        Policy.objects.using(using).create(rules=policies.as_json(policies.DEFAULT), made_at=now)
    if not Questionnaire.objects.using(using).exists():
        Questionnaire.objects.using(using).create(scale=SCALE, made_at=now)
