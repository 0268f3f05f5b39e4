"""Who does the work of which event: inside our own database, or with somebody outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

Handler = Callable[[UUID, Mapping[str, Any]], None]
INSIDE = "inside"
LEASE = timedelta(minutes=1)
INSIDE_LEASE = timedelta(seconds=10)  # until the row is locked; from then on the lock holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscriber of an event. Work outside has a lane of its own per event, so that it delays nothing else."""

    event: str
    name: str
    handler: Handler
    outside: bool
    lease: timedelta

    @property
    def lane(self) -> str:
        """The queue its rows wait in."""
        return self.event if self.outside else INSIDE


_known: dict[str, dict[str, Subscription]] = {}


def subscribe(
    event: str, handler: Handler, *, name: str = "", outside: bool = False, lease: timedelta | None = None
) -> None:
    """Let ``handler(id, payload)`` do the work of ``event``. Called once, when the program starts.

    Inside (the default): ``handler`` only writes into our database. It runs in the transaction that marks the row
    done, so its effect comes exactly once; it must not wait for anybody else.

    Outside: ``handler`` talks to somebody else, or takes long. It runs outside any transaction and may run twice for
    one row, when a worker dies at it or takes longer than ``lease``: its effect is keyed by the row's ``id``. It may
    raise ``Unreachable`` or ``Hopeless``.

    A second subscriber of an event needs a ``name``, which stands in its rows and so stays the same for good.
    """
    if event == INSIDE:
        raise ValueError(f"{INSIDE!r} is the name of a lane")
    known = _known.setdefault(event, {})
    if name in known:
        raise ValueError(f"{event} has a subscriber called {name!r} already")
    least = LEASE if outside else INSIDE_LEASE
    known[name] = Subscription(event=event, name=name, handler=handler, outside=outside, lease=lease or least)


def of(event: str) -> list[Subscription]:
    """Return the subscribers of ``event``."""
    return list(_known.get(event, {}).values())


def find(event: str, name: str) -> Subscription | None:
    """Return the subscriber of ``event`` with this name, or None if the program has none any more."""
    return _known.get(event, {}).get(name)


def lanes_and_events() -> list[tuple[str, str]]:
    """Return (lane, event) of everything that somebody subscribed to."""
    return [(one.lane, event) for event, known in _known.items() for one in known.values()]
