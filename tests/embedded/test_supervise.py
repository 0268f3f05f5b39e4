"""`make run` as a whole: real processes, a folder and a port of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from releasetrain.embedded import children

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")

RUNS = re.compile(r"ready after [\d.]+ s: (http://\S+)")
OURS = ("DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "MAKEFLAGS")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder that one start has already prepared."""
    folder = tmp_path_factory.mktemp("supervised")
    for part in (folder, folder.parent, folder.parent.parent):
        part.chmod(0o755)
    first = Start(folder)
    first.wait_until_ready()
    first.end(signal.SIGINT)
    assert "Preparing the database" in first.said
    return folder


@pytest.fixture
def begin(data):
    """Start once more in that folder; whatever the test does, it has ended afterwards."""
    begun = []

    def start() -> Start:
        begun.append(Start(data))
        return begun[-1]

    yield start
    for one in begun:
        children.stop(one.process, signal.SIGTERM, patience=10)


class Start:
    """One run of the supervisor."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.said = ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        variables = {name: value for name, value in os.environ.items() if name not in OURS}
        variables |= {"RELEASETRAIN_DATA": str(data), "RELEASETRAIN_DEMO": "0", "PORT": port}
        command = [sys.executable, "-u", "-m", "releasetrain.embedded.supervisor"]
        self.process = children.start(command, variables=variables, log=subprocess.PIPE)

    def wait_until_ready(self) -> str:
        for line in map(bytes.decode, self.process.stdout):
            self.said += line
            if found := RUNS.search(line):
                return found[1]
        pytest.fail(f"it did not start:\n{self.said}")

    def rest(self) -> str:
        return self.process.stdout.read().decode()

    def end(self, number: signal.Signals) -> float:
        """Send ``number`` and return the seconds until the supervisor is gone."""
        sent = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - sent

    def left(self) -> list[str]:
        """Return the commands of all processes that have to do with this folder."""
        return [words for words, all_of_it in processes() if os.fsencode(self.data) in all_of_it]

    def wait_for_worker(self) -> None:
        wait_until(lambda: sum(b"celery" in words for words in self.left()) >= 2, seconds=10)


def processes():
    """Yield the command, and the command with the environment, of every process but this one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            variables = (folder / "environ").read_bytes()
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
        if words and int(folder.name) != os.getpid():
            yield words, words + variables


def wait_until(true, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_ctrl_c_stops_everything_within_five_seconds(begin):
    start = begin()
    start.wait_until_ready()
    start.wait_for_worker()

    seconds = start.end(signal.SIGINT)

    assert start.process.returncode == 0
    assert start.left() == []
    assert seconds < 5


def test_a_second_start_does_not_prepare_the_database_again(begin):
    start = begin()
    address = start.wait_until_ready()

    with urlopen(address, timeout=5) as page:
        status = page.status
    start.end(signal.SIGTERM)

    assert "Preparing" not in start.said
    assert status == 200


def test_after_a_kill_nothing_is_left_and_the_next_start_works_at_once(begin):
    killed = begin()
    killed.wait_until_ready()
    killed.end(signal.SIGKILL)

    following = begin()  # while the old servers are still ending
    following.wait_until_ready()
    following.end(signal.SIGKILL)

    assert wait_until(lambda: following.left() == [], seconds=8)


def test_a_web_process_that_falls_over_is_started_again(begin):
    start = begin()
    address = start.wait_until_ready()
    web = pid_of(start, b"uvicorn")

    os.kill(web, signal.SIGKILL)
    with urlopen(address, timeout=20) as page:  # visitors wait in line meanwhile
        status = page.status
    start.end(signal.SIGINT)

    assert status == 200
    assert "web ended with status -9; it is started again in 1 s." in start.rest()


def test_the_end_of_the_database_is_the_end_of_all(begin):
    start = begin()
    start.wait_until_ready()

    os.kill(pid_of(start, b"bin/postgres"), signal.SIGKILL)
    start.process.wait(20)

    assert "PostgreSQL ended; the last lines of" in start.rest()
    assert wait_until(lambda: start.left() == [], seconds=8)


def pid_of(start: Start, word: bytes) -> int:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == start.process.pid and word in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue
    raise LookupError(word)
