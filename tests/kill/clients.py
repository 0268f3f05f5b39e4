"""People who book, as a process of its own: `python -m tests.kill.clients` reads an order and prints what came of it.

Each goes on from booking to booking; with a pace they take their time. A booking is the button on the board.
"""

import http.client
import json
import sys
import threading
import time
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

TOKEN = "c" * 32  # a form's and its cookie's token need only be the same


def book(order: dict[str, Any], release: int, slot: int) -> tuple[int, float]:
    """Return the answer's status (0: none came) and its milliseconds."""
    form = urlencode({"release": release, "slot": slot, "csrfmiddlewaretoken": TOKEN})
    cookies = f"sessionid={order['session']}; csrftoken={TOKEN}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    begun = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", order["port"], timeout=30)
    try:
        line.request("POST", f"/trains/{order['train']}/place/", form, headers)
        answer = line.getresponse()
        answer.read()
        status = answer.status
    except OSError:
        status = 0
    finally:
        line.close()
    return status, (time.perf_counter() - begun) * 1000


def client(order: dict[str, Any], number: int, told: list[tuple[int, int, float]]) -> None:
    """Book one's share of the releases, again and again in the next slot while there is time."""
    mine, slots = order["releases"][number :: order["clients"]], cycle(order["slots"])
    end = time.monotonic() + order["seconds"]
    while mine:
        slot = next(slots)
        for release in mine:
            told.append((release, *book(order, release, slot)))
            time.sleep(order["pace"])
            if order["seconds"] and time.monotonic() > end:
                return
        if not order["seconds"]:
            return


def main() -> None:
    order = json.load(sys.stdin)
    told: list[tuple[int, int, float]] = []
    threads = [threading.Thread(target=client, args=(order, number, told)) for number in range(order["clients"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
