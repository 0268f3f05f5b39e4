"""Data tables: what releases may alter, and how big it is."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from releasetrain.boarding.actions import measuring
from releasetrain.domain.permissions import Permission
from releasetrain.releases import actions, queries
from releasetrain.releases.models import DataTable
from releasetrain.schema.queries import measurement_of
from releasetrain.web.setup.noun import Noun, pages

GB = 10**9


class GigabytesField(forms.DecimalField):
    """Bytes, typed as GB; nothing typed is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=3, required=False, **kwargs)

    def clean(self, value: Any) -> int | None:
        """Return the bytes."""
        typed = super().clean(value)
        return None if typed is None else int(typed * GB)

    def prepare_value(self, value: Any) -> Any:
        """Return the GB to show for bytes; what was typed stays as it was."""
        return f"{Decimal(value) / GB:f}" if isinstance(value, int) else value


class TableForm(forms.Form):
    """A table."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    database = forms.CharField(label=gettext_lazy("Database"), max_length=80)
    rows = forms.IntegerField(label=gettext_lazy("Rows"), min_value=0, initial=0)
    row_bytes = forms.IntegerField(label=gettext_lazy("Bytes a row"), min_value=0, initial=0)
    indexes = forms.IntegerField(label=gettext_lazy("Indexes"), min_value=0, initial=0)
    random_indexes = forms.IntegerField(
        label=gettext_lazy("Of these in random order"),
        min_value=0,
        initial=0,
        help_text=gettext_lazy("An index on a hash or a random key: each row touches another page."),
    )
    free_disk_bytes = GigabytesField(
        label=gettext_lazy("Free disk of its database, GB"), help_text=gettext_lazy("Empty: not known.")
    )


class TableLine(forms.Form):
    """One pasted line."""

    database = forms.CharField(max_length=80)
    name = forms.CharField(max_length=120, help_text=gettext_lazy("database and name that are known are edited"))
    rows = forms.IntegerField(min_value=0, required=False)
    row_bytes = forms.IntegerField(min_value=0, required=False)
    indexes = forms.IntegerField(min_value=0, required=False)
    random_indexes = forms.IntegerField(min_value=0, required=False)
    free_disk_gb = GigabytesField(help_text=gettext_lazy("empty: not known"))

    def clean(self) -> Mapping[str, Any]:
        """Return the facts as the verb names them; a number that is not said is 0."""
        said = dict(super().clean() or self.cleaned_data)
        for name in ("rows", "row_bytes", "indexes", "random_indexes"):
            said[name] = said.get(name) or 0
        said["free_disk_bytes"] = said.pop("free_disk_gb", None)
        return said


def _said(table: DataTable) -> dict[str, Any]:
    return {name: getattr(table, name) for name in TableForm.base_fields}


TABLES = Noun(
    name="tables",
    title=gettext_lazy("Data tables"),
    opens=Permission.SET_UP_CATALOGUE,
    rows=lambda request: queries.tables(),
    form=TableForm,
    add=actions.add_table,
    edit=lambda id, **said: measuring.edit_table(table=id, **said),
    edit_template="setup/table.html",
    more=lambda request, row: {"measured": measurement_of(row.pk)},
    row=lambda request, id: queries.table(id),
    said=_said,
    line=TableLine,
    put=measuring.put_tables,
)

urlpatterns = pages(TABLES)
