"""The stamp is another one after every commit that changes what pages show, in whatever order commits come."""

import psycopg
import pytest

from releasetrain.live import actions, queries
from releasetrain.live.models import Change
from releasetrain.web.live.listening import address
from tests.factories import create_initiative

ADD = "INSERT INTO releases_initiative (name) VALUES (%s)"


@pytest.fixture
def sessions(transactional_db):
    """Two people who write at once."""
    with psycopg.connect(**address()) as one, psycopg.connect(**address()) as other:
        yield one, other


def test_it_changes_with_a_change_and_stands_still_without(transactional_db):
    before = queries.stamp()

    create_initiative(name="One")

    assert queries.stamp() == queries.stamp() == before + 1


def test_who_began_first_and_commits_last_is_counted_too(sessions):
    early, late = sessions
    early.execute(ADD, ["early"])
    late.execute(ADD, ["late"])
    late.commit()
    between = queries.stamp()

    early.commit()

    assert queries.stamp() != between


def test_a_sequence_would_have_missed_it(sessions):
    """Why it is a sum of rows: the highest number is drawn first and stands still when an older one commits."""
    early, late = sessions
    early.execute(ADD, ["early"])
    late.execute(ADD, ["late"])
    late.commit()
    between = highest()

    early.commit()

    assert highest() == between


def highest() -> int:
    return Change.objects.latest("pk").pk


def test_a_transaction_counts_once_however_much_it_writes(sessions):
    before, (one, _) = queries.stamp(), sessions

    for number in range(5):
        one.execute(ADD, [f"number {number}"])
    one.commit()

    assert queries.stamp() == before + 1


def test_what_is_written_after_a_savepoint_was_taken_back_is_counted(sessions):
    before, (one, _) = queries.stamp(), sessions

    one.execute("SAVEPOINT here")
    one.execute(ADD, ["taken back"])
    one.execute("ROLLBACK TO here")
    one.execute(ADD, ["kept"])
    one.commit()

    assert queries.stamp() == before + 1


def test_folding_changes_nothing_and_loses_nobody_who_writes_meanwhile(sessions):
    create_initiative(name="One")
    before, (one, _) = queries.stamp(), sessions
    one.execute(ADD, ["meanwhile"])

    actions.fold()
    assert queries.stamp() == before
    one.commit()

    assert queries.stamp() == before + 1
