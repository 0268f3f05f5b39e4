"""A rule of the SQL review beside what PostgreSQL does: what it finds, the harm that is seen, and what spares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from releasetrain.domain.sql import Finding, Severity, Subject, judge
from releasetrain.domain.sql.registry import RULES
from releasetrain.domain.stages import Stage
from tests.sql_harm.scene import Scene

PATIENT = "SET lock_timeout = '2s';\n"  # what a script says first, so that no-lock-timeout does not speak of it, too

ORDERS = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint, amount integer NOT NULL, note varchar(20),
    status text NOT NULL DEFAULT 'new'
);
INSERT INTO customers SELECT id, 'customer ' || id FROM generate_series(1, 100) id;
INSERT INTO orders SELECT id, id % 100 + 1, id % 500 + 1, 'note ' || id FROM generate_series(1, 2000) id;
"""
READ = "SELECT amount, note FROM orders WHERE id = 7"
INSERT = "INSERT INTO orders (id, customer_id, amount, note) VALUES (9001, 7, 10, 'by old code')"
UPDATE = "UPDATE orders SET amount = 11 WHERE id = 7"
LAST = "UPDATE orders SET amount = 11 WHERE id = 2000"
DELETE = "DELETE FROM orders WHERE id = 7"


class Proof(Protocol):
    """How a harm shows."""

    def see(self, scene: Scene, script: str) -> None:
        """Run the script and see the harm, else fail."""

    def see_spared(self, scene: Scene, script: str) -> None:
        """Run the script and see that the harm is not there, else fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A statement that a rule blocks or warns of, and the remedy that its words name.

    ``case``: which of the rule's statements. ``tables``: what is there before, which is also the history that is
    known. ``beside``: rules that rightly speak of ``bad``, too. ``known``: more of the subject; ``remedy_known``: what
    of it is different for the remedy. ``severity``: how the rule stands here. ``may_warn``: what the remedy may be
    warned of.
    """

    rule: str
    case: str
    bad: str
    shows: Proof
    remedy: str
    tables: str = ORDERS
    known: Mapping[str, Any] = field(default_factory=dict)
    remedy_known: Mapping[str, Any] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    may_warn: frozenset[str] = frozenset()
    severity: Severity | None = None

    def __str__(self) -> str:
        """Name it in the list of tests."""
        return f"{self.rule}: {self.case}"

    def found(self) -> tuple[Finding, ...]:
        """Return what the review says of the statement."""
        return self._judge(self.bad, {})

    def found_in_remedy(self) -> tuple[Finding, ...]:
        """Return what the review says of the remedy."""
        return self._judge(self.remedy, self.remedy_known)

    def expected_severity(self) -> Severity:
        """Return how the rule stands here."""
        return self.severity or RULES[self.rule].severity

    def _judge(self, script: str, other: Mapping[str, Any]) -> tuple[Finding, ...]:
        known = {"history": (self.tables,), "in_transaction": False, **self.known, **other}
        return judge(script if self.rule == "no-lock-timeout" else PATIENT + script, Subject(**known))


EXPAND = {"stage": Stage.EXPAND}
BACKFILL = {"stage": Stage.BACKFILL}
RELAX = {"stage": Stage.RELAX}
DROP = {"stage": Stage.DROP}
