"""The mail server goes away, comes back, refuses, hangs: nothing is lost, and a repeat is known by its Message-ID."""

import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from releasetrain.boarding.actions import riding
from releasetrain.embedded.places import ROOT
from releasetrain.notices.models import Notice
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Message
from releasetrain.worker.telling import mails
from tests.factories import clock
from tests.support.live import address_of

FAR = timedelta(days=2)


class Sink:
    """A mail server on a port of its own that remembers what it took; ``answer``: what it says to a mail."""

    def __init__(self) -> None:
        self.took: list = []
        self.to = self.data = ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller: Controller | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.to:
            return self.to
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data
        self.took.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 taken"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for _to, mail in self.took]


@pytest.fixture
def sink(settings):
    server = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.stop()


def drain(later=timedelta(seconds=1)) -> None:
    while outbox.drain(clock=lambda: timezone.now() + later):
        if later >= timedelta(minutes=1):
            break


def move(cast, scene) -> None:
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_sent_arrives_once_the_server_is_back(cast, scene, sink):
    for slot in (2, 3, 2, 3):
        riding.move(release=scene.other.pk, slot=scene.slots[slot].pk, by=cast.cleo, clock=clock())
    drain()
    waiting = Message.objects.filter(event="mail.send", done_at=None)
    assert (waiting.count(), waiting.filter(unreached_since__isnull=False).exists()) == (8, True)

    sink.start()
    drain(later=timedelta(minutes=1))

    assert len(sink.took) == 8
    assert len(set(sink.ids)) == 8
    assert set(sink.ids) == {
        f"<{one}@127.0.0.1>" for one in Message.objects.filter(event="mail.send").values_list("pk", flat=True)
    }
    assert not Message.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_was_handed_over_before_the_worker_died_comes_again_with_its_id(cast, scene, sink, monkeypatch):
    sink.start()
    move(cast, scene)
    monkeypatch.setattr(mails.actions, "mark_mailed", die)
    with pytest.raises(Died):
        drain()
    assert len(sink.took) == 1
    monkeypatch.undo()

    drain(later=timedelta(minutes=5))

    repeated = [one for one in set(sink.ids) if sink.ids.count(one) == 2]
    assert (len(sink.took), len(set(sink.ids)), len(repeated)) == (3, 2, 1)
    assert Notice.objects.filter(mailed_at=None).count() == 0


class Died(BaseException):
    """The worker is gone: nothing after it is done."""


def die(*args, **kwargs):
    raise Died


KILLED = """
import os, signal, django
django.setup()
from django.conf import settings
from releasetrain.worker.telling import mails
mails.actions.mark_mailed = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
from django.utils import timezone
from releasetrain.outbox import actions as outbox
outbox.drain(clock=timezone.now)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_hand_over_and_mark_loses_and_renames_nothing(cast, scene, sink):
    from django.db import connection

    sink.start()
    move(cast, scene)
    time.sleep(0.01)
    known = {"DATABASE_URL": address_of(connection.settings_dict), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    known["EMAIL_URL"] = f"smtp+plain://127.0.0.1:{sink.port}"

    died = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env={**os.environ, **known}, check=False)

    assert (died.returncode, len(sink.took)) == (-9, 1)
    drain(later=timedelta(minutes=5))
    assert (len(sink.took), len(set(sink.ids))) == (3, 2)
    assert sink.ids.count(sink.ids[0]) == 2


@pytest.mark.django_db
def test_a_mailbox_that_does_not_exist_is_not_tried_again(cast, scene, sink):
    sink.to = "550 no such mailbox"
    sink.start()
    move(cast, scene)
    drain()

    dead = Message.objects.filter(event="mail.send", dead_at__isnull=False)
    assert dead.count() == 2
    assert "no such mailbox" in dead[0].last_error
    assert {one.attempts for one in dead} == {1}


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["450 greylisted, come back", "451 try later"])
def test_a_mailbox_that_says_later_is_tried_later(cast, scene, sink, answer):
    sink.to = answer
    sink.start()
    move(cast, scene)
    drain()
    assert Message.objects.filter(event="mail.send", dead_at=None, done_at=None).count() == 2

    sink.to = ""
    drain(later=timedelta(minutes=1))

    assert len(sink.took) == 2


@pytest.mark.django_db
def test_a_mail_refused_for_what_it_says_is_dead_and_the_next_leaves(cast, scene, sink):
    sink.data = "554 this looks like spam"
    sink.start()
    move(cast, scene)
    drain()
    assert Message.objects.filter(event="mail.send", dead_at__isnull=False).count() == 2

    sink.data = ""
    riding.move(release=scene.other.pk, slot=scene.slots[3].pk, by=cast.cleo, clock=clock())
    drain()

    assert len(sink.took) == 2


@pytest.mark.django_db
def test_a_server_that_never_answers_holds_nobody_longer_than_the_timeout(cast, scene, sink):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", sink.port))
        silent.listen()
        move(cast, scene)
        began = time.monotonic()
        drain()
        took = time.monotonic() - began

    assert took < 10
    assert Message.objects.filter(event="mail.send", done_at=None, dead_at=None).count() == 2
