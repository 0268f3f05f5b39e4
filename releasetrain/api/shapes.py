"""What goes in and out. A serializer here knows shape only; rules and permissions are the action's."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.settings import api_settings

from releasetrain.domain.sizes import Size

Column = tuple[str, Callable[[Any], Any], Callable[[Any], Any] | None]


class Answer(serializers.Serializer):
    """What goes out: declared like any serializer, read off objects or dicts without the cost of validation.

    ``source`` may be dotted. Instants and days are written by the renderer, numbers and text as they are.
    """

    @cached_property
    def _columns(self) -> list[Column]:
        return [(name, _reader(field.source), _writer(field)) for name, field in self.fields.items()]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the JSON of one object."""
        if isinstance(instance, Mapping):
            found = ((name, instance[name], write) for name, _read, write in self._columns)
        else:
            found = ((name, read(instance), write) for name, read, write in self._columns)
        return {name: write(value) if write and value is not None else value for name, value, write in found}


def _reader(source: str) -> Callable[[Any], Any]:
    return (lambda whole: whole) if source == "*" else attrgetter(source)


def _writer(field: serializers.Field) -> Callable[[Any], Any] | None:
    if isinstance(field, serializers.BaseSerializer):
        return field.to_representation
    return None


class Said(serializers.Serializer):
    """What comes in: a name that is not known is refused, so that a misspelt one is never passed over."""

    def run_validation(self, data: Any = empty) -> Any:
        """Return what was said, or refuse it field by field."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if strange := sorted(str(name) for name in data if name not in known):
                raise serializers.ValidationError({name[:80]: [_("This is not known here.")] for name in strange})
        elif data is not empty:
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [_("An object is expected.")]})
        return super().run_validation(data)


class Text(serializers.CharField):
    """Text that the database can hold: no NUL, and nothing but text."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; a number is not one."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number of JSON; neither text nor true."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Id(Number):
    """The number of a row, as a database's key can be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class Reason(Text):
    """Why somebody does it; kept and shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, **kwargs)


def sizes() -> list[str]:
    """Return the sizes a release can have."""
    return [size.value for size in Size]


def earliest_year(on: date | datetime | None) -> None:
    """Refuse days whose instants some zone cannot show."""
    if on is not None and not 1971 <= on.year <= 8999:
        raise serializers.ValidationError(_("Take a year from 1971 to 8999."))
