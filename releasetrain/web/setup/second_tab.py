"""What an edit form carries, so that of two tabs the last one does not silently win.

The form carries the values that it showed, signed; the verb compares them with what is stored when it writes. Refused,
the page says what the other tab saved and carries that from then on: saving again wins.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest

from releasetrain.teams.checks import as_text

Shown = Mapping[str, Any]
Told = list[tuple[str, str]]


def seen_in(request: HttpRequest) -> dict[str, str] | None:
    """Return what the posted form showed at first, as text by field; None where it does not say."""
    try:
        return signing.loads(request.POST.get("seen", ""), salt=request.path)
    except signing.BadSignature:
        return None


def carried(
    request: HttpRequest, form: forms.Form | None, stored: Shown, *, address: str, told: Told | None = None
) -> dict[str, Any]:
    """Return what the page of a form that posts to ``address`` needs: what it carries and what somebody changed.

    ``told`` says the latter where the values are no fields of the form.
    """
    if is_second(form):
        return {"seen": _signed(stored, address), "changed": told or _changed(form, seen_in(request) or {}, stored)}
    if form and form.is_bound:  # refused for another reason: what was shown at first is still the measure
        return {"seen": request.POST.get("seen", "")}
    return {"seen": _signed(stored, address)}


def is_second(form: forms.Form | None) -> bool:
    """Return whether the verb refused the form because somebody saved meanwhile."""
    return form is not None and form.has_error(NON_FIELD_ERRORS, "changed-meanwhile")


def _signed(stored: Shown, address: str) -> str:
    return signing.dumps({name: as_text(value) for name, value in stored.items()}, salt=address)


def _changed(form: forms.Form, seen: Mapping[str, str], stored: Shown) -> Told:
    """Label and value of every field that is not what it was."""
    names = [name for name, was in seen.items() if as_text(stored[name]) != was]
    return [(form.fields[name].label, _in_words(form.fields[name], stored[name])) for name in names]


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return as_text(field.widget.format_value(field.prepare_value(value)))
