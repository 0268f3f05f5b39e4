"""Fields that several forms have."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

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
