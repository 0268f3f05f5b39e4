"""Amounts as people say them: 1.0 bn rows, 310 GB."""

from django import template

from releasetrain.amount_wording import many, many_bytes
from releasetrain.releases.models import DataTable

register = template.Library()
register.filter("many", many)
register.filter("many_bytes", many_bytes)


@register.filter
def size_of(table: DataTable) -> str:
    """Return how big the rows of a table are together, without its indexes."""
    return many_bytes(table.rows * table.row_bytes)
