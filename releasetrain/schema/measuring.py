"""The query that measures a table: one SELECT for psql, which answers one JSON value to be pasted here."""

from pathlib import Path

MEASURE = Path(__file__).with_name("measure.sql").read_text(encoding="utf-8")


def query_for(table: str) -> str:
    """Return the query for a table as people call it, with its schema or without."""
    quoted = table.replace("'", "''")
    return MEASURE.replace("{table}", f"'{quoted}'")
