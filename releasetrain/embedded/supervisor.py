"""`make run`: the servers, then ours, watched by one process and stopped in order.

Order: database and broker first, last to go. Whoever dies of our own is started again; without the database
nothing makes sense, so its end is the end of all.
"""

import os
import shutil
import signal
import sys
import time
from typing import NoReturn

from releasetrain import environment
from releasetrain.embedded import addresses, children, places, prepared, programs
from releasetrain.embedded.broker import Broker
from releasetrain.embedded.postgres import Postgres
from releasetrain.environment import Environment, refuse

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants us to end."""


class Supervisor:
    def __init__(self, wanted: Environment) -> None:
        self.wanted = wanted
        self.postgres: Postgres | None = None
        self.broker: Broker | None = None
        self.programs: list[programs.Program] = []
        self.database_url = wanted.database_url or places.database_url(wanted.data)
        self.broker_url = wanted.broker_url or places.broker_url(wanted.data)

    def start_servers(self) -> None:
        """Start the embedded servers for which no address was given; check those that were given."""
        wanted = self.wanted
        if wanted.database_url is None or wanted.broker_url is None:
            sockets = places.make_socket_folder(wanted.data)
        if wanted.database_url is None:
            self.postgres = Postgres(wanted.data / "postgres", sockets / "pg").start()
        else:
            prepared.check(wanted.database_url)
        if wanted.broker_url is None:
            self.broker = Broker(wanted.data / "broker", sockets / "broker").start()
        else:
            addresses.check_broker(wanted.broker_url)

    def prepare(self) -> None:
        """Bring the database up to date, unless its mark says it is."""
        if not self.wanted.is_production and prepared.is_prepared(self.database_url, self.wanted):
            return
        print("Preparing the database...", flush=True)
        command = [sys.executable, "-m", "releasetrain.embedded.prepare"]
        preparing = children.start(command, variables=self.variables())
        try:
            status = preparing.wait()
        finally:
            children.stop(preparing, signal.SIGTERM, patience=2)
        if status:
            refuse("The database could not be prepared; the lines above say why.")

    def variables(self) -> dict[str, str]:
        given = {"DATABASE_URL": self.database_url, "CELERY_BROKER_URL": self.broker_url}
        return {**os.environ, **given, "DJANGO_SETTINGS_MODULE": "releasetrain.settings"}

    def start_programs(self, listening: int, since: float) -> None:
        """Start web, and the two that nobody waits for once the first page is there."""
        self.programs = programs.ours(self.variables(), listening=listening)
        web, *others = self.programs
        web.start()
        host = self.wanted.allowed_hosts[0].replace("*", addresses.HOST).lstrip(".")
        answer = addresses.first_page(self.wanted.port, host=host, while_running=web.child)
        for program in others:
            program.start()
        tell(self.wanted, answer, since, prepared.who_can_sign_in(self.database_url) if not answer else [])

    def watch(self) -> NoReturn:
        while True:
            now = time.monotonic()
            for program in self.programs:
                program.tend(now)
            if self.postgres and self.postgres.child.poll() is not None:
                refuse(f"PostgreSQL ended; the last lines of {self.postgres.log}:\n{self.postgres.last_words()}")
            if self.broker and self.broker.child.poll() is not None:
                print("The broker ended; it is started again. No work is lost: the outbox has it.", flush=True)
                self.broker.start()
            time.sleep(0.3)

    def stop(self) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # we are at it already
        programs.stop_all(self.programs)
        # Before the servers end: they hold the lock a next start waits for, and it makes this folder anew.
        shutil.rmtree(places.socket_folder(self.wanted.data), ignore_errors=True)
        for server in (self.broker, self.postgres):
            if server:
                server.stop()


def tell(wanted: Environment, answer: str | None, since: float, cast: list[str]) -> None:
    """Print what a person needs now: the address, how to get in, how to stop."""
    seconds = time.time() - since
    if answer:
        print(f"Release Train runs after {seconds:.1f} s but is not well: {answer}.", flush=True)
        return
    print(f"Release Train is ready after {seconds:.1f} s: http://127.0.0.1:{wanted.port}/")
    if wanted.demo_data and cast:
        print(f"Sign in there with one click as {', '.join(cast)}.")
    elif not wanted.is_production:
        print("The sign-in page lets you in, or asks for the first account.")
    if wanted.database_url is None:
        print(f"The data is kept in {wanted.data}.")
    print("Ctrl-C stops everything.", flush=True)


def raise_stopped(*_: object) -> NoReturn:
    raise Stopped


def main(since: float) -> None:
    """Run everything until somebody stops it. ``since`` is when the person pressed enter."""
    for number in SIGNALS:
        signal.signal(number, raise_stopped)
    if children.LINUX and "MAKELEVEL" in os.environ:
        children.die_with(os.getppid(), signal.SIGTERM)()  # `make` killed: its one recipe ends as well
    supervisor = Supervisor(environment.read())
    try:
        listening = addresses.listen(supervisor.wanted.port)
        supervisor.start_servers()
        supervisor.prepare()
        supervisor.start_programs(listening.fileno(), since)
        supervisor.watch()
    except Stopped:
        print("\nStopping.", flush=True)
    finally:
        supervisor.stop()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else time.time())
