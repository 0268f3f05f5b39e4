"""Ports and addresses: ours, opened once, and other people's, checked before anything depends on them."""

import http.client
import socket
import subprocess
import time
from urllib.parse import urlsplit

from releasetrain.environment import refuse

HOST = "127.0.0.1"
BROKER_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}
# What a killed start leaves behind ends within this time and frees the port.
FREED_WITHIN = 3.0
FIRST_PAGE_WITHIN = 60.0


def listen(port: int) -> socket.socket:
    """Return the open port, inheritable; or end the process with one sentence if it is taken."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end = time.monotonic() + FREED_WITHIN
    while True:
        try:
            opened.bind((HOST, port))
            opened.listen(128)
        except PermissionError:
            refuse(f"Port {port} is only for root; choose another, for example make run PORT=8123.")
        except OSError:
            if time.monotonic() > end:
                refuse(f"Port {port} is taken by another program; choose another, for example make run PORT=8123.")
            time.sleep(0.1)
        else:
            return opened


def check_broker(url: str) -> None:
    """Return if something answers at the broker's address, else end the process with one sentence."""
    parts = urlsplit(url)
    if parts.scheme == "memory":
        refuse("CELERY_BROKER_URL=memory:// holds within one process only; leave it out for the embedded broker.")
    try:
        if parts.scheme == "redis+socket":
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(parts.path)
        else:
            place = (parts.hostname or "localhost", parts.port or BROKER_PORTS[parts.scheme])
            socket.create_connection(place, timeout=5).close()
    except OSError as failure:
        refuse(f"The broker of CELERY_BROKER_URL cannot be reached: {failure.strerror or failure}.")


def first_page(port: int, *, host: str, while_running: "subprocess.Popen[bytes]") -> str | None:
    """Fetch the page a visitor sees first; return None if it came, else what went wrong.

    An order to use https is an answer too: in production a proxy in front does.
    """
    end = time.monotonic() + FIRST_PAGE_WITHIN
    path = "/"
    while time.monotonic() < end:
        if while_running.poll() is not None:
            return "the web process ended before it answered"
        try:
            status, onward = get(port, path, host)
        except OSError:
            continue
        if onward is None or not onward.startswith("/"):
            return None if status < 400 else f"the first page answered with status {status}"
        path = onward
    return "the first page did not come"


def get(port: int, path: str, host: str) -> tuple[int, str | None]:
    """Return the status and where it sends us on. The port is open already, so this waits for web to start."""
    line = http.client.HTTPConnection(HOST, port, timeout=1.0)
    try:
        line.request("GET", path, headers={"Accept": "text/html", "Host": host})
        response = line.getresponse()
        response.read()
        return response.status, response.getheader("Location") if response.status in (301, 302) else None
    finally:
        line.close()
