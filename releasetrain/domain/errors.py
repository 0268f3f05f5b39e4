"""The one way a rule says no."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from releasetrain.domain.conflicts.values import Conflict


class Refused(Exception):
    """An action did nothing, because of ``code``.

    ``conflicts`` holds the standing conflicts behind a ``conflict`` refusal; ``details`` facts for the sentence
    (ids, numbers, instants), never text: the sentence is made in ``wording``.
    """

    def __init__(
        self, code: str, *, conflicts: Sequence["Conflict"] = (), details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.conflicts = tuple(conflicts)
        self.details = dict(details or {})
