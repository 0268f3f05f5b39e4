"""Children that never outlive this process, whether it stops in order or is killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from releasetrain.embedded.accounts import Account
from releasetrain.embedded.places import ROOT

LINUX = sys.platform.startswith("linux")
LIBC = ctypes.CDLL(None) if LINUX else None
PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str | Path],
    *,
    dying: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    log: IO[bytes] | None = None,
    keep: Sequence[int] = (),
    variables: Mapping[str, str] | None = None,
    leashed: bool = not LINUX,
    remove: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start ``command`` in a session of its own, to get ``dying`` when this process is gone.

    Call it from the main thread: Linux counts the end of the starting *thread* as the parent's death.
    ``keep`` are open files the child inherits. ``leashed`` watches a pipe instead (`leash.py`), which can also
    ``remove`` a folder afterwards; it is the only way on macOS, where it has never been run.
    """
    words = [str(word) for word in command]
    if leashed:
        words, account = on_leash(words, account=account, keep=keep, remove=remove), None
    return subprocess.Popen(
        words,
        cwd="/" if account else ROOT,  # an account may be unable to enter ROOT
        env=variables,
        stdin=subprocess.PIPE if leashed else subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        pass_fds=tuple(keep),
        start_new_session=True,  # Ctrl-C in the terminal is for us: we decide the order of stopping
        preexec_fn=die_with(os.getpid(), dying) if LINUX else None,
        **(account.as_arguments() if account else {}),
    )


def on_leash(words: list[str], *, account: Account | None, keep: Sequence[int], remove: Path | None) -> list[str]:
    """Return the command that runs ``words`` on a leash; it drops to ``account`` itself."""
    leash = [sys.executable, "-m", "releasetrain.embedded.leash", *(f"--keep={file}" for file in keep)]
    if account:
        leash += [f"--uid={account.uid}", f"--gid={account.gid}"]
    if remove:
        leash += [f"--remove={remove}"]
    return [*leash, "--", *words]


def die_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program: Popen calls it after setuid, which would clear the wish."""

    def wish() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return wish


def stop(child: "subprocess.Popen[bytes] | None", number: signal.Signals, *, patience: float) -> None:
    """Ask ``child`` to stop; after ``patience`` seconds kill its whole session."""
    if child is not None and child.poll() is None:
        child.send_signal(number)
        wait_or_kill(child, patience=patience)


def wait_or_kill(child: "subprocess.Popen[bytes]", *, patience: float) -> None:
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_until(ready: Callable[[], bool], child: "subprocess.Popen[bytes]", *, seconds: float) -> bool:
    """Return whether ``ready()`` came true before ``child`` ended or ``seconds`` passed."""
    end = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.03)
    return False
