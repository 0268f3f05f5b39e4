"""Amounts as people say them: 1.0 bn rows, 310 GB."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from releasetrain.releases.models import DataTable

register = template.Library()

_MANY = ((10**9, _("bn")), (10**6, _("m")), (10**3, _("k")))
_BYTES = ((10**12, _("TB")), (10**9, _("GB")), (10**6, _("MB")), (10**3, _("kB")))


@register.filter
def many(number: int) -> str:
    """Return "1.0 bn", "12 m", "800"."""
    return _in_units(number, _MANY, "")


@register.filter
def many_bytes(number: int) -> str:
    """Return "310 GB", "1.5 TB"."""
    return _in_units(number, _BYTES, _("B"))


@register.filter
def size_of(table: DataTable) -> str:
    """Return how big the rows of a table are together, without its indexes."""
    return many_bytes(table.rows * table.row_bytes)


def _in_units(number: int, units: tuple, none: object) -> str:
    for size, unit in units:
        if number >= size:
            shown = number / size
            return f"{number_format(shown, 1 if shown < 10 else 0)}\u00a0{unit}"
    return f"{number}\u00a0{none}".rstrip("\u00a0") if none else str(number)
