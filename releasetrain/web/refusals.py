"""From an action's no to an answer: the same page or fragment again, with the sentence in place."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from releasetrain import wording
from releasetrain.domain.errors import Refused

T = TypeVar("T")

_STATUS = {"forbidden": 403, "not-your-gate": 403, "busy": 409, "changed-meanwhile": 409, "plan-applied-since": 409}


def status_of(error: Refused) -> int:
    """Return the answer's status: 403, 409 or 422."""
    return _STATUS.get(error.code, 422)


def refused(
    request: HttpRequest, error: Refused, template: str, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Render ``template`` once more with ``refusal`` (the sentence) and ``refused`` (the error itself).

    What does not exist is a 404, as everywhere.
    """
    if error.code.startswith("no-such-"):
        raise Http404
    said = {"refusal": wording.refusal(error), "refused": error}
    return render(request, template, {**(context or {}), **said}, status=status_of(error))


def or_404(ask: Callable[..., T], *args: Any) -> T:
    """Return what was asked for; a refusal because there is no such thing becomes a 404."""
    try:
        return ask(*args)
    except Refused as error:
        if error.code.startswith("no-such-"):
            raise Http404 from error
        raise


def put_on(form: BaseForm, error: Refused) -> None:
    """Let the form say the refusal, with its code, at the field it is about (``details["field"]``), else above them."""
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, ValidationError(wording.refusal(error), code=error.code))
