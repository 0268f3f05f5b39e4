"""Where a harm is played: a schema of its own, and three sessions: the change, the old service, and a bystander."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg

from releasetrain.domain.sql.parsing import parse

PATIENCE = "50ms"  # of the old service, before it says that it was kept waiting
SECONDS = 10  # in which every statement here must have got somewhere
GATE = 4711
# Who builds an index on slowly(id), or fills a view with it, stops while the gate is shut: so a large table is played
# by a small one. Only the change's session is slow; whoever else calls it passes.
SLOWLY = f"""
    CREATE FUNCTION public.slowly(given anyelement) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        IF current_setting('harm.slow', true) = 'yes' THEN PERFORM pg_advisory_xact_lock_shared({GATE}); END IF;
        RETURN given;
    END $$
"""
# Statements that PostgreSQL runs in no transaction of somebody else.
ALONE = re.compile(r"\b(INDEX|REINDEX TABLE) CONCURRENTLY|DETACH.*CONCURRENTLY|^\s*VACUUM", re.IGNORECASE | re.DOTALL)


class Scene:
    """The sessions, and what can be seen of the change's from beside."""

    def __init__(self, url: str) -> None:
        """Connect the three; everything of the change's session is slow where ``slowly`` is asked."""
        self.url = url
        self.change = _connect(url, lock_timeout="8s", harm_slow="yes")
        self.old = _connect(url, lock_timeout=PATIENCE)
        self.beside = _connect(url)
        self.touched_before = 0

    def close(self) -> None:
        """End the sessions, and with them whatever they hold."""
        for one in (self.beside, self.old, self.change):
            one.close()

    def reconnects(self) -> None:
        """Let the old service start anew, with whatever the database now tells every session."""
        self.old.close()
        self.old = psycopg.connect(self.url, autocommit=True)

    def does(self, script: str) -> Any:
        """Let the old service do something; return its rows, else how many it wrote. What it does, stays."""
        return _run(self.old, script)

    def tries(self, script: str) -> Any:
        """Let the old service do something that does not stay."""
        with self.old.transaction(force_rollback=True):
            return _run(self.old, script)

    def is_kept_waiting(self, script: str, patience: str = PATIENCE) -> bool:
        """Return whether the old service waits for a lock, longer than its patience, when it does this."""
        if patience != PATIENCE:
            self.old.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
        try:
            self.tries(script)
        except psycopg.errors.LockNotAvailable:
            return True
        return False

    def runs(self, script: str) -> None:
        """Run the change's script to its end, as a runner without a transaction of its own does."""
        for statement in statements(script.replace("this_database", self.change.info.dbname)):
            self.change.execute(statement)

    @contextmanager
    def under_way(self, script: str) -> Iterator[None]:
        """Hold the change where its locks are: in the open transaction, or, where it suffers none, while it works."""
        if ALONE.search(script):
            with self.shut_gate(), self.in_a_thread(script):
                yield
            return
        self.change.execute("BEGIN")
        self.touched_before += self.rows_touched()
        for statement in statements(script):
            if statement.upper().rstrip(";").strip() not in ("BEGIN", "COMMIT"):
                self.change.execute(statement)
        yield
        self.change.execute("COMMIT")
        self.touched_before = 0

    @contextmanager
    def shut_gate(self) -> Iterator[None]:
        """Let ``slowly`` stop whoever is slow."""
        self.beside.execute("SELECT pg_advisory_lock(%s)", [GATE])
        try:
            yield
        finally:
            self.beside.execute("SELECT pg_advisory_unlock_all()")

    @contextmanager
    def in_a_thread(self, script: str) -> Iterator[list[Exception]]:
        """Run the change until it ends or waits; what it raised is in the list once it ended."""
        raised: list[Exception] = []

        def run() -> None:
            try:
                self.runs(script)
            except psycopg.Error as error:
                raised.append(error)

        thread = Thread(target=run)
        thread.start()
        try:
            self._until(lambda: not thread.is_alive() or self.is_waiting())
            yield raised
        finally:
            self.beside.rollback()
            self.beside.execute("SELECT pg_advisory_unlock_all()")
            thread.join(SECONDS)
        assert not thread.is_alive(), "the change never ended"

    def is_waiting(self) -> bool:
        """Return whether the change waits for somebody."""
        asked = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
        return self.beside.execute(asked, [self.change.info.backend_pid]).fetchone() != (0,)

    def _until(self, happened: Any) -> None:
        until = time.monotonic() + SECONDS
        while not happened():
            assert time.monotonic() < until, "nothing happened"
            time.sleep(0.005)

    def locks(self, relation: str) -> set[str]:
        """Return the locks that the change has on a table or a view."""
        asked = "SELECT mode FROM pg_locks WHERE pid = %s AND relation = to_regclass(%s) AND granted"
        return {mode for (mode,) in self.beside.execute(asked, [self.change.info.backend_pid, relation])}

    def rows_touched(self) -> int:
        """Return how many rows the change has read one after the other, or written, in its open transaction."""
        asked = (
            "SELECT coalesce(sum(seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
        )
        # PostgreSQL counts from the last time that it handed its figures on, which is not each time.
        return int(self.change.execute(asked).fetchone()[0]) - self.touched_before

    def files(self) -> dict[str, int]:
        """Return the file of every table, as the change sees it: another one means that it was written anew."""
        asked = "SELECT oid::regclass::text, relfilenode FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = "
        return dict(self.change.execute(asked + "current_schema()::regnamespace").fetchall())


def statements(script: str) -> list[str]:
    """Cut a script into its statements."""
    return [one.sql for one in parse(script)]


def _run(connection: psycopg.Connection, script: str) -> Any:
    done = None
    for statement in statements(script):
        done = connection.execute(statement)
    if done is None or done.description is None:
        return done and done.rowcount
    return done.fetchall()


def _connect(url: str, *, lock_timeout: str = "0", harm_slow: str = "no") -> psycopg.Connection:
    settings = {"lock_timeout": lock_timeout, "harm.slow": harm_slow, "statement_timeout": f"{SECONDS}s"}
    said = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return psycopg.connect(url, autocommit=True, options=said)
