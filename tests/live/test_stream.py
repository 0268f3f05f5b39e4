"""Event streams of the real server: who may open one, what is said on it, and what it costs the database."""

import asyncio
import signal
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from releasetrain.embedded import children
from releasetrain.live.queries import stamp
from releasetrain.releases.models import Release
from releasetrain.web.live.listening import CALLED, address
from tests.factories import create_initiative, create_train
from tests.riding import create_release, slot_on
from tests.support.live import LiveServer, address_of
from tests.support.streams import follow, run, until

MANY = 200


@pytest.fixture
def slot(cast):
    return slot_on(create_train(default_of=[cast.pay]), day=0)


@pytest.fixture
def fresh(transactional_db, tmp_path):
    """A server of this test's own, which it may stop and whose connections it may count."""
    server = LiveServer(address_of(connection.settings_dict), tmp_path / "server.log")
    yield server
    children.wait_or_kill(server.child, patience=0)  # its sessions go with it; ours stays


def session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


async def write(words: str, *facts: object) -> None:
    """Commit something while others listen."""

    def commit():
        with connection.cursor() as cursor:
            cursor.execute(words, facts)
        connection.close()

    await asyncio.to_thread(commit)


def connections(called: str = "%") -> int:
    """How many sessions the database has, but for ours."""
    with psycopg.connect(**address()) as asks:
        found = asks.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND application_name LIKE %s",
            [called],
        )
        return found.fetchone()[0]


def test_who_follows_is_told_of_a_commit_with_its_topics_and_nothing_else(live, cast, slot):
    async def story():
        board = await follow(live, session=session, topics=f"train:{slot.train_id} setup", since=now)
        other = await follow(live, session=session, topics="train:999999", since=now)
        await write("UPDATE trains_slot SET capacity = 3")
        await until(lambda: board.heard)
        await asyncio.sleep(0.2)
        for one in (board, other):
            await one.close()
        return board, other

    session, now = session_of(cast.ada), str(stamp())
    board, other = run(story)
    assert [words for _, words in board.heard] == [f"train:{slot.train_id}"]
    assert other.heard == []
    assert board.headers["content-type"].startswith("text/event-stream")
    assert (board.headers["cache-control"], board.headers["x-accel-buffering"]) == ("no-store", "no")
    assert "retry: 2000" in board.text
    assert board.ids == [now]


@pytest.mark.parametrize("session", ["", "nonsense", "0" * 32])
def test_nobody_signed_in_is_refused_without_a_word(live, session):
    async def story():
        return await follow(live, session=session, topics="setup")

    refused = run(story)
    assert (refused.status, refused.headers["content-length"]) == (401, "0")


def test_who_was_deactivated_and_whose_session_ended_are_refused(live, cast):
    async def story():
        return [(await follow(live, session=one, topics="setup")).status for one in sessions]

    sessions = [session_of(cast.ada), session_of(cast.ben)]
    cast.ada.is_active = False
    cast.ada.save()
    SessionStore(sessions[1]).delete()

    assert run(story) == [401, 401]


def test_a_strangers_draft_is_silently_not_told(live, cast):
    async def story():
        streams = [await follow(live, session=one, topics=f"release:{draft.pk}", since=now) for one in sessions]
        await write("UPDATE releases_release SET title = 'Secret'")
        await until(lambda: streams[0].heard)
        await asyncio.sleep(0.2)
        for one in streams:
            await one.close()
        return [[words for _, words in one.heard] for one in streams]

    draft = create_release(team=cast.pay, submitted=False)
    sessions, now = [session_of(cast.ben), session_of(cast.dov)], str(stamp())
    assert run(story) == [[f"release:{draft.pk}"], []]
    assert Release.objects.get().title == "Secret"


@pytest.mark.parametrize("by_id", [False, True])
def test_who_comes_with_an_old_page_is_told_at_once(live, cast, by_id):
    async def story():
        old, new = str(before), str(stamp_now)
        said = {"since": new, "last_id": old} if by_id else {"since": old}
        late = await follow(live, session=session, topics="setup", **said)
        current = await follow(live, session=session, topics="setup", since=new)
        await until(lambda: late.heard)
        await asyncio.sleep(0.1)
        for one in (late, current):
            await one.close()
        return [words for _, words in late.heard], current.heard

    session, before = session_of(cast.ada), stamp()
    create_initiative()
    stamp_now = stamp()
    assert run(story) == (["setup"], [])


def test_many_open_boards_cost_the_database_one_connection(fresh, cast, slot):
    async def story():
        boards = await asyncio.gather(
            *(follow(fresh.url, session=session, topics=f"train:{slot.train_id}", since=now) for _ in range(MANY))
        )
        counted = await asyncio.to_thread(connections), await asyncio.to_thread(connections, CALLED)
        await write("UPDATE trains_slot SET capacity = 3")
        await until(lambda: all(one.heard for one in boards), within=20)
        after = await asyncio.to_thread(connections), await asyncio.to_thread(connections, CALLED)
        for one in boards:
            await one.close()
        return [one.status for one in boards], counted, after

    session, now = session_of(cast.ada), str(stamp())
    before = connections(), connections(CALLED)
    statuses, *counted = run(story)
    more = [(all_ - before[0], listening - before[1]) for all_, listening in counted]
    print(f"{MANY} streams: {more[0][0]} connections more, of which {more[0][1]} listens")
    assert statuses == [200] * MANY
    assert more == [(1, 1), (1, 1)]


def test_when_the_listening_connection_is_lost_everybody_is_told_and_it_comes_back(live, cast, slot):
    async def story():
        board = await follow(live, session=session, topics=f"train:{slot.train_id}", since=now)
        await write("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", CALLED)
        await until(lambda: board.heard)
        first = len(board.heard)
        await write("UPDATE trains_slot SET capacity = 3")
        await until(lambda: len(board.heard) > first)
        await board.close()

    session, now = session_of(cast.ada), str(stamp())
    run(story)


def test_a_server_that_stops_ends_its_streams_at_once_and_without_a_complaint(fresh, cast, slot):
    async def story():
        boards = [await follow(fresh.url, session=session, topics="setup", since=now) for _ in range(20)]
        started = time.monotonic()
        fresh.child.send_signal(signal.SIGTERM)
        await until(lambda: all(one.is_over for one in boards))
        await asyncio.to_thread(fresh.child.wait, 10)
        return time.monotonic() - started

    session, now = session_of(cast.ada), str(stamp())
    took = run(story)
    assert took < 1, f"{took:.2f} s"
    assert "Cancel" not in fresh.news()


def test_a_method_that_changes_things_is_refused(live, cast):
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{live}/events", data=b"x", method="POST"), timeout=5)

    assert refused.value.code == 405
