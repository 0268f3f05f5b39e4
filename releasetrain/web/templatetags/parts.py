"""The design's small parts as tags: ``{% icon "clear" %} {% size release.size %} {% team team %}``."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.review_wording import SHAPES, words_of
from releasetrain.reviews.models import Gate
from releasetrain.teams import checks
from releasetrain.teams.models import Membership, User

register = template.Library()

_SIZES = {"S": gettext_lazy("small"), "M": gettext_lazy("medium"), "L": gettext_lazy("large")}
_STEPS = (("E", gettext_lazy("expand")), ("B", gettext_lazy("backfill")), ("C", gettext_lazy("contract")))
MEANING_OF_TAG = {"success": "clear", "warning": "waiting", "error": "blocked"}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Return a shape of the sprite; the words stand beside it, so readers skip it."""
    more = f" {css}" if css else ""
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="#{}"/></svg>', more, name)


@register.simple_tag
def size(of: str) -> SafeString:
    """Return the glyph of S, M or L."""
    return format_html('<span class="size size--{}" role="img" aria-label="{}">{}</span>', of.lower(), _SIZES[of], of)


@register.simple_tag
def team(of: Any) -> SafeString:
    """Return the team's code in its hue, with its full name as title."""
    return format_html('<abbr class="team team--{} plain" title="{}">{}</abbr>', of.hue, of.name, of.code)


@register.simple_tag
def stages(now: str, done: int = 0) -> SafeString:
    """Return E B C with ``now`` ("E", "B", "C", empty: none) filled and the first ``done`` ticked."""
    classes = ["done" if place < done else "now" if letter == now else "" for place, (letter, _w) in enumerate(_STEPS)]
    letters = (letter for letter, _words in _STEPS)
    marks = format_html_join("", "<i{}>{}</i>", zip(map(_class, classes), letters, strict=True))
    return format_html('<span class="stages" role="img" aria-label="{}">{}</span>', _stage_words(now, done), marks)


def _stage_words(now: str, done: int) -> str:
    place = next((number for number, (letter, _w) in enumerate(_STEPS, 1) if letter == now), 0)
    if not place:
        return _("%(done)s of 3 stages done") % {"done": done}
    words = {"stage": _STEPS[place - 1][1], "place": place, "done": done}
    if done:
        return _("stage %(stage)s, %(place)s of 3, %(done)s done") % words
    return _("stage %(stage)s, %(place)s of 3") % words


def _class(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else SafeString("")


@register.simple_tag
def gates(of: Iterable[Gate]) -> SafeString:
    """Return a dot per gate in the policy's order, the words on hover, on focus, and in the button's name."""
    known = list(of)
    if not known:
        return SafeString("")
    shapes = [(SHAPES[one.state][0],) * 2 for one in known]
    dots = format_html_join("", '<svg class="icon {}" aria-hidden="true"><use href="#{}"/></svg>', shapes)
    said = [words_of(one) for one in known]
    tips = format_html_join("", "<span>{}</span>", ((words,) for words in said))
    name = _("Gates: %(said)s") % {"said": ", ".join(said)}
    return format_html(
        '<button type="button" class="gates" aria-label="{}">{}<span class="tip" aria-hidden="true">{}</span></button>',
        name,
        dots,
        tips,
    )


@register.simple_tag
def badge(words: str, meaning: str = "", shape: str = "", boxed: bool = False) -> SafeString:
    """Return shape and words; ``meaning``: clear, waiting, blocked or info, whose shape it has unless told."""
    css = "".join([f" is-{meaning}" if meaning else "", " badge--boxed" if boxed else ""])
    mark = format_html("{} ", icon(shape or meaning)) if shape or meaning else ""
    return format_html('<span class="badge{}">{}{}</span>', css, mark, words)


@register.simple_tag
def one_time_key() -> SafeString:
    """Return a fresh key for a form whose second click must do nothing more."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid4())


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, placeholder: str = "") -> Mapping[str, Any]:
    """Return label, control, and hint or error, tied together for readers."""
    kind = _KINDS.get(bound.field.widget.__class__.__name__, "input")
    attrs = {"class": "input"} if kind == "input" else {}
    if placeholder:
        attrs["placeholder"] = placeholder
    if bound.errors or bound.help_text:
        attrs["aria-describedby"] = f"{bound.id_for_label or bound.auto_id}-said"
    return {"bound": bound, "kind": kind, "control": bound.as_widget(attrs=attrs)}


_KINDS = {"CheckboxInput": "check", "RadioSelect": "choices", "HiddenInput": "hidden", "CheckboxSelectMultiple": "many"}


@register.filter
def meaning_of(message_tags: str) -> str:
    """Return the meaning of a message: success is clear, and so on; anything else is information."""
    return MEANING_OF_TAG.get(message_tags, "info")


@register.inclusion_tag("components/zones.html")
def zones() -> Mapping[str, Any]:
    """Return the list of zones that a ZoneField offers; once per page."""
    return {"zones": checks.zones()}


@register.filter
def stands(person: User) -> str:
    """Return what somebody is: "release manager, leads PAY, in INV"; needs ``queries.everybody()``."""
    roles = [str(held.get_role_display()) for held in person.roles.all()]
    return ", ".join(roles + [_in_team(one) for one in person.memberships.all()])


def _in_team(membership: Membership) -> str:
    is_lead = membership.standing == Membership.Standing.LEAD
    return (_("leads %(team)s") if is_lead else _("in %(team)s")) % {"team": membership.team.code}
