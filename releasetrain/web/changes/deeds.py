"""What is done to a schema change from its page: edit it, say how its table looks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain import wording
from releasetrain.boarding.actions import changing, tables
from releasetrain.domain.errors import Refused
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.changes.editing import EditForm
from releasetrain.web.changes.listing import seen_by
from releasetrain.web.changes.page import context
from releasetrain.web.fields import posted
from releasetrain.web.refusals import put_on, status_of


@access(SIGNED_IN, post_only=True)  # whose releases carry it: the action asks
def edit(request: HttpRequest, change: int) -> HttpResponse:
    """Change what is said of it."""
    found = get_object_or_404(seen_by(request.person), pk=change)
    form, status = EditForm(posted(request), change=found), 422
    if form.is_valid():
        try:
            changing.edit_change(change=change, **form.said(), seen=form.seen, by=request.user, clock=timezone.now)
        except Refused as refused:
            put_on(form, refused)
            status = status_of(refused)
        else:
            messages.success(request, _("The change is saved, and its SQL judged again."))
            return redirect("web:change", change)
    return render(request, "changes/change.html", context(request, change) | {"edit_form": form}, status=status)


@access(SIGNED_IN, post_only=True)  # whose table it is: the action asks
def know_schema(request: HttpRequest, change: int) -> HttpResponse:
    """Keep how the table looks."""
    found = get_object_or_404(seen_by(request.person), pk=change)
    sql, seen = request.POST.get("sql", ""), request.POST.get("seen", "").replace("\r\n", "\n")
    try:
        tables.know_schema(table=found.table_id, sql=sql, seen=seen, by=request.user, clock=timezone.now)
    except Refused as refused:
        said = {"known_sql": sql, "schema_refusal": wording.refusal(refused)}
        return render(request, "changes/change.html", context(request, change) | said, status=status_of(refused))
    messages.success(request, _("How the table looks is kept, and the SQL judged again."))
    return redirect("web:change", change)


urlpatterns = [
    path("changes/<int:change>/edit/", edit, name="change-edit"),
    path("changes/<int:change>/known-schema/", know_schema, name="change-known-schema"),
]
