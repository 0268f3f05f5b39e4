"""What is wrong with a file that states a problem for the planner: one sentence per code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.planner.said import Fault

FAULTS: Mapping[str, Promise] = {
    "not-json": gettext_lazy("This is not JSON that can be read (line %(line)s, column %(column)s)."),
    "version": gettext_lazy("This reads version %(known)s of the format, and the file is of none or of another."),
    "empty-horizon": gettext_lazy("There is no slot: without a departure nothing can be planned."),
    "not-an-object": gettext_lazy("This must be an object: {…}."),
    "not-a-list": gettext_lazy("This must be a list: […]."),
    "unknown-key": gettext_lazy("Nobody knows this key."),
    "double-key": gettext_lazy("This key stands in one object twice."),
    "missing": gettext_lazy("This is missing."),
    "not-an-id": gettext_lazy("An id is a text or a whole number."),
    "double-id": gettext_lazy("The id %(id)s is taken already."),
    "unknown-release": gettext_lazy("There is no release %(id)s."),
    "unknown-slot": gettext_lazy("There is no slot %(id)s."),
    "not-a-number": gettext_lazy("This must be a number."),
    "not-whole": gettext_lazy("%(value)s is not a whole number."),
    "negative": gettext_lazy("%(value)s is less than nothing."),
    "too-much": gettext_lazy("This is more than %(most)s."),
    "not-yes-or-no": gettext_lazy("This must be true or false."),
    "not-an-instant": gettext_lazy("This must be a time such as 2031-03-04T22:00Z, or a date such as 2031-03-04."),
    "end-before-start": gettext_lazy("The slot ends before it starts."),
    "pin-without-current": gettext_lazy("It is pinned where it rides, and rides nowhere: say the slot."),
    "pin-too-early": gettext_lazy("It is pinned to the slot %(slot)s, which departs before its earliest."),
    "not-a-pair": gettext_lazy("This must be a list of two ids; after them a number only in “after”."),
    "with-itself": gettext_lazy("A release cannot be kept apart from itself."),
    "circle": gettext_lazy("These wait for each other in a circle: %(circle)s."),
}


def fault(one: Fault) -> str:
    """Return what is wrong and where, in one sentence."""
    facts = dict(one.facts)
    if isinstance(circle := facts.get("circle"), list):
        facts["circle"] = " → ".join(map(str, circle))
    said = str(FAULTS[one.code]) % facts
    return _("%(where)s: %(said)s") % {"where": one.where, "said": said} if one.where else said
