"""Raw SQL, as somebody in a shell would write it, judged as a commit judges."""

from typing import Any

from django.db import DatabaseError, connection, transaction

WALL = "no_standing_large_pair"


def commit(sql: str, *facts: Any) -> str | None:
    """Do ``sql`` and judge as a commit does; return the name of what refused it, or None if it passed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, facts)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as refused:
        return refused.__cause__.diag.constraint_name or refused.__cause__.sqlstate
    return None


def rows(sql: str, *facts: Any) -> list[tuple[Any, ...]]:
    """Return what ``sql`` finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall()
