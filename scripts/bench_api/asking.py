"""Ask a server from some connections at once, and say how it did."""

import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

CONNECTIONS = 4
Asked = tuple[str, str, Any]  # method, path, body


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Requests a second, and the time that 95 of 100 stay under, in milliseconds."""

    rate: float
    p95: float
    wrong: int


def load(port: int, secret: str, asked: Callable[[int], Iterator[Asked]], *, seconds: float) -> Figures:
    """Ask for so long; ``asked`` gives each connection its own endless requests."""
    times: list[float] = []
    wrong = itertools.count()
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_ask, args=(port, secret, asked(n), began + seconds, times, wrong))
        for n in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    p95 = statistics.quantiles(times, n=20)[-1] * 1000 if len(times) > 20 else 0.0
    return Figures(rate=len(times) / took, p95=p95, wrong=next(wrong))


def _ask(
    port: int, secret: str, asked: Iterator[Asked], until: float, times: list[float], wrong: "itertools.count[int]"
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Host": "localhost"}
    while (began := time.perf_counter()) < until:
        method, path, body = next(asked)
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status >= 400:
            next(wrong)
    connection.close()
