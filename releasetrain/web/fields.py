"""Fields that several forms have."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from releasetrain.web.typed import FIRST_YEAR, LAST_YEAR

# A browser's own time field would show 10 PM to whoever set their system so; the house writes 22:00.
CLOCK = {"inputmode": "numeric", "placeholder": "22:00", "maxlength": 5, "autocomplete": "off"}


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: what was posted, even if that is nothing."""
    return request.POST if request.method == "POST" else None


class PasswordField(forms.CharField):
    """A password as it was typed, spaces and all; never shown again."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput({"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=256, widget=widget, **kwargs)


class ZoneField(forms.CharField):
    """A time zone, typed or chosen; the page has ``{% zones %}`` once."""

    def __init__(self, **kwargs: Any) -> None:
        said = {"label": _("Time zone"), "help_text": _("A place such as Europe/Berlin, or UTC."), "max_length": 64}
        super().__init__(**{**said, **kwargs}, widget=forms.TextInput({"list": "zones", "autocomplete": "off"}))


class LocalField(forms.CharField):
    """A local time of some zone, which the form names: a naive datetime to the minute, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput({"type": "datetime-local"}), **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Return the time, or say that it cannot be read."""
        if not (words := super().clean(value)):
            return None
        try:
            local = parse_datetime(words)
        except ValueError:
            local = None
        if local is None or local.tzinfo or not FIRST_YEAR < local.year < LAST_YEAR:
            raise ValidationError(_("This is not a time that can be read."))
        return local.replace(second=0, microsecond=0)

    def prepare_value(self, value: Any) -> Any:
        """Return what the browser's field takes; what was typed stays as it was."""
        return f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value
