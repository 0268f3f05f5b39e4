"""Event streams: an ASGI application of its own, because Django's keeps a database connection while it answers."""

import asyncio
import logging
import random
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error
from django.http import parse_cookie

from releasetrain.web.live.asking import Answer, ask
from releasetrain.web.live.hub import Hub, Listener
from releasetrain.web.live.listening import listen
from releasetrain.web.live.topics import MOST

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

BEAT = 15.0  # seconds between signs of life; a proxy cuts what is silent for a minute
LASTS = 600.0  # then whoever follows is asked again who they are
AT_MOST = 2000  # streams of one process; the others poll
COME_BACK_MS = 2000
SIGN_OF_LIFE = ":\n\n"
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}

log = logging.getLogger(__name__)


class Streams:
    """The streams of this process. What it needs of an event loop it makes at the first stream."""

    def __init__(self, hub: Hub | None = None, *, beat: float = BEAT, lasts: float = LASTS) -> None:
        self.hub = hub
        self.beat = beat
        self.lasts = lasts
        self.listening: asyncio.Task[None] | None = None
        self.threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with a stream of topics, or with a status alone."""
        hub = self.start()
        if scope["method"] != "GET":
            return await _refuse(send, 405)
        if hub.is_over or len(hub.listeners) >= AT_MOST:
            return await _refuse(send, 503)
        asked = _asked(scope)
        with suppress(TimeoutError):
            await asyncio.wait_for(hub.is_listening.wait(), 2)
        listener = hub.join(asked)  # before looking: what is committed meanwhile is told
        try:
            answer = await self._ask(scope, asked)
            if not isinstance(answer, Answer):
                return await _refuse(send, answer)
            hub.narrow(listener, answer.topics)
            if _seen(scope) != str(answer.stamp):
                hub.tell_one(listener)
            await self._stream(listener, answer.stamp, receive, send)
        finally:
            hub.leave(listener)

    def start(self) -> Hub:
        """Listen to the database and to the wish to stop, once."""
        if self.hub is None:
            self.hub = Hub()
        if self.listening is None:
            self.listening = asyncio.get_running_loop().create_task(listen(self.hub))
            _on_stop(self.hub.close)
        return self.hub

    async def _ask(self, scope: Scope, topics: list[str]) -> Answer | int:
        key = parse_cookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self.threads, ask, key, topics)
        except Error as failed:
            log.warning("nobody could be asked who follows: %s", type(failed).__name__)
            return 503
        return 401 if answer is None else answer

    async def _stream(self, listener: Listener, stamp: int, receive: Receive, send: Send) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        watching = asyncio.ensure_future(_until_gone(receive, listener))
        try:
            await _say(send, f"retry: {COME_BACK_MS}\nid: {stamp}\n{_event('open')}")
            await self._news(listener, send)
            await send({"type": "http.response.body", "body": b""})
        except OSError:  # gone in the middle of a sentence
            pass
        finally:
            watching.cancel()

    async def _news(self, listener: Listener, send: Send) -> None:
        clock = asyncio.get_running_loop().time
        end = clock() + self.lasts * random.uniform(0.9, 1.1)  # noqa: S311  not all at once
        while not listener.is_over and (left := end - clock()) > 0:
            told = await listener.news(within=min(self.beat, left))
            if not listener.is_over:
                await _say(send, _event("changed", " ".join(told)) if told else SIGN_OF_LIFE)


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _event(name: str, words: str = "") -> str:
    return f"event: {name}\ndata: {words}\n\n"


async def _say(send: Send, words: str) -> None:
    await send({"type": "http.response.body", "body": words.encode(), "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"cache-control", b"no-store"), (b"content-length", b"0"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _words(scope: Scope, name: str) -> str:
    with suppress(ValueError):
        return parse_qs(scope["query_string"][:4000].decode("latin-1"), max_num_fields=10).get(name, [""])[0]
    return ""


def _asked(scope: Scope) -> list[str]:
    return _words(scope, "topics").split()[:MOST]


def _seen(scope: Scope) -> str:
    """How much had changed when the page was made, or when the stream that this one follows was opened."""
    return _header(scope, b"last-event-id") or _words(scope, "since")


def _on_stop(end: Callable[[], None]) -> None:
    """Call ``end`` on this loop when the process is told to stop, before the server starts to wait for its answers."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def stop(number: int, frame: Any, before: Any = before) -> None:
            loop.call_soon_threadsafe(end)
            if callable(before):
                before(number, frame)

        signal.signal(number, stop)


streams = Streams()
