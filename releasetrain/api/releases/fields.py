"""From JSON to what the verbs take."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rest_framework.exceptions import ValidationError

from releasetrain.boarding.actions.drafting import Wish
from releasetrain.domain.errors import Refused
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import ReleaseFields, Step
from releasetrain.trains import queries as trains

_AS_IS = ("title", "description", "initiative", "earliest", "due", "weight")


def fields_of(said: Mapping[str, Any], *, before: ReleaseFields | None = None) -> ReleaseFields:
    """Return what was said; what was not said is as ``before``."""
    facts: dict[str, Any] = {name: said[name] for name in _AS_IS if name in said}
    facts |= {name: frozenset(said[name]) for name in ("services", "tables", "clients") if name in said}
    if "size" in said:
        facts["size"] = Size(said["size"])
    if "links" in said:
        facts["links"] = tuple(said["links"])
    if "steps" in said:
        facts["steps"] = frozenset(Step(**step) for step in said["steps"])
    if "needs" in said:
        facts["needs"] = _needs(said["needs"])
    fields = replace(before, **facts) if before else ReleaseFields(**facts)
    if fields.earliest and fields.due and fields.due < fields.earliest:
        raise ValidationError({"due": ["It would be due before the day it may ride."]})
    return fields


def _needs(said: list[Mapping[str, Any]]) -> frozenset[tuple[int, int | None]]:
    lags = {need["release"]: need.get("lag_hours") for need in said}
    if len(lags) < len(said):
        raise ValidationError({"needs": ["A release is named twice."]})
    return frozenset(lags.items())


def wish_of(said: Mapping[str, Any] | None) -> Wish:
    """Return what a new release wants."""
    if not said:
        return Wish()
    train = trains.train_called(said["train"]) if said["train"] else None
    if said["train"] and train is None:
        raise Refused("no-such-train", details={"field": "train"})
    return Wish(train=train and train.pk, slot=said["slot"], kind=said["wish"])
