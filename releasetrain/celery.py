"""The Celery application: it is woken by the outbox and drains it; it is never the memory of work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "releasetrain.settings")

app = Celery("releasetrain")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["releasetrain.worker"])
