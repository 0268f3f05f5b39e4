"""ALTER TABLE ... ADD COLUMN: what it does to the rows that are there, and to code that does not know it."""

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.column_types import SERIAL, type_of
from releasetrain.domain.sql.parsing import Node, functions_in, relation
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.sql.words import CONSTRAINT, STEADY


def add_column(case: Case, table: str, command: Node) -> None:
    """Judge a new column of a table that exists."""
    column = getattr(command, "def").column_def
    name, parts = column.colname, [one.constraint for one in column.constraints]
    kinds = {CONSTRAINT[one.contype]: one for one in parts}
    facts = {"table": table, "column": name}
    if ("column", f"{table}.{name}") in case.known.dropped:
        case.find("name-reused", column, **facts)
    if type_of(column.type_name).name in SERIAL or "IDENTITY" in kinds:
        case.find_slow("auto-increment", table, column, column=name)
        return
    _generated(case, kinds, facts)
    default = _default(kinds)
    if "NOTNULL" in kinds and default is None and "GENERATED" not in kinds:
        case.find("required-column", kinds["NOTNULL"], **facts)
    if default is not None:
        _judge_default(case, default, facts)
    _inline(case, kinds, has_default=default is not None, facts=facts)
    _of_domain(case, column, facts)


def _of_domain(case: Case, column: Node, facts: dict[str, str]) -> None:
    """A domain that checks its values has every row written anew, so that it can."""
    if (kind := type_of(column.type_name).name) in case.known.checked_domains:
        case.find_slow("rewrites-table", facts["table"], column, what=f"ADD COLUMN {facts['column']} {kind}")


def _generated(case: Case, kinds: dict[str, Node], facts: dict[str, str]) -> None:
    made = kinds.get("GENERATED")
    if made is not None and made.generated_kind != "v":
        case.find_slow("stored-generated", facts["table"], made, column=facts["column"])
    elif made is not None and "NOTNULL" in kinds:
        case.find_slow("constraint-scans", facts["table"], made, name=facts["column"])


def _default(kinds: dict[str, Node]) -> Node | None:
    """The default, unless it is NULL, which is none."""
    said = kinds.get("DEFAULT")
    if said is None or said.raw_expr.a_const.isnull:
        return None
    if said.raw_expr.HasField("type_cast") and said.raw_expr.type_cast.arg.a_const.isnull:
        return None
    return said


def _judge_default(case: Case, default: Node, facts: dict[str, str]) -> None:
    unsteady = functions_in(default) - STEADY
    if unsteady:
        case.find_slow("volatile-default", facts["table"], default, column=facts["column"], function=min(unsteady))
    elif case.is_target(facts["table"], facts["column"]):
        severity = Severity.BLOCKS if fills_where_null(case, facts["column"]) else None
        case.find("default-on-target", default, severity, **facts)


def fills_where_null(case: Case, column: str) -> bool:
    """Return whether the change's backfill, as it is written, looks for rows where ``column`` is null."""
    wanted = f"{column.lower()} is null"
    return any(wanted in " ".join(script.sql.lower().split()) for script in case.subject.others)


def _inline(case: Case, kinds: dict[str, Node], *, has_default: bool, facts: dict[str, str]) -> None:
    """Constraints written at the column: a check is verified at once, UNIQUE builds its index, a reference is only
    looked up where there is a default (measured, 2 million rows: 82 ms, 522 ms, 0.7 ms)."""
    table = facts["table"]
    for kind in ("UNIQUE", "PRIMARY"):
        if kind in kinds:
            case.find_slow("unique-builds-index", table, kinds[kind], name=facts["column"])
    if "CHECK" in kinds:
        case.find_slow("constraint-scans", table, kinds["CHECK"], name=facts["column"])
    if "FOREIGN" in kinds:
        if has_default:
            case.find_slow("constraint-scans", table, kinds["FOREIGN"], name=facts["column"])
        case.locks(relation(kinds["FOREIGN"].pktable))
