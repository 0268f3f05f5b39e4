"""Who follows what in this process, and telling them; on the event loop only, so nothing here needs a lock.

What is to be told waits in a set of topics per listener: told twice it is told once, and a slow reader loses nothing.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterable

from releasetrain.web.live.topics import EVERYTHING

# Each who is told comes back and asks for its page: so many a second, the first at once, and when many wait so many.
A_SECOND, IN_A_CROWD = 40, 20


class Listener:
    """One open page."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self.pending: set[str] = set()
        self.woken = asyncio.Event()
        self.turn: asyncio.TimerHandle | None = None
        self.is_over = False

    async def news(self, *, within: float) -> list[str]:
        """Return the topics that changed as soon as it is this listener's turn, or none after ``within`` seconds."""
        try:
            async with asyncio.timeout(within):
                await self.woken.wait()
        except TimeoutError:
            return []
        self.woken.clear()
        told, self.pending = sorted(self.pending), set()
        return told

    def wake(self) -> None:
        """It is its turn."""
        self.turn = None
        self.woken.set()

    def end(self) -> None:
        """Let it stop listening, soon."""
        self.is_over = True
        self.woken.set()


class Hub:
    """All listeners of this process."""

    def __init__(self, *, a_second: float = A_SECOND) -> None:
        self.step = 1 / a_second
        self.following: dict[str, set[Listener]] = defaultdict(set)
        self.listeners: set[Listener] = set()
        self.is_listening = asyncio.Event()
        self.is_over = False
        self.free_at = 0.0

    def join(self, topics: Iterable[str]) -> Listener:
        """Return a listener that is told from now on."""
        listener = Listener(topics)
        self.listeners.add(listener)
        for topic in listener.topics:
            self.following[topic].add(listener)
        return listener

    def narrow(self, listener: Listener, topics: frozenset[str]) -> None:
        """Let it follow only these any more, and forget what it was about to hear of others."""
        for topic in listener.topics - topics:
            self._forget(topic, listener)
        listener.topics &= topics
        listener.pending &= topics

    def leave(self, listener: Listener) -> None:
        """Forget it."""
        if listener.turn:
            listener.turn.cancel()
        self.listeners.discard(listener)
        for topic in listener.topics:
            self._forget(topic, listener)

    def _forget(self, topic: str, listener: Listener) -> None:
        self.following[topic].discard(listener)
        if not self.following[topic]:
            del self.following[topic]

    def tell(self, topic: str) -> None:
        """Tell everybody who follows the topic, one after the other."""
        if topic == EVERYTHING:
            self.tell_all()
        elif topic in self.following:
            self._in_turn(list(self.following[topic]), {topic})

    def tell_all(self) -> None:
        """Tell everybody that everything they follow may have changed."""
        self._in_turn(list(self.listeners), None)

    def tell_one(self, listener: Listener) -> None:
        """The same for one."""
        self._in_turn([listener], None)

    def _in_turn(self, those: list[Listener], topics: set[str] | None) -> None:
        """Nobody is always the last; who already waits for a turn hears the rest then."""
        random.shuffle(those)
        for listener in those:
            listener.pending |= listener.topics if topics is None else topics
            if listener.turn is None and not listener.woken.is_set():
                listener.turn = self._turn(listener.wake)

    def _turn(self, wake: Callable[[], None]) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        now = loop.time()
        at = max(self.free_at, now)
        self.free_at = at + (self.step if at - now < 1 else 1 / IN_A_CROWD)
        return loop.call_at(at, wake)

    def close(self) -> None:
        """End all streams: the server is about to stop."""
        self.is_over = True
        for listener in self.listeners:
            listener.end()
