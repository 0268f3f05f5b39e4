"""Edit a schema change on its page: what it is called, its fields, and what its SQL is judged by."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from releasetrain.boarding.actions import changing
from releasetrain.domain.permissions import may_edit_together
from releasetrain.schema.models import SchemaChange
from releasetrain.schema.queries import teams_of
from releasetrain.teams.checks import as_text
from releasetrain.web.changes.fields import AroundForm, plain, wrapped_as_typed

FIELDS = ("name", "old_field", "new_field", "mapping", "soak_hours", "key_field", "wrapped", "has_sync_trigger")


class EditForm(AroundForm):
    """A change as it is said; ``seen_*``: what the form showed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=changing.LONGEST)
    old_field = forms.CharField(label=gettext_lazy("Old field"), max_length=changing.LONGEST, required=False)
    new_field = forms.CharField(label=gettext_lazy("New field"), max_length=changing.LONGEST, required=False)
    soak_hours = forms.IntegerField(
        label=gettext_lazy("Soak between stages, h"), min_value=0, max_value=changing.MOST_SOAK
    )
    field_order = ("name", "old_field", "new_field", "mapping", "soak_hours")

    def __init__(self, data: Any, *, change: SchemaChange) -> None:
        known = {name: getattr(change, name) for name in FIELDS}
        super().__init__(data, initial={**known, "wrapped": wrapped_as_typed(change.wrapped)})
        self.now = {name: as_text(value) for name, value in known.items()}

    @property
    def seen(self) -> dict[str, str]:
        """What the form showed when it was sent, else what it shows now."""
        return {name: self.data.get(f"seen_{name}", now) for name, now in self.now.items()}

    def said(self) -> dict[str, Any]:
        """Return what the verb takes, once the form is valid."""
        return {**plain(self.cleaned_data, "name", "old_field", "new_field", "soak_hours"), "around": self.around()}


def part(request: HttpRequest, change: SchemaChange) -> dict[str, Any]:
    """Return the form of the change, for who may edit it."""
    is_open = change.abandoned_at is None and may_edit_together(request.person, teams_of(change.pk))
    return {"edit_form": EditForm(None, change=change) if is_open else None}
