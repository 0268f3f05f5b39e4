"""Pages by cursor: each costs the same, however far one reads, and nothing is counted."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from releasetrain.api.shapes import Said, Text

USUAL, MOST = 50, 200


class Asked(Said):
    """What every list can be asked. Filters are added by the lists."""

    cursor = Text(required=False, max_length=200, help_text=gettext_lazy("From next or previous of another page."))
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, help_text=f"{USUAL} if not said.")


class Pages(CursorPagination):
    """Latest first, by the row's number."""

    ordering = "-pk"
    page_size = USUAL
    max_page_size = MOST
    page_size_query_param = "limit"


def page_of(view: Any, rows: QuerySet[Any], shape: type[serializers.Serializer]) -> Response:
    """Return a page of ``rows``; a view may add to the rows of its page with ``with_more(rows)``."""
    pages = Pages()
    pages.ordering = getattr(view, "ordering", Pages.ordering)
    try:
        found = pages.paginate_queryset(rows, view.request, view=view)
    except NotFound:
        raise serializers.ValidationError({"cursor": [_("This is not a cursor of this list.")]}) from None
    found = view.with_more(found) if hasattr(view, "with_more") else found
    written = shape(many=True).to_representation(found)
    return Response({"next": pages.get_next_link(), "previous": pages.get_previous_link(), "results": written})


def page_shape(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """Return the shape of a page, for the description."""
    name = f"PageOf{shape.__name__.removesuffix('Answer')}"
    links = {link: serializers.URLField(allow_null=True) for link in ("next", "previous")}
    return inline_serializer(name, {**links, "results": shape(many=True)})
