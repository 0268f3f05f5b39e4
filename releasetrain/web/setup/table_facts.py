"""What is known of a table for the forecast of a backfill: pasted from a query, or typed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.boarding.actions import measuring
from releasetrain.boarding.backfills import measured_seen
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import Index
from releasetrain.domain.forecast.measured import LONGEST, MOST_INDEXES, Facts, read
from releasetrain.domain.permissions import Permission
from releasetrain.releases import queries
from releasetrain.releases.models import DataTable
from releasetrain.schema.measuring import query_for
from releasetrain.schema.models import Measurement
from releasetrain.schema.queries import measurement_of
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.refusals import or_404, put_on
from releasetrain.web.setup.noun import status_of_forms
from releasetrain.web.setup.second_tab import carried, seen_in
from releasetrain.web.setup.tables import GigabytesField

MB, MINUTE = 10**6, 60


class ServerForm(forms.Form):
    """What no query can tell."""

    server = forms.CharField(
        label=gettext_lazy("Server"),
        max_length=measuring.LONGEST,
        required=False,
        help_text=gettext_lazy("Of several, the one with the least room."),
    )
    free_disk_bytes = GigabytesField(label=gettext_lazy("Free disk, GB"), help_text=gettext_lazy("Empty: not known."))
    wal_mb_s = forms.IntegerField(
        label=gettext_lazy("Log it may write, MB a second"),
        min_value=1,
        max_value=10**6,
        required=False,
        help_text=gettext_lazy("What disk, replicas and archive keep up with. Empty: any."),
    )

    def of_the_server(self) -> dict[str, Any]:
        """Return them as facts."""
        said = self.cleaned_data
        budget = said["wal_mb_s"]
        return {
            "server": said["server"],
            "free_disk_bytes": said["free_disk_bytes"],
            "wal_bytes_s": None if budget is None else budget * MB,
        }


class PasteFactsForm(ServerForm):
    """What the query answered."""

    pasted = forms.CharField(
        label=gettext_lazy("What it answered"),
        widget=forms.Textarea({"rows": 5, "spellcheck": "false"}),
        max_length=LONGEST,
    )
    field_order = ("pasted",)

    def facts(self) -> Facts:
        """Return the facts, or raise ``Refused``."""
        return read(self.cleaned_data["pasted"], **self.of_the_server())


def _size(label: Promise, **said: Any) -> GigabytesField:
    return GigabytesField(label=label, **said)


class TypeFactsForm(ServerForm):
    """The same, typed: indexes by how many there are and how big they are together."""

    rows = forms.IntegerField(label=gettext_lazy("Rows"), min_value=1)
    heap_bytes = _size(gettext_lazy("Table without indexes, GB"))
    ordered = forms.IntegerField(
        label=gettext_lazy("Indexes in the order of the rows"),
        min_value=0,
        max_value=MOST_INDEXES,
        help_text=gettext_lazy("The primary key, times of creation."),
    )
    ordered_bytes = _size(gettext_lazy("These together, GB"))
    random = forms.IntegerField(
        label=gettext_lazy("Indexes in random order"), min_value=0, max_value=MOST_INDEXES, initial=0
    )
    random_bytes = _size(gettext_lazy("These together, GB"))
    fillfactor = forms.IntegerField(label=gettext_lazy("Fillfactor, %"), min_value=10, max_value=100, initial=100)
    checkpoint_min = forms.IntegerField(
        label=gettext_lazy("checkpoint_timeout, min"), min_value=1, max_value=1440, initial=5
    )
    max_wal_bytes = _size(gettext_lazy("max_wal_size, GB"))
    wal_compression = forms.BooleanField(label=gettext_lazy("wal_compression is on"), required=False)
    target_indexed = forms.BooleanField(label=gettext_lazy("The new field is indexed"), required=False)
    old_snapshot = forms.BooleanField(
        label=gettext_lazy("A long transaction or a replication slot holds old rows"), required=False
    )
    field_order = (
        *("rows", "heap_bytes", "ordered", "ordered_bytes", "random", "random_bytes", "fillfactor"),
        *("checkpoint_min", "max_wal_bytes", "wal_compression", "target_indexed", "old_snapshot"),
    )

    def facts(self) -> Facts:
        """Return the facts."""
        said = self.cleaned_data
        ordered, random = (
            _indexes(said[name], said[f"{name}_bytes"], name == "ordered") for name in ("ordered", "random")
        )
        plain = ("rows", "fillfactor", "max_wal_bytes", "wal_compression", "target_indexed", "old_snapshot")
        return Facts(
            heap_bytes=said["heap_bytes"] or 0,
            indexes=(*ordered, *random),
            checkpoint_s=said["checkpoint_min"] * MINUTE,
            **{name: said[name] for name in plain},
            **self.of_the_server(),
        )


def _indexes(count: int, together: int | None, is_ordered: bool) -> list[Index]:
    return [Index(bytes=(together or 0) // count, is_ordered=is_ordered) for _ in range(count)]


@access(Permission.SET_UP_CATALOGUE)
def facts(request: HttpRequest, id: int) -> HttpResponse:
    """Show what is known of a table, and take what is pasted or typed."""
    table = or_404(queries.table, id)
    was = measurement_of(id)
    is_typed, is_posted = request.POST.get("how") == "typed", request.method == "POST"
    forms_ = {
        "paste": PasteFactsForm(
            request.POST if is_posted and not is_typed else None, initial=_of_the_server(table, was)
        ),
        "type": TypeFactsForm(
            request.POST if is_posted and is_typed else None, initial=_typed(table, was), auto_id="typed_%s"
        ),
    }
    form = forms_["type" if is_typed else "paste"]
    change = typed.key(request.GET.get("change"))
    if is_posted and _measured(request, form, id):
        messages.success(request, _("Kept. Nobody was moved."))
        return redirect("web:change", change) if change else redirect("web:setup-tables-edit", id)
    bound = form if is_posted else None
    tab = carried(request, bound, measured_seen(table.pk), address=request.path, told=_told(measurement_of(id)))
    context = {"row": table, "measured": was, "query": query_for(table.name), "tab": tab, "change": change, **forms_}
    return render(request, "setup/table_facts.html", context, status=status_of_forms(bound))


def _measured(request: HttpRequest, form: Any, table: int) -> bool:
    if not form.is_valid():
        return False
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    try:
        said = {"facts": form.facts(), "seen": seen_in(request), "key": key}
        measuring.measure_table(table=table, **said, by=request.user, clock=timezone.now)
    except Refused as refused:
        put_on(form, refused)
        return False
    return True


def _told(found: Measurement | None) -> list[tuple[str, str]]:
    return [(_("Measured"), found.by.name)] if found else []


def _of_the_server(table: DataTable, was: Measurement | None) -> dict[str, Any]:
    budget = was.wal_bytes_s if was else None
    known = {"server": was.server if was else "", "free_disk_bytes": table.free_disk_bytes}
    return {**known, "wal_mb_s": budget // MB if budget else None}


def _typed(table: DataTable, was: Measurement | None) -> dict[str, Any]:
    """What is known already, to be changed."""
    sizes = {"rows": table.rows or None, "heap_bytes": table.rows * table.row_bytes or None}
    counts = {"ordered": table.indexes - table.random_indexes or None, "random": table.random_indexes}
    known = {**_of_the_server(table, was), **sizes, **counts}
    if was is None:
        return known
    by_order = {name: sum(one["bytes"] for one in was.indexes if one["ordered"] is it) for name, it in ORDER.items()}
    plain = ("heap_bytes", "fillfactor", "max_wal_bytes", "wal_compression", "target_indexed", "old_snapshot")
    said = {name: getattr(was, name) for name in plain}
    return {**known, **by_order, **said, "checkpoint_min": max(1, was.checkpoint_s // MINUTE)}


ORDER = {"ordered_bytes": True, "random_bytes": False}

urlpatterns = [path("setup/tables/<int:id>/facts/", facts, name="setup-tables-facts")]
