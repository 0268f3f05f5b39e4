"""Event streams of the real server, read by many at once, as browsers do."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

T = TypeVar("T")

ENDLESS = 1 << 20


def run(story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a story on an event loop and in a thread of its own: a browser's test keeps one in the main thread."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(story())).result()


@dataclass(slots=True)
class Stream:
    """One open page. ``heard``: when which topics were told; ``status``: of the answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[float, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    text: str = ""
    is_over: bool = False
    writer: asyncio.StreamWriter | None = None
    reading: "asyncio.Task[None] | None" = None

    async def close(self) -> None:
        """Go away, as a closed tab does."""
        if self.reading:
            self.reading.cancel()
        if self.writer:
            self.writer.close()


async def follow(url: str, *, session: str = "", topics: str = "", since: str = "", last_id: str = "") -> Stream:
    """Open a stream and return it when its first words are there, or when it was refused."""
    where, stream = urlsplit(url), Stream()
    reader, stream.writer = await asyncio.open_connection(where.hostname, where.port, limit=ENDLESS)
    query = urlencode({"topics": topics, "since": since})
    lines = [f"GET /events?{query} HTTP/1.1", f"Host: {where.netloc}", "Accept: text/event-stream"]
    lines += [f"Cookie: sessionid={session}"] if session else []
    lines += [f"Last-Event-ID: {last_id}"] if last_id else []
    stream.writer.write("\r\n".join([*lines, "", ""]).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    stream.status = int(head[0].split()[1])
    stream.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    if stream.status == 200:
        stream.reading = asyncio.ensure_future(_read(reader, stream))
        await until(lambda: "event: open" in stream.text)
    return stream


async def _read(reader: asyncio.StreamReader, stream: Stream) -> None:
    event = ""
    while line := await reader.readline():
        words = line.decode().strip()
        stream.text += words + "\n"
        if words.startswith("event: "):
            event = words.removeprefix("event: ")
        if words.startswith("id: "):
            stream.ids.append(words.removeprefix("id: "))
        if words.startswith("data: ") and event == "changed":
            stream.heard.append((time.monotonic(), words.removeprefix("data: ")))
        if words == "0":  # the last chunk
            break
    stream.is_over = True


async def until(done, *, within: float = 10) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not done():
            await asyncio.sleep(0.005)
