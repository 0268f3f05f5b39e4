"""How a harm shows: who waits, who queues, what another answer is, what fails."""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

import psycopg
import pytest
from psycopg.types.enum import EnumInfo, register_enum

from tests.sql_harm.scene import ALONE, PATIENCE, Scene, statements

LONG = 500  # of the 2,000 rows: whoever touches so many takes the longer the larger the table is


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutsOut:
    """The old service waits for a lock as long as the change works on many rows.

    ``mode``: the lock on ``on``. ``waits``, ``goes_on``: what the old service then cannot do, and what it still can.
    ``rewrites``: whether the table is written anew. ``is_long``: whether the statement itself takes its time; a lock
    that is asked for by name lasts as long as the transaction does.
    """

    mode: str
    waits: tuple[str, ...]
    goes_on: tuple[str, ...] = ()
    on: str = "orders"
    rewrites: bool = False
    is_long: bool = True

    def see(self, scene: Scene, script: str) -> None:
        """See the lock, who waits and who does not, and that it lasts as long as the table is large."""
        for one in (*self.waits, *self.goes_on):
            assert not scene.is_kept_waiting(one), f"waits already before: {one}"
        files = scene.files()
        with scene.under_way(script):
            assert self.mode in scene.locks(self.on)
            assert [one for one in self.waits if not scene.is_kept_waiting(one)] == []
            assert [one for one in self.goes_on if scene.is_kept_waiting(one)] == []
            if not ALONE.search(script):
                assert (scene.files().get(self.on) != files.get(self.on)) is self.rewrites
                assert not self.is_long or self.rewrites or scene.rows_touched() >= LONG
            else:
                assert scene.is_waiting(), "it was not stopped while it works"

    def see_spared(self, scene: Scene, script: str) -> None:
        """See that no step both keeps the old service waiting and works on many rows."""
        for step in steps(script):
            files = scene.files()
            with scene.under_way(step):
                kept = [one for one in self.waits if scene.is_kept_waiting(one)]
                assert not (kept and self._is_long(scene, step, files)), f"{kept} waits for {step}"
        assert [one for one in self.waits if scene.is_kept_waiting(one)] == []

    def _is_long(self, scene: Scene, step: str, files: dict[str, int]) -> bool:
        if not self.is_long:
            return True
        if ALONE.search(step):
            return scene.is_waiting()
        after = scene.files()
        return any(after.get(name) not in (None, file) for name, file in files.items()) or scene.rows_touched() >= LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The change waits for a reader, and whoever comes later waits behind the change."""

    reader: str = "SELECT count(*) FROM orders"
    behind: str = "SELECT amount FROM orders WHERE id = 7"

    def see(self, scene: Scene, script: str) -> None:
        """See the queue, and that it is gone with the reader."""
        assert self._is_kept_behind(scene, script, PATIENCE)
        assert not scene.is_kept_waiting(self.behind)

    def see_spared(self, scene: Scene, script: str) -> None:
        """See that nobody queues behind the change, whether it waits or has given up."""
        assert not self._is_kept_behind(scene, script, "2s")

    def _is_kept_behind(self, scene: Scene, script: str, patience: str) -> bool:
        scene.beside.execute("BEGIN")
        scene.beside.execute(self.reader)
        with scene.in_a_thread(script) as raised:
            kept = scene.is_kept_waiting(self.behind, patience)
            waits = scene.is_waiting()
            scene.beside.execute("COMMIT")
        assert waits or isinstance(raised[0], psycopg.errors.LockNotAvailable), "the reader stood in nobody's way"
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Code gets another answer than it was written for: an error, or wrong rows.

    ``asks``: what runs once the change is done, ``well``: what it must get, ``harm``: what it gets. ``before``: it got
    that before the change, too: it is old code. ``then``, ``then_well``: what code of that time asks instead, and must
    get, where the remedy is to wait until old code is gone. ``anew``: it asks in a new session.
    """

    asks: str
    harm: Any
    well: Any
    before: bool = True
    then: str = ""
    then_well: Any = None
    anew: bool = False

    def see(self, scene: Scene, script: str) -> None:
        """See the right answer before the change, and the wrong one after it."""
        if self.before:
            assert scene.tries(self.asks) == self.well
        scene.runs(script)
        if self.anew:
            scene.reconnects()
        if isinstance(self.harm, type):
            with pytest.raises(self.harm):
                scene.does(self.asks)
        else:
            assert scene.does(self.asks) == self.harm

    def see_spared(self, scene: Scene, script: str) -> None:
        """See the right answer after the change."""
        scene.runs(script)
        if self.anew:
            scene.reconnects()
        assert scene.does(self.then or self.asks) == (self.well if self.then_well is None else self.then_well)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fails:
    """The change itself fails."""

    error: type[Exception]

    def see(self, scene: Scene, script: str) -> None:
        """See the error."""
        with pytest.raises(self.error):
            scene.runs(script)

    def see_spared(self, scene: Scene, script: str) -> None:
        """See it done."""
        scene.runs(script)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsVacuumBack:
    """While the change works, no dead row can be taken away, whoever left it."""

    def see(self, scene: Scene, script: str) -> None:
        """See dead rows stay, as long as the table is large."""
        with scene.under_way(script):
            assert scene.rows_touched() >= LONG
            assert self._left_after_vacuum(scene) >= LONG
        assert self._left_after_vacuum(scene) == 0

    def see_spared(self, scene: Scene, script: str) -> None:
        """See dead rows go between two steps, none of which takes as long as the table is large."""
        for step in steps(script):
            with scene.under_way(step):
                assert scene.rows_touched() < LONG
            assert self._left_after_vacuum(scene) == 0

    def _left_after_vacuum(self, scene: Scene) -> int:
        """Return how many of the rows that old code leaves dead are still there after a VACUUM."""
        scene.does("UPDATE orders SET amount = amount + 1 WHERE id <= 1000")
        scene.does("VACUUM orders")
        return scene.does("SELECT pg_stat_get_dead_tuples('orders'::regclass)")[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decodes:
    """Old code knows the labels of an enumeration, and meets another one.

    ``labels``: those that old code knows; ``written``: what new code does as soon as it can; ``asks``: what old code
    reads.
    """

    kind: str
    labels: tuple[str, ...]
    written: str
    asks: str

    def see(self, scene: Scene, script: str) -> None:
        """See that old code cannot read its row."""
        self._old_code_learns_the_labels(scene)
        scene.runs(script)
        scene.runs(self.written)
        with pytest.raises(psycopg.DataError):
            scene.does(self.asks)

    def see_spared(self, scene: Scene, script: str) -> None:
        """See that it can."""
        self._old_code_learns_the_labels(scene)
        scene.runs(script)
        with suppress(psycopg.DataError):  # new code cannot write it where old code reads
            scene.runs(self.written)
        scene.does(self.asks)

    def _old_code_learns_the_labels(self, scene: Scene) -> None:
        known = EnumInfo.fetch(scene.old, self.kind)
        assert known is not None
        assert tuple(known.labels) == self.labels
        register_enum(known, scene.old, Enum("Labels", self.labels))


def steps(script: str) -> list[str]:
    """Return the transactions of a script: what stands between BEGIN and COMMIT is one, anything else for itself."""
    found: list[str] = []
    is_open = False
    for statement in statements(script):
        said = statement.upper().strip().rstrip(";")
        if said in ("BEGIN", "COMMIT"):
            is_open = said == "BEGIN"
            found += [""] if is_open else []
        elif is_open:
            found[-1] += f"{statement};\n"
        else:
            found.append(statement)
    return found
