"""Whether a database already has all migrations, told by a mark in the database itself.

The mark is the comment on Django's own table of migrations: it goes along with a dump, and an emptied database
has none. Comparing it takes milliseconds, asking Django takes seconds.
"""

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from releasetrain.embedded.places import ROOT
from releasetrain.environment import Environment, refuse

OLDEST = 15


def check(url: str) -> None:
    """Return if the database at ``url`` can be used, else end the process with one sentence."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            server = connection.info.server_version // 10000
    except psycopg.Error as failure:
        refuse(f"The database of DATABASE_URL cannot be reached: {first_line(failure)}.")
    if server < OLDEST:
        refuse(f"The database of DATABASE_URL is PostgreSQL {server}; {OLDEST} is the oldest that will do.")


def first_line(failure: Exception) -> str:
    return (str(failure).strip().splitlines() or ["no answer"])[0].rstrip(".")


def is_prepared(url: str, environment: Environment) -> bool:
    """Return whether the mark is the one today's files would leave."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return False
        found = connection.execute("SELECT obj_description('django_migrations'::regclass)").fetchone()
        return found == (mark(count(connection), environment),)


def who_can_sign_in(url: str) -> list[str]:
    """Return the names of the demo's people, whom one click lets in; asked without starting Django."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        known = connection.execute(
            "SELECT name FROM teams_user WHERE is_active AND email LIKE '%@demo.example' ORDER BY id LIMIT 30"
        )
        return [name for (name,) in known]


def write_mark(url: str, environment: Environment) -> None:
    with psycopg.connect(url, connect_timeout=5) as connection:
        text = sql.Literal(mark(count(connection), environment))
        connection.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(text))


def count(connection: psycopg.Connection) -> int:
    return connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0]


def mark(applied: int, environment: Environment) -> str:
    """Return the text for ``applied`` migrations of today's files, with or without demo data."""
    return f"releasetrain {fingerprint(ROOT)} {applied} demo={int(environment.demo_data)}"


def fingerprint(root: Path) -> str:
    """Return a hash of all that decides what `migrate` does: our migrations and the versions of the others'."""
    digest = hashlib.sha256()
    for file in [root / "requirements.txt", *sorted(root.glob("releasetrain/*/migrations/*.*"))]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
