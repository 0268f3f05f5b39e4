"""What a database costs, where it is known to differ from what was measured elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict

from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast.values import DEFAULTS

FACTOR = 100  # nothing costs a hundred times more, or less, than what was measured


def checked(coefficients: Mapping[str, float]) -> dict[str, float]:
    """Return the coefficients that differ from the defaults, or raise ``Refused``.

    ``unknown-coefficient``, or ``coefficient-out-of-range`` where one is more than a hundred times another's.
    """
    defaults = asdict(DEFAULTS)
    for name, value in coefficients.items():
        if name not in defaults:
            raise Refused("unknown-coefficient", details={"field": "coefficients", "name": name})
        least, most = defaults[name] / FACTOR, defaults[name] * FACTOR
        if not least <= value <= most:
            raise Refused(
                "coefficient-out-of-range",
                details={"field": "coefficients", "name": name, "least": f"{least:g}", "most": f"{most:g}"},
            )
    return {name: float(value) for name, value in coefficients.items() if value != defaults[name]}
