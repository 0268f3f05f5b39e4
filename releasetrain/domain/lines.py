"""Many lines at once: all of them, or none and every reason."""

from collections.abc import Callable, Mapping
from typing import Any

from releasetrain.domain.errors import Refused


def all_or_none(lines: Mapping[int, Mapping[str, Any] | None], put: Callable[..., object]) -> int:
    """Call ``put(**line)`` for every line and return how many there were.

    A line that is None could not be read and is refused too, so that every bad line is named at once. If any was
    refused, raise ``Refused("bad-lines")`` with ``details["lines"]``: the refusal by line number. The
    caller's transaction then takes the others back.
    """
    refusals: dict[int, Refused] = {}
    for number, line in lines.items():
        if line is None:
            refusals[number] = Refused("unreadable")
            continue
        try:
            put(**line)
        except Refused as error:
            refusals[number] = error
    if refusals:
        raise Refused("bad-lines", details={"lines": refusals})
    return len(lines)
