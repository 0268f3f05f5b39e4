"""A timetable in a few words."""

from django import template

from releasetrain import timetable_wording
from releasetrain.domain.timetable import Recurring

register = template.Library()
register.filter("timetable_words", timetable_wording.timetable_words)


@register.filter
def entry_words(entry: Recurring) -> str:
    """Return when one entry departs."""
    return timetable_wording.timetable_words([entry])
