"""A database for the harms of each worker, and a schema in it for each test."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.sql_harm.scene import SLOWLY, Scene

# What a session of the old service is given, and what a harm may change.
DEFAULTS = sql.SQL("ALTER DATABASE {} SET search_path = play, public")


@pytest.fixture(scope="session")
def harmed() -> Iterator[str]:
    """The address of a database that may be harmed."""
    url = os.environ["DATABASE_URL"]
    name = f"sql_harm_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        address = make_conninfo(url, dbname=name)
        with psycopg.connect(address, autocommit=True) as fresh:
            fresh.execute(SLOWLY)
            fresh.execute(DEFAULTS.format(sql.Identifier(name)))
        yield address
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def play(harmed: str) -> Iterator[Callable[[str], Scene]]:
    """Set a scene with the tables that a script makes, and strike it afterwards."""
    scenes: list[Scene] = []
    with psycopg.connect(harmed, autocommit=True) as hand:

        def set_up(tables: str) -> Scene:
            hand.execute(f"CREATE SCHEMA play; {tables}")
            scenes.append(Scene(harmed))
            return scenes[0]

        yield set_up
        for one in scenes:
            one.close()
        hand.execute("SET client_min_messages = error; DROP SCHEMA play CASCADE")
        hand.execute(DEFAULTS.format(sql.Identifier(hand.info.dbname)))
