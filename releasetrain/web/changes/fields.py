"""What the forms of a schema change ask about its SQL."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.actions import changing

WRAPPED = (("", _("not said")), ("yes", _("yes")), ("no", _("no")))
_SAID = {"yes": True, "no": False}


class AroundForm(forms.Form):
    """What else is said of a change."""

    mapping = forms.CharField(
        label=_("The new field's value, from the row"),
        max_length=changing.MOST_MAPPING,
        required=False,
        help_text=_("In SQL, such as old_code::bigint; empty: the old value."),
    )
    key_field = forms.CharField(
        label=_("Key by which batches go"),
        max_length=changing.LONGEST,
        required=False,
        initial=changing.AS_USUAL.key_field,
    )
    wrapped = forms.ChoiceField(
        label=_("Does your runner wrap a file in one transaction?"),
        choices=WRAPPED,
        required=False,
        widget=forms.RadioSelect,
        initial="",
        help_text=_("Then a lock is held to the end of the file."),
    )
    has_sync_trigger = forms.BooleanField(label=_("A trigger in the database keeps old and new alike"), required=False)

    def around(self) -> changing.Around:
        """Return what the verb takes, once the form is valid."""
        said = self.cleaned_data
        return changing.Around(
            key_field=said.get("key_field") or changing.AS_USUAL.key_field,
            wrapped=_SAID.get(said.get("wrapped", "")),
            has_sync_trigger=bool(said.get("has_sync_trigger")),
            mapping=said.get("mapping", ""),
        )


def wrapped_as_typed(wrapped: bool | None) -> str:
    """Return how the form shows whether a file is wrapped."""
    return {True: "yes", False: "no"}.get(wrapped, "")


def plain(known: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return some of what was typed."""
    return {name: known[name] for name in names}
