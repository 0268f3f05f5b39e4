"""The database of a test run goes with the run."""

import subprocess
import sys
import time
from pathlib import Path

from releasetrain.embedded import places

STARTS = """
import sys
from tests.support import servers
servers.choose_ephemeral()
servers.start_ephemeral()
print(servers.chosen, flush=True)
sys.stdin.read()
"""


def commands() -> list[bytes]:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_bytes())
        except OSError:  # it ended meanwhile
            continue
    return found


def gone(folder: str) -> bool:
    return not Path(folder).exists() and not any(folder.encode() in words for words in commands())


def test_a_killed_run_leaves_neither_server_nor_files():
    run = subprocess.Popen(
        [sys.executable, "-c", STARTS], cwd=places.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = run.stdout.readline().strip()
    assert Path(folder).exists()

    run.kill()
    run.wait()

    end = time.monotonic() + 10
    while not gone(folder) and time.monotonic() < end:
        time.sleep(0.1)
    assert gone(folder)
