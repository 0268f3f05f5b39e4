"""Amounts as people say them: 1.0 bn rows, 310 GB, 3 h; and ranges of them."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_MANY = ((10**9, gettext_lazy("bn")), (10**6, gettext_lazy("m")), (10**3, gettext_lazy("k")))
_BYTES = (
    (10**12, gettext_lazy("TB")),
    (10**9, gettext_lazy("GB")),
    (10**6, gettext_lazy("MB")),
    (10**3, gettext_lazy("kB")),
)
MINUTE, HOUR = 60, 3600


def many(number: int) -> str:
    """Return "1.0 bn", "12 m", "800"."""
    return _in_units(number, _MANY, "")


def many_bytes(number: int) -> str:
    """Return "310 GB", "1.5 TB"."""
    return _in_units(number, _BYTES, gettext_lazy("B"))


def _in_units(number: int, units: tuple, none: object) -> str:
    for size, unit in units:
        if number >= size:
            shown = number / size
            return f"{number_format(shown, 1 if shown < 10 else 0)}\u00a0{unit}"
    return f"{number}\u00a0{none}".rstrip("\u00a0") if none else str(number)


def grouped(number: float) -> str:
    """Return "25,000": two figures that count, the others nought."""
    digits = len(str(int(number))) - 2
    rounded = round(number, -digits) if digits > 0 else round(number)
    return number_format(int(rounded), use_l10n=True, force_grouping=True)


def duration(seconds: float) -> str:
    """Return "40 s", "12 min", "7.5 h", "46 h"."""
    return durations(seconds, seconds)


def durations(least: float, most: float) -> str:
    """Return "22 – 37 h": both in the unit that suits the longer."""
    if most < 2 * MINUTE:
        return _("%(n)s s") % {"n": ranged(least, most, lambda one: str(max(1, round(one))))}
    if most < 2 * HOUR:
        return _("%(n)s min") % {"n": ranged(least / MINUTE, most / MINUTE, _few)}
    return _("%(n)s h") % {"n": ranged(least / HOUR, most / HOUR, _few)}


def _few(number: float) -> str:
    return number_format(number, 1 if number < 10 and number != round(number) else 0)


def ranged(least: float, most: float, say: Callable[[float], str]) -> str:
    """Return "5,000 – 7,000", or one of the two where both read the same."""
    low, high = say(least), say(most)
    return low if low == high else f"{low} – {high}"
