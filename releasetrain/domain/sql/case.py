"""One script under judgement: what was found so far, what is known, and what the transaction holds."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from releasetrain.domain.sql.known import Known
from releasetrain.domain.sql.parsing import Node, Statement
from releasetrain.domain.sql.registry import RULES
from releasetrain.domain.sql.values import Finding, Severity, Subject
from releasetrain.domain.stages import Stage

SMALL = 10_000  # rows: a scan of so few takes milliseconds
BIG = 1_000_000  # rows: whoever queues behind a lock here is somebody


def fields_of(said: str) -> frozenset[str]:
    """Return the fields that a subject names, parted by commas."""
    return frozenset(name.strip().strip('"') for name in said.split(",") if name.strip())


@dataclass(slots=True)
class Case:
    """What the rules read and add to.

    ``locked``: tables that the open transaction has locked so that others wait. ``limited``: the queries with a LIMIT
    that the statement around names in its WITH. ``target``: what the statement calls the table whose rows it changes.
    """

    subject: Subject
    known: Known
    findings: list[Finding] = field(default_factory=list)
    statement: Statement | None = None
    has_lock_timeout: bool = False
    begun: bool = False
    has_ended_one: bool = False
    locked: dict[str, int] = field(default_factory=dict)
    not_validated: set[str] = field(default_factory=set)
    batches: int = 0
    limited: frozenset[str] = frozenset()
    target: str = ""
    wants_lock_timeout: int | None = None
    old: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()

    @classmethod
    def of(cls, subject: Subject, known: Known) -> "Case":
        """Return a case in which nothing was found yet."""
        return cls(subject=subject, known=known, old=fields_of(subject.old), new=fields_of(subject.new))

    @property
    def stage(self) -> Stage | None:
        """The stage it is judged for."""
        return self.subject.stage

    @property
    def table(self) -> str:
        """The change's table as statements name it, empty where nobody said."""
        return self.subject.table.removeprefix("public.")

    @property
    def is_one_transaction(self) -> bool:
        """Whether what stands here shares a transaction with what stood before."""
        return self.begun or self.subject.in_transaction is True

    @property
    def may_be_one_transaction(self) -> bool:
        """Whether it does, or nobody said that the runner wraps no script."""
        return self.is_one_transaction or (self.subject.in_transaction is None and not self.has_ended_one)

    def is_of_the_change(self, table: str) -> bool:
        """Whether this is the table of the change, or nobody said which that is."""
        return not self.subject.table or _are_one(table, self.table)

    def is_target(self, table: str, column: str) -> bool:
        """Whether a column is one that the change adds to fill it."""
        return column in self.new and self.is_of_the_change(table)

    def is_small(self, table: str) -> bool:
        """Whether the table is known to be so small that reading or writing it takes no time."""
        rows = self.subject.rows
        return rows is not None and rows <= SMALL and bool(self.subject.table) and self.is_of_the_change(table)

    def find(self, rule: str, at: Node | int | None = None, severity: Severity | None = None, **facts: str) -> None:
        """Add what a rule says of the statement; ``at``: a node, or a location, where it says so."""
        statement = self.statement
        location = at if isinstance(at, int) else getattr(at, "location", None)
        assert statement is not None  # noqa: S101  rules speak of a statement
        place = statement.place(location or None)
        self.findings.append(
            Finding(
                rule=rule,
                severity=severity or RULES[rule].severity,
                statement=statement.index,
                line=place.line,
                column=place.column,
                mark=mark(rule, statement.canonical),
                facts=facts,
            )
        )

    def find_unreadable(self, statement: Statement) -> None:
        """Add that the parser could not read a statement, where it stopped."""
        place = statement.text.place(statement.error_at or statement.start)
        self.findings.append(
            Finding(
                rule="unreadable",
                severity=Severity.BLOCKS,
                statement=statement.index,
                line=place.line,
                column=place.column,
                mark=mark("unreadable", statement.canonical),
                facts={"why": statement.error},
            )
        )

    def find_slow(self, rule: str, table: str, at: Node | int | None = None, **facts: str) -> None:
        """Add what takes as long as the table is large: it only warns where that is known to be small."""
        severity = Severity.WARNS if self.is_small(table) else None
        self.find(rule, at, severity, table=table, **facts)

    def find_in_script(self, rule: str, severity: Severity | None = None, **facts: str) -> None:
        """Add what a rule says of the script as a whole."""
        said = ",".join(f"{name}={value}" for name, value in sorted(facts.items()))
        found = severity or RULES[rule].severity
        self.findings.append(Finding(rule=rule, severity=found, mark=mark(rule, said), facts=facts))

    def locks(self, table: str) -> None:
        """Note that the statement locks an existing table, so that others wait until the transaction ends."""
        if self.known.is_fresh(table) or self.statement is None:
            return
        self.locked.setdefault(table, self.statement.index)
        if self.wants_lock_timeout is None and not self.has_lock_timeout:
            self.wants_lock_timeout = self.statement.index

    def is_slow(self, table: str) -> None:
        """Note that the statement takes its time: whoever waits for a lock of the same transaction waits for it."""
        if self.locked and self.is_one_transaction:
            self.find("slow-under-lock", table=table, locked=next(iter(self.locked)))

    @contextmanager
    def one_transaction(self) -> Iterator[None]:
        """Judge what is one transaction, whoever runs it: a block of code, an ALTER TABLE of several commands."""
        if self.is_one_transaction:
            yield
            return
        locked, not_validated, batches = self.locked, self.not_validated, self.batches
        self.locked, self.not_validated, self.batches, self.begun = {}, set(), 0, True
        yield
        self.begun, self.batches = False, batches
        self.locked, self.not_validated = locked | self.locked, not_validated | self.not_validated

    def begins(self) -> None:
        """Note that a transaction begins: what stood before it, holds nothing."""
        if not self.is_one_transaction:
            self.locked.clear()
            self.not_validated.clear()
            self.batches = 0
        self.begun = True

    def ends(self) -> None:
        """Note that a transaction ended: its locks are gone."""
        self.begun, self.has_ended_one, self.batches = False, True, 0
        self.locked.clear()
        self.not_validated.clear()


def _are_one(a: str, b: str) -> bool:
    """Whether two names are of one table; one without a schema may be in any."""
    is_loose = "." not in a or "." not in b
    return a == b or (is_loose and a.rpartition(".")[2] == b.rpartition(".")[2])


def mark(rule: str, what: str) -> str:
    """Return what an acceptance rests on: a digest of the rule and of what it speaks of."""
    return hashlib.sha256(f"{rule}\n{what}".encode()).hexdigest()[:16]
