"""The Celery application: it is woken by the outbox and drains it; it is never the memory of work."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "releasetrain.settings")

app = Celery("releasetrain")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["releasetrain.worker"])


@setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Let workers and beats log as the settings say; whoever answers this signal keeps Celery from its own way."""
