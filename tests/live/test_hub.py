"""Who is told: everybody who follows the topic, one after the other, once however often it was told."""

import asyncio
import time

from releasetrain.web.live.hub import Hub
from tests.support.streams import run

SOON = 0.2


def test_a_follower_is_told_at_once_and_nobody_else():
    async def story():
        hub = Hub()
        mine, other = hub.join(["train:1", "setup"]), hub.join(["train:2"])
        hub.tell("train:1")
        return await mine.news(within=SOON), await other.news(within=SOON)

    assert run(story) == (["train:1"], [])


def test_told_twice_before_it_listens_it_hears_it_once():
    async def story():
        hub = Hub()
        slow = hub.join(["train:1", "large"])
        for _ in range(1000):
            hub.tell("train:1")
            hub.tell("large")
        return await slow.news(within=SOON), await slow.news(within=SOON), len(slow.pending)

    assert run(story) == (["large", "train:1"], [], 0)


def test_what_is_told_while_a_slow_reader_is_busy_is_told_next():
    async def story():
        hub = Hub()
        slow = hub.join(["train:1"])
        hub.tell("train:1")
        first = await slow.news(within=SOON)
        hub.tell("train:1")
        await asyncio.sleep(SOON)
        return first, await slow.news(within=SOON)

    assert run(story) == (["train:1"], ["train:1"])


def test_many_are_told_one_after_the_other_and_all_of_them():
    async def story():
        hub, started = Hub(a_second=200), time.monotonic()
        crowd = [hub.join(["train:1"]) for _ in range(100)]

        async def heard(one):
            return await one.news(within=5), time.monotonic() - started

        hub.tell("train:1")
        return await asyncio.gather(*map(heard, crowd))

    told = run(story)
    assert all(news == ["train:1"] for news, _ in told)
    assert min(at for _, at in told) < 0.1
    assert max(at for _, at in told) >= 99 / 200


def test_forty_are_told_within_a_second_and_two_hundred_within_ten():
    async def story():
        hub, now = Hub(), asyncio.get_running_loop().time()
        crowd = [hub.join(["train:1"]) for _ in range(200)]
        hub.tell("train:1")
        turns = sorted(one.turn.when() - now for one in crowd)
        return turns[0], turns[39], turns[199]

    first, fortieth, last = run(story)
    assert first < 0.1
    assert fortieth < 1.1
    assert 8 < last < 10


def test_a_second_change_does_not_hurry_those_who_wait_for_their_turn():
    async def story():
        hub = Hub(a_second=100)
        crowd = [hub.join(["train:1", "large"]) for _ in range(20)]
        hub.tell("train:1")
        turns = {one: one.turn.when() for one in crowd}
        hub.tell("large")
        return all(one.turn.when() == turns[one] for one in crowd), all(
            one.pending == {"train:1", "large"} for one in crowd
        )

    assert run(story) == (True, True)


def test_a_change_of_everything_is_told_to_all_in_their_own_words():
    async def story():
        hub = Hub()
        one, other = hub.join(["train:1"]), hub.join(["slot:7", "setup"])
        hub.tell("all")
        return await one.news(within=SOON), await other.news(within=SOON)

    assert run(story) == (["train:1"], ["setup", "slot:7"])


def test_what_somebody_may_not_follow_is_not_told_even_if_it_came_meanwhile():
    async def story():
        hub = Hub()
        curious = hub.join(["release:1", "train:1"])
        hub.tell("release:1")
        hub.narrow(curious, frozenset(["train:1"]))
        await curious.news(within=SOON)
        hub.tell("release:1")
        return await curious.news(within=SOON), "release:1" in hub.following

    assert run(story) == ([], False)


def test_who_left_is_forgotten():
    async def story():
        hub = Hub()
        gone = hub.join(["train:1"])
        hub.tell("train:1")
        hub.leave(gone)
        return hub.listeners, dict(hub.following)

    assert run(story) == (set(), {})


def test_when_the_server_stops_everybody_is_sent_home():
    async def story():
        hub = Hub()
        one = hub.join(["train:1"])
        hub.close()
        started = time.monotonic()
        await one.news(within=5)
        return one.is_over, time.monotonic() - started < 1

    assert run(story) == (True, True)
