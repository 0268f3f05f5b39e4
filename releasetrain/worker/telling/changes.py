"""What changed, old and new side by side: rows of (what, old value, new value). Ids become names here."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from releasetrain.releases.models import DataTable, Initiative, Release, Revision, Service
from releasetrain.reviews.queries.differences import Difference, differences

Row = list[Any]
LONGEST = 2000  # characters of a text that are carried along


def local_day(instant: datetime, zone: str) -> date:
    """Return the date of an instant where the train runs."""
    return instant.astimezone(ZoneInfo(zone)).date()


def of_revision(release: int, number: int | None, changed: Iterable[str]) -> list[Row]:
    """Return what an edit changed: the revision it made against the one before."""
    if number is None:
        return []
    two = Revision.objects.filter(release=release, number__in=[number - 1, number])
    said = dict(two.values_list("number", "fields"))
    if len(said) < 2:
        return []
    old, new = said[number - 1], said[number]
    plain = [[name, _named(name, old.get(name)), _named(name, new.get(name))] for name in changed if name != "steps"]
    return [*plain, *(_of_sql(old, new) if "steps" in changed else ())]


def _of_sql(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Row]:
    """The lines of SQL that went and came, stage by stage."""
    found = [one for one in differences({"steps": old.get("steps") or []}, {"steps": new["steps"]}) if one.lines]
    return [["steps", _marked(one, "-"), _marked(one, "+")] for one in found]


def _marked(one: Difference, mark: str) -> str:
    return "\n".join(text for of, text in one.lines if of == mark)[:LONGEST]


def _named(name: str, value: Any) -> Any:
    if name in ("services", "tables", "clients"):
        model = DataTable if name == "tables" else Service
        return list(model.objects.filter(pk__in=value or []).values_list("name", flat=True))
    if name == "initiative":
        return Initiative.objects.filter(pk=value).values_list("name", flat=True).first()
    if name == "needs":
        named = {one.pk: str(one) for one in Release.objects.filter(pk__in=[on for on, _lag in value or []])}
        return [named.get(on, f"RT-{on}") + (f" +{lag} h" if lag else "") for on, lag in value or []]
    return value[:LONGEST] if isinstance(value, str) else value


def of_train(payload: Mapping[str, Any]) -> list[Row]:
    """Return what changed of a train: its fields, or its timetable as lists of (rule, time, minutes, first day)."""
    if "was" in payload:
        return [["timetable", payload["was"], payload["now"]]]
    return [[name, old, new] for name, (old, new) in payload.get("values", {}).items()]
