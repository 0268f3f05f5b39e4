"""Our own processes: started, tended, started again when they fall over."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from releasetrain.embedded import children

LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
STOP_WITHIN = 3.0


@dataclass(slots=True, kw_only=True)
class Program:
    """A command that is to run all the time."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str]
    keep: Sequence[int] = ()
    child: "subprocess.Popen[bytes] | None" = None
    falls: int = 0
    started: float = 0.0
    again_at: float | None = field(default=None)

    def start(self) -> None:
        self.child = children.start(self.command, variables=self.variables, keep=self.keep)
        self.started = time.monotonic()
        self.again_at = None

    def tend(self, now: float) -> None:
        """Start it again if it fell over, after a pause that doubles with every fall in a row."""
        if self.again_at is not None:
            if now >= self.again_at:
                self.start()
        elif self.child is not None and self.child.poll() is not None:
            self.falls = 1 if now - self.started > HEALTHY_AFTER else self.falls + 1
            pause = min(2.0 ** (self.falls - 1), LONGEST_PAUSE)
            print(f"{self.name} ended with status {self.child.returncode}; it is started again in {pause:.0f} s.")
            self.again_at = now + pause


def stop_all(programs: Sequence[Program]) -> None:
    """Ask all at once, then wait: the slowest decides how long it takes, not the sum."""
    running = [program.child for program in programs if program.child and program.child.poll() is None]
    for child in running:
        child.send_signal(signal.SIGTERM)
    end = time.monotonic() + STOP_WITHIN
    for child in running:
        children.wait_or_kill(child, patience=max(0.0, end - time.monotonic()))


def ours(variables: Mapping[str, str], *, listening: int) -> list[Program]:
    """Return web, worker and beat. ``listening`` is the open port: visitors wait in line while web restarts."""
    uvicorn = ["uvicorn", "releasetrain.asgi:application", f"--fd={listening}", "--lifespan=off", "--no-access-log"]
    uvicorn += ["--log-level=warning", "--no-server-header", "--no-proxy-headers", "--timeout-graceful-shutdown=1"]
    celery = ["celery", "--quiet", "--app=releasetrain.celery"]
    # One worker on one machine has nobody to gossip with; without these it starts a second sooner.
    # One process for each lane of work outside (imports, mails, digests, plans), and one always free for the inside.
    worker = [*celery, "worker", "--loglevel=WARNING", "--concurrency=5"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # The plain scheduler keeps no file that a kill could spoil.
    beat = [*celery, "beat", "--loglevel=WARNING", "--scheduler=celery.beat:Scheduler", "--pidfile="]
    quiet = {"PYTHONWARNINGS": "ignore::UserWarning:celery.platforms"} if os.getuid() == 0 else {}
    python = [sys.executable, "-m"]
    return [
        Program(
            name="web", command=python + uvicorn, variables={"RELEASETRAIN_POOL": "8", **variables}, keep=[listening]
        ),
        Program(name="worker", command=python + worker, variables={**variables, **quiet}),
        Program(name="beat", command=python + beat, variables=variables),
    ]
