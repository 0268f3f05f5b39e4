"""A worker that is killed at a plan: the next one starts it anew, and nothing of the first try is left."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from releasetrain.embedded.places import ROOT
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Message
from releasetrain.planning.actions import ask
from releasetrain.planning.models import PlanRun
from releasetrain.worker import handlers
from tests.factories import NOW, clock, create_cast, create_train
from tests.planning.engines import FakeEngine
from tests.riding import aboard, slot_on
from tests.support.live import address_of

DIES = """
import os, signal, django
django.setup()
from django.utils import timezone
from releasetrain.outbox import actions as outbox
from releasetrain.worker import handlers
from tests.planning.engines import FakeEngine
handlers.Solver = lambda: FakeEngine(meanwhile=lambda: os.kill(os.getpid(), signal.SIGKILL))
outbox.drain_lane("plan.asked", clock=timezone.now)
"""


@pytest.fixture
def run(transactional_db):
    cast = create_cast()
    aboard(slot_on(create_train(), day=3), team=cast.pay)
    return ask(kind=PlanRun.Kind.PLAN, by=cast.cleo, clock=clock())


def test_the_next_worker_does_it(run, monkeypatch):
    here = {"DATABASE_URL": address_of(connection.settings_dict), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    died = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIES],
        cwd=ROOT,
        env={**os.environ, **here},
        capture_output=True,
        check=False,
    )
    run.refresh_from_db()
    assert (died.returncode, run.state, run.tries) == (-9, PlanRun.State.RUNNING, 1)
    assert run.progress["value"] == 7
    monkeypatch.setattr(handlers, "Solver", FakeEngine)

    outbox.drain_lane("plan.asked", clock=timezone.now)  # puts back what the dead one had claimed
    outbox.drain_lane("plan.asked", clock=lambda: timezone.now() + timedelta(minutes=1))

    run.refresh_from_db()
    assert (run.state, run.tries, run.proposals.count()) == (PlanRun.State.DONE, 2, 3)
    assert Message.objects.get(event="plan.asked").done_at is not None
    assert run.asked_at == NOW
