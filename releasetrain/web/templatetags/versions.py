"""Words of the versions beside a schema change."""

from django import template

from releasetrain.domain.versions import Gate
from releasetrain.version_wording import GUARDED

register = template.Library()


@register.filter
def guarded(gate: Gate) -> str:
    """Return what a gate guards: "start the backfill"."""
    return str(GUARDED[gate])
