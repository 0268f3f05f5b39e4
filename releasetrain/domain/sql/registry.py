"""Every rule of the review: its code, how it stands as a rule, and what kind of harm it keeps off."""

from dataclasses import dataclass
from enum import StrEnum

from releasetrain.domain.sql.values import Severity

BLOCKS, WARNS, CLEAR = Severity.BLOCKS, Severity.WARNS, Severity.CLEAR


class Harm(StrEnum):
    """What would happen."""

    UNKNOWN = "unknown"  # nobody can say what the statement does
    LOCKS = "locks"  # others wait
    BREAKS = "breaks"  # running old code fails or reads what is wrong
    LOSES = "loses"  # data are lost, or silently not moved
    FAILS = "fails"  # the statement itself fails
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SqlRule:
    """A rule. ``severity``: as it usually stands; some stand lower where the table is small, or higher."""

    code: str
    severity: Severity
    harm: Harm


_LISTED = (
    # what cannot be judged
    SqlRule("unreadable", BLOCKS, Harm.UNKNOWN),
    SqlRule("unlisted", BLOCKS, Harm.UNKNOWN),
    SqlRule("opaque-code", BLOCKS, Harm.UNKNOWN),
    SqlRule("too-slow", BLOCKS, Harm.UNKNOWN),
    SqlRule("too-long", BLOCKS, Harm.UNKNOWN),
    SqlRule("parser-died", BLOCKS, Harm.UNKNOWN),
    # adding a column
    SqlRule("required-column", BLOCKS, Harm.BREAKS),
    SqlRule("volatile-default", BLOCKS, Harm.LOCKS),
    SqlRule("stored-generated", BLOCKS, Harm.LOCKS),
    SqlRule("auto-increment", BLOCKS, Harm.LOCKS),
    SqlRule("default-on-target", WARNS, Harm.LOSES),
    SqlRule("name-reused", BLOCKS, Harm.BREAKS),
    # constraints
    SqlRule("constraint-scans", BLOCKS, Harm.LOCKS),
    SqlRule("unique-builds-index", BLOCKS, Harm.LOCKS),
    SqlRule("check-binds-old-writers", BLOCKS, Harm.BREAKS),
    SqlRule("validate-before-data", BLOCKS, Harm.FAILS),
    SqlRule("validate-in-same-transaction", BLOCKS, Harm.LOCKS),
    SqlRule("constraint-altered", WARNS, Harm.BREAKS),
    SqlRule("set-not-null-scans", BLOCKS, Harm.LOCKS),
    # changing a column or a table
    SqlRule("type-change-rewrites", BLOCKS, Harm.LOCKS),
    SqlRule("type-change-unknown", WARNS, Harm.LOCKS),
    SqlRule("rewrites-table", BLOCKS, Harm.LOCKS),
    SqlRule("readers-meet-null", WARNS, Harm.BREAKS),
    SqlRule("drops-default", WARNS, Harm.BREAKS),
    SqlRule("disables-trigger", BLOCKS, Harm.LOSES),
    SqlRule("enables-trigger", WARNS, Harm.BREAKS),
    SqlRule("row-security", WARNS, Harm.BREAKS),
    SqlRule("changes-rights", WARNS, Harm.BREAKS),
    SqlRule("partition-locks", BLOCKS, Harm.LOCKS),
    SqlRule("inheritance", WARNS, Harm.BREAKS),
    SqlRule("no-lock-timeout", WARNS, Harm.LOCKS),
    # indexes
    SqlRule("index-not-concurrent", BLOCKS, Harm.LOCKS),
    SqlRule("drop-index-not-concurrent", BLOCKS, Harm.LOCKS),
    SqlRule("concurrently-in-transaction", BLOCKS, Harm.FAILS),
    SqlRule("index-before-data", WARNS, Harm.LOCKS),
    # taking away
    SqlRule("drops-column", BLOCKS, Harm.BREAKS),
    SqlRule("drops-table", BLOCKS, Harm.BREAKS),
    SqlRule("drops-object", BLOCKS, Harm.BREAKS),
    SqlRule("drops-undeclared", BLOCKS, Harm.LOSES),
    SqlRule("drops-new-field", BLOCKS, Harm.LOSES),
    SqlRule("cascade", BLOCKS, Harm.LOSES),
    SqlRule("renames", BLOCKS, Harm.BREAKS),
    SqlRule("rename-in-disguise", BLOCKS, Harm.LOSES),
    # moving data
    SqlRule("data-in-wrong-stage", BLOCKS, Harm.LOCKS),
    SqlRule("changes-every-row", BLOCKS, Harm.LOCKS),
    SqlRule("unbounded-batch", BLOCKS, Harm.LOCKS),
    SqlRule("wide-batch", WARNS, Harm.LOCKS),
    SqlRule("not-idempotent", WARNS, Harm.LOSES),
    SqlRule("writes-old-field", BLOCKS, Harm.LOSES),
    SqlRule("misses-new-field", WARNS, Harm.LOSES),
    SqlRule("joins-in-batch", WARNS, Harm.LOCKS),
    SqlRule("volatile-in-batch", WARNS, Harm.LOSES),
    SqlRule("copies-rows", BLOCKS, Harm.LOCKS),
    SqlRule("writes-catalogue", BLOCKS, Harm.BREAKS),
    SqlRule("truncates", BLOCKS, Harm.LOSES),
    SqlRule("batches-in-one-transaction", BLOCKS, Harm.LOCKS),
    SqlRule("slow-under-lock", BLOCKS, Harm.LOCKS),
    # locks asked for by name
    SqlRule("locks-table", BLOCKS, Harm.LOCKS),
    SqlRule("rewrites-under-lock", BLOCKS, Harm.LOCKS),
    SqlRule("refresh-blocks-readers", BLOCKS, Harm.LOCKS),
    # code in the database
    SqlRule("replaces-code", WARNS, Harm.BREAKS),
    SqlRule("trigger-writes-elsewhere", WARNS, Harm.BREAKS),
    SqlRule("trigger-refuses", WARNS, Harm.BREAKS),
    SqlRule("trigger-unread", WARNS, Harm.UNKNOWN),
    SqlRule("enum-value-added", WARNS, Harm.BREAKS),
    SqlRule("type-changed", BLOCKS, Harm.BREAKS),
    SqlRule("setting-for-everybody", WARNS, Harm.BREAKS),
    # stages
    SqlRule("wrong-stage", BLOCKS, Harm.BREAKS),
    SqlRule("mixes-stages", WARNS, Harm.BREAKS),
    SqlRule("new-field-not-added", BLOCKS, Harm.FAILS),
    SqlRule("never-filled", BLOCKS, Harm.LOSES),
    SqlRule("old-not-relaxed", WARNS, Harm.BREAKS),
    # praise
    SqlRule("bounded-batch", CLEAR, Harm.NONE),
    SqlRule("watched-by-gate", CLEAR, Harm.NONE),
)
RULES = {rule.code: rule for rule in _LISTED}
