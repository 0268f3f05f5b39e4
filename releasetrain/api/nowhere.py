"""What a script is answered where no view of the JSON door could: JSON too, never a page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from releasetrain.api.door import Door
from releasetrain.api.writing import written

ROOT = "/api/"
_WORDS = {
    400: ("bad-request", lambda: _("This request cannot be read.")),
    403: ("forbidden", lambda: _("This was refused.")),
    404: ("not-found", lambda: _("There is no such address.")),
    500: ("broken", lambda: _("Something broke on our side. Ask again; the log knows this request by its id.")),
}


class Nowhere(Door):
    """Any address that leads nowhere."""

    is_open = True

    @extend_schema(exclude=True)
    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 404 to every method."""
        raise NotFound


def for_scripts(page: Callable[..., HttpResponse], status: int) -> Callable[..., HttpResponse]:
    """Return an error handler: the ``page`` for people, the same in JSON for addresses of the JSON door."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.path.startswith(ROOT):
            return page(request, *args, **kwargs)
        code, words = _WORDS[status]
        said = {"code": code, "message": words(), "details": {}}
        return HttpResponse(written(said), status=status, content_type="application/json")

    return answer


urlpatterns = [re_path("", Nowhere.as_view(), name="nowhere")]
