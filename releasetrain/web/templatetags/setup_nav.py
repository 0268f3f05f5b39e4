"""The list of the set-up's pages."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context

from releasetrain.domain.permissions import Permission
from releasetrain.web.access import may_anywhere
from releasetrain.web.setup.index import NOUNS

register = template.Library()


@register.inclusion_tag("setup/nav.html", takes_context=True)
def setup_nav(context: Context) -> Mapping[str, Any]:
    """Return the pages that the person may open, the one at hand marked."""
    person = context["request"].person
    mine = [noun for noun in NOUNS if may_anywhere(person, noun.opens)]
    here = context["request"].resolver_match
    return {
        "nouns": mine,
        "here": context.get("noun"),
        "here_is": context.get("here_is"),
        "may_set_reviews": may_anywhere(person, Permission.SET_UP_REVIEWS),
        "may_operate": may_anywhere(person, Permission.OPERATE),
        "failed": here is not None and here.url_name == "dead-letters",
    }
