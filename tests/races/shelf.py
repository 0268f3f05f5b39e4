"""All rows of the calendar on a shelf, to begin every run of an exploration with the same ones."""

from django.db import connection

EVERY_TABLE = """SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                    AND tablename !~ '^(django|auth)_' AND tablename <> 'trains_calendar'"""


class Shelf:
    """Where all rows are kept, and put back past every trigger. The calendar's row stays as it is."""

    def __init__(self, name: str) -> None:
        self.name = name
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
            cursor.execute(EVERY_TABLE)
            tables = [table for (table,) in cursor.fetchall()]
            for table in tables:
                cursor.execute(f"CREATE TABLE {name}.{table} AS TABLE public.{table}")
            cursor.execute(_copying(f"{name}.keep", tables, there="public", here=name))
            cursor.execute(_copying(f"{name}.restore", tables, there=name, here="public"))

    def keep(self) -> None:
        """Keep all rows as they are now."""
        number(f"SELECT 1 FROM {self.name}.keep()")

    def restore(self) -> None:
        """Put them back."""
        number(f"SELECT 1 FROM {self.name}.restore()")

    def clear(self) -> None:
        """Let them go."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {self.name} CASCADE")


def _copying(function: str, tables: list[str], *, there: str, here: str) -> str:
    anew = " ".join(f"DELETE FROM {here}.{one}; INSERT INTO {here}.{one} TABLE {there}.{one};" for one in tables)
    settings = "SET session_replication_role = replica"
    return f"CREATE FUNCTION {function}() RETURNS void LANGUAGE plpgsql {settings} AS $$ BEGIN {anew} END $$"


def number(sql: str) -> int:
    """Return the one number that ``sql`` finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
