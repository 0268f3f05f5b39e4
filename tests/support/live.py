"""The real web server, as people use it, on a test database. It goes with the run, also when that is killed."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg

from releasetrain.embedded import addresses, children

END_OTHER_SESSIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def address_of(settings: dict) -> str:
    """Return the URL of the database that Django's ``settings`` of a connection describe."""
    who = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else settings["USER"]
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{who}@/{settings['NAME']}?host={quote(settings['HOST'], safe='/')}{port}"


class LiveServer:
    """The web process of `make run` on a free port."""

    def __init__(self, database: str, log: Path) -> None:
        self.database = database
        self.log = log
        self.told = 0
        self.socket = addresses.listen(0)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.child = self.start(database)

    def start(self, database: str) -> "subprocess.Popen[bytes]":
        file = self.socket.fileno()
        words = [sys.executable, "-m", "uvicorn", "releasetrain.asgi:application", f"--fd={file}"]
        words += ["--lifespan=off", "--no-access-log", "--log-level=warning", "--timeout-graceful-shutdown=1"]
        variables = {
            **os.environ,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings"),
        }
        with self.log.open("ab") as log:
            child = children.start(words, log=log, keep=[file], variables=variables)
        self.socket.close()  # the server's now: without it nobody answers
        return child

    def news(self) -> str:
        """Return what the server logged since the last call."""
        text = self.log.read_text(errors="replace")
        self.told, start = len(text), self.told
        return text[start:]

    def stop(self) -> None:
        """End the server and its sessions: a database somebody is connected to cannot be dropped."""
        children.wait_or_kill(self.child, patience=0)
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(END_OTHER_SESSIONS)
