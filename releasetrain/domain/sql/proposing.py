# ruff: noqa: S608  it is shown and judged; nothing here runs it
"""Propose the SQL of all stages of a change of one field: what the review lets pass, with nothing to think of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from releasetrain.domain.errors import Refused
from releasetrain.domain.sql.parsing import Statement, functions_in, named, parse
from releasetrain.domain.sql.wishes import Wish
from releasetrain.domain.sql.words import VOLATILE
from releasetrain.domain.stages import Stage

TIMEOUT = "SET lock_timeout = '2s';"


def propose(wish: Wish) -> Mapping[Stage, str]:
    """Return the SQL of each stage; refuses what is no name, no type or no expression, at its field."""
    said = _checked(wish)
    return {
        Stage.EXPAND: _joined(_expand(said)),
        Stage.BACKFILL: _joined(_backfill(said)),
        Stage.RELAX: _joined(_relax(said)),
        Stage.DROP: _joined(_drop(said)),
    }


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _checked(wish: Wish) -> Wish:
    names: dict[str, Any] = {field: quoted(getattr(wish, field), field) for field in ("old", "new", "key")}
    table = ".".join(quoted(part, "table") for part in wish.table.split("."))
    if names["old"] == names["new"]:
        raise Refused("same-field", details={"field": "new"})
    expression = wish.expression.strip() or names["old"]
    _refuse_type(wish.type)
    _refuse_expression(expression)
    return replace(wish, table=table, type=wish.type.strip(), expression=expression, **names)


def quoted(name: str, field: str) -> str:
    """Return a name as SQL wants it: bare where that means the same, else in quotes."""
    bare = name.strip()
    if not bare or "\0" in bare:
        raise Refused("no-name", details={"field": field, "value": bare})
    if bare.startswith('"') and bare.endswith('"') and len(bare) > 2:  # more than the quotes
        return bare
    found = parse(f"ALTER TABLE t ADD COLUMN {bare} int")
    if len(found) == 1 and found[0].kind == "alter_table_stmt" and _column_of(found[0].node) == bare:
        return bare
    return '"' + bare.replace('"', '""') + '"'


def _column_of(node: object) -> str:
    columns = list(named(node, "ColumnDef"))
    return str(columns[0].colname) if len(columns) == 1 and not columns[0].constraints else ""


def _refuse_type(said: str) -> None:
    found = parse(f"SELECT NULL::{said.strip()}")
    cast = found[0].node.target_list[0].res_target.val if _is_one_value(found) else None
    if cast is None or not cast.HasField("type_cast"):
        raise Refused("no-type", details={"field": "type", "value": said})


def _refuse_expression(said: str) -> None:
    found = parse(f"SELECT ({said})")
    if not _is_one_value(found):
        raise Refused("no-expression", details={"field": "expression", "value": said})
    if unsteady := functions_in(found[0].node) & VOLATILE:
        raise Refused("unsteady-expression", details={"field": "expression", "value": min(unsteady)})


def _is_one_value(found: list[Statement]) -> bool:
    if len(found) != 1 or found[0].kind != "select_stmt":
        return False
    select = found[0].node
    parts = (select.from_clause, select.group_clause, select.values_lists)
    return len(select.target_list) == 1 and not any(parts) and select.op in (0, 1)


def _expand(said: Wish) -> list[str]:
    column = f"ALTER TABLE {said.table} ADD COLUMN {said.new} {said.type};"
    return [TIMEOUT, column, *(_trigger(said) if said.by_trigger else [])]


def _trigger(said: Wish) -> list[str]:
    """What keeps the new field while old code writes: at an insert without it, and when only the old one changes."""
    name = _name(said, "sync")
    value = f"(SELECT {said.expression} FROM (SELECT (NEW).*) AS written)"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$",
        "BEGIN",
        "  IF TG_OP = 'INSERT' THEN",
        f"    NEW.{said.new} := coalesce(NEW.{said.new}, {value});",
        f"  ELSIF NEW.{said.old} IS DISTINCT FROM OLD.{said.old}",
        f"    AND NEW.{said.new} IS NOT DISTINCT FROM OLD.{said.new} THEN",
        f"    NEW.{said.new} := {value};",
        "  END IF;",
        "  RETURN NEW;",
        "END $$;",
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {said.table} FOR EACH ROW EXECUTE FUNCTION {name}();",
    ]


def _backfill(said: Wish) -> list[str]:
    bounds = f"{said.key} > $1 AND {said.key} <= $2 AND {said.new} IS NULL"
    lines = [
        "-- One batch. The runner repeats it with the next range of keys and commits after each.",
        f"UPDATE {said.table} SET {said.new} = {said.expression} WHERE {bounds};",
    ]
    if said.is_required:
        check = f"CHECK ({said.new} IS NOT NULL) NOT VALID"
        lines += [
            "-- After the last batch.",
            TIMEOUT,
            f"ALTER TABLE {said.table} ADD CONSTRAINT {_name(said, 'filled')} {check};",
        ]
    if said.has_index:
        lines += ["-- Outside a transaction.", f"CREATE INDEX CONCURRENTLY ON {said.table} ({said.new});"]
    return lines


def _relax(said: Wish) -> list[str]:
    lines = []
    if said.is_required:
        lines.append(f"ALTER TABLE {said.table} VALIDATE CONSTRAINT {_name(said, 'filled')};")
    lines += [TIMEOUT, f"ALTER TABLE {said.table} ALTER COLUMN {said.old} DROP NOT NULL;"]
    if said.is_required:
        lines.append(f"ALTER TABLE {said.table} ALTER COLUMN {said.new} SET NOT NULL;")
    return lines


def _drop(said: Wish) -> list[str]:
    lines = [TIMEOUT]
    if said.by_trigger:
        name = _name(said, "sync")
        lines += [f"DROP TRIGGER {name} ON {said.table};", f"DROP FUNCTION {name}();"]
    if said.is_required:
        lines.append(f"ALTER TABLE {said.table} DROP CONSTRAINT {_name(said, 'filled')};")
    return [*lines, f"ALTER TABLE {said.table} DROP COLUMN {said.old};"]


def _name(said: Wish, what: str) -> str:
    """A name of its own for what belongs to the new field, within PostgreSQL's 63 bytes."""
    table = said.table.rpartition(".")[2].strip('"')
    return quoted(f"{table[:24]}_{said.new.strip(chr(34))[:24]}_{what}", "new")
