"""The whole product as processes of their own: broker, web, two workers, two beats, and a mail server to lose."""

import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller

from releasetrain.embedded import addresses, children, places
from releasetrain.embedded.broker import Broker

CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app=releasetrain.celery"]
WORKER = ["worker", "--loglevel=WARNING", "--concurrency=4", "--without-gossip", "--without-mingle"]
BEAT = ["beat", "--loglevel=WARNING", "--scheduler=celery.beat:Scheduler", "--pidfile="]


class Sink:
    """A mail server that remembers the Message-ID of every mail it took."""

    def __init__(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.took: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.back()

    async def handle_DATA(self, server, session, envelope) -> str:
        head = envelope.content.decode().split("\r\n\r\n")[0]
        self.took += [line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("Message-ID: ")]
        return "250 taken"

    @property
    def url(self) -> str:
        """Its address for the product."""
        return f"smtp+plain://127.0.0.1:{self.port}"

    def away(self) -> None:
        """Stop listening."""
        self.controller.stop()

    def back(self) -> None:
        """Listen, at the same place as before."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()


@dataclass(kw_only=True)
class One:
    """One process that can be killed and started again."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str]
    log: Path
    keep: Sequence[int] = ()
    child: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.child = children.start(self.command, log=log, keep=self.keep, variables=self.variables)

    def kill(self) -> None:
        """Kill it and all its children, with no chance to say goodbye."""
        kill_group(self.child)


def kill_group(child: "subprocess.Popen[bytes]") -> None:
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@dataclass(kw_only=True)
class Plant:
    """Everything on one database; a context that leaves nothing running."""

    database: str
    log: Path
    mail: str = ""  # through whom mails leave; nowhere unless said
    early: bool = False
    broker_url: str = ""  # somebody else's, in place of our own broker
    variables: dict[str, str] = field(init=False)
    parts: dict[str, One] = field(default_factory=dict)

    def __enter__(self) -> "Plant":
        self.folder = places.SOCKETS / f"releasetrain-kill-{secrets.token_hex(4)}"
        self.folder.mkdir()
        self.folder.chmod(0o711)
        self.broker = Broker(self.folder / "broker", self.folder / "line")
        (self.folder / "line").mkdir()
        url = self.broker_url or f"redis+socket://{self.broker.socket}?virtual_host=0"
        given = {"DATABASE_URL": self.database, "CELERY_BROKER_URL": url, "EMAIL_URL": self.mail}
        mine = {"DJANGO_SETTINGS_MODULE": "tests.kill.settings", "KILL_EARLY": str(int(self.early))}
        self.variables = {**os.environ, **given, **mine, "RELEASETRAIN_POOL": "0"}
        return self

    def start(self, *, workers: int = 2, beats: int = 2) -> "Plant":
        """Start the broker, web, so many workers and beats, and wait until web answers."""
        if not self.broker_url:
            self.broker.start()
        self._start_web()
        for number in range(1, workers + 1):
            self._start(f"worker {number}", [*CELERY, *WORKER, "-n", f"w{number}@%h"])
        for number in range(1, beats + 1):
            self._start(f"beat {number}", [*CELERY, *BEAT])
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if addresses.get(self.port, "/healthz", "127.0.0.1")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text()[-4000:])

    def _start_web(self) -> None:
        listening = addresses.listen(0)
        self.port, file = listening.getsockname()[1], listening.fileno()
        words = ["uvicorn", "releasetrain.asgi:application", f"--fd={file}", "--lifespan=off", "--no-access-log"]
        pool = {**self.variables, "RELEASETRAIN_POOL": "8"}
        self._start("web", [sys.executable, "-m", *words, "--log-level=warning"], variables=pool, keep=[file])
        listening.close()

    def _start(self, name: str, command: Sequence[str], **more: object) -> None:
        variables = {**self.variables, "PGAPPNAME": name}  # so that PostgreSQL can say which of them holds a lock
        self.parts[name] = One(name=name, command=command, log=self.log, **{"variables": variables, **more})
        self.parts[name].start()

    def kill(self, name: str) -> None:
        """Kill a part with -9."""
        kill_group(self.broker.child) if name == "broker" else self.parts[name].kill()

    def start_again(self, name: str) -> None:
        """Start a part that was killed."""
        self.broker.start() if name == "broker" else self.parts[name].start()

    def tend(self) -> None:
        """Start again what ended by itself, as the supervisor of `make run` does, and say so."""
        for one in self.parts.values():
            if one.child.poll() is not None:
                print(f"  {one.name} had ended with status {one.child.returncode}")
                one.start()

    def __exit__(self, *_: object) -> None:
        for one in self.parts.values():
            if one.child is not None and one.child.poll() is None:
                one.kill()
        if self.broker.child is not None and self.broker.child.poll() is None:
            kill_group(self.broker.child)
        shutil.rmtree(self.folder, ignore_errors=True)
