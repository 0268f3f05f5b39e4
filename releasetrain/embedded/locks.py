"""A lock on a server's folder that lives exactly as long as the server."""

import fcntl
import os
import time
from pathlib import Path


def hold(folder: Path, *, seconds: float = 10.0) -> int:
    """Return an open file whose lock no other start holds, or end the process with one sentence.

    The server inherits the file. After `kill -9` of its supervisor the kernel frees the lock when the last process
    of the server is gone, so the next start waits for precisely that, and whatever pid file it finds is stale.
    """
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise SystemExit(f"The server in {folder} is in use by another start; stop that one first.") from None
            time.sleep(0.05)
        else:
            return file
