"""Measure what a newcomer waits for: `python3 scripts/bench_start.py`. Standard library only.

A copy of the tracked files in an empty folder, with package caches of its own, is started twice; the product's
own line with the seconds is printed for each, then how long Ctrl-C took.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNTIL_ALL_RUN = 5.0  # worker and beat start after the first page; stopping them takes longest
READY = re.compile(r"ready after ([\d.]+) s")


def copy_of_the_checkout(target: Path) -> None:
    """Fill ``target`` with the files a clone would have, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


def start_once(folder: Path, caches: Path) -> tuple[str, float]:
    """Start the copy, stop it with Ctrl-C, and return its own seconds and those of stopping."""
    variables = {
        **os.environ,
        "PORT": str(free_port()),
        "XDG_CACHE_HOME": str(caches),
        "PIP_CACHE_DIR": str(caches / "pip"),
    }
    variables["UV_CACHE_DIR"] = str(caches / "uv")
    command = [sys.executable, "scripts/bootstrap.py", "run"]
    running = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True)
    told = []
    for line in running.stdout:
        told.append(line)
        if found := READY.search(line):
            break
    else:
        sys.exit("The copy did not start:\n" + "".join(told))
    time.sleep(UNTIL_ALL_RUN)
    pressed = time.monotonic()
    running.send_signal(signal.SIGINT)
    running.communicate()
    return found[1], time.monotonic() - pressed


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="releasetrain-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        copy_of_the_checkout(place / "copy")
        for which in ("first start, empty package cache", "second start"):
            seconds, stopping = start_once(place / "copy", place / "caches")
            print(f"{which}: {seconds} s to the first page, {stopping:.1f} s to stop", flush=True)


if __name__ == "__main__":
    main()
