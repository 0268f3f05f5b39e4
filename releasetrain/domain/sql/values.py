"""What the SQL review is asked, and what it answers: values only, no text for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from releasetrain.domain.stages import Stage


class Severity(StrEnum):
    """How a finding stands: ``blocks`` must be changed, ``warns`` may be accepted, ``clear`` praises."""

    BLOCKS = "blocks"
    WARNS = "warns"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says of one statement.

    ``statement``: its place in the script, from 0; -1: of the script as a whole. ``line``, ``column``: from 1, where in
    the script. ``mark``: what an acceptance rests on: a digest of rule and statement as the parser reads it, whatever
    its spacing, case and comments. ``facts``: the names that the sentence wants (``table``, ``column``, ``name``, ...).
    """

    rule: str
    severity: Severity
    statement: int = -1
    line: int = 1
    column: int = 1
    mark: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The SQL of one stage."""

    stage: Stage
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known around a script.

    ``stage`` None: nobody said; judged for an update that does not stop, whatever the stage. ``table``, ``old``,
    ``new``: the change's, empty where unknown; several fields are parted by commas. ``key``: the field by which batches
    go. ``rows``: of the table, None where unknown (then it may be large). ``in_transaction``: whether the runner wraps
    a script in one transaction, None where nobody said. ``history``: SQL that ran before the change, oldest first (a
    dump of the schema counts). ``others``: the scripts of the change's other stages. ``has_sync_trigger``: the database
    itself keeps old and new alike. ``batch_rows``: the widest batch that is let through without a word.
    """

    stage: Stage | None = None
    table: str = ""
    old: str = ""
    new: str = ""
    key: str = "id"
    rows: int | None = None
    in_transaction: bool | None = None
    history: tuple[str, ...] = ()
    others: tuple[Script, ...] = ()
    has_sync_trigger: bool = False
    batch_rows: int = 100_000
