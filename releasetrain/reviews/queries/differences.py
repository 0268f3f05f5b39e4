"""What changed of a release since a revision: field by field, texts and SQL line by line, names instead of ids."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from releasetrain.domain.fingerprints import CLASS_OF
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import DataTable, Initiative, Release, Revision, Service
from releasetrain.schema.models import SchemaChange

AROUND = 2  # lines shown before and after what changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that changed: its lines marked "+", "-" or " "; ``about``: the stage whose SQL it is.

    ``rests``: the class of fields it belongs to, empty where no verdict rests on it.
    """

    field: str
    lines: tuple[tuple[str, str], ...]
    about: str = ""
    rests: str = ""

    @property
    def added(self) -> int:
        """How many lines are new."""
        return sum(mark == "+" for mark, _ in self.lines)

    @property
    def removed(self) -> int:
        """How many lines are gone."""
        return sum(mark == "-" for mark, _ in self.lines)


def since(release: int, revision: int) -> list[Difference]:
    """Return what a release says now against what it said at ``revision``; what matters to verdicts first."""
    then = Revision.objects.filter(release=release, number=revision).values_list("fields", flat=True).first()
    if then is None:
        return []
    links = ("service_links", "table_links", "client_links", "needs", "schema_stages")
    now = ReleaseFields.of(Release.objects.prefetch_related(*links).get(pk=release)).as_json()
    return differences(then, now)


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Return what differs between two states of a release's fields; at most six queries for names."""
    changed = [name for name in now if (then.get(name) or _nothing(now[name])) != now[name] and name != "steps"]
    names = _Names.of([then.get(name) for name in changed], [now[name] for name in changed], changed)
    found = [
        Difference(
            field=name,
            lines=_marked(names.lines(name, then.get(name)), names.lines(name, now[name])),
            rests=_class(name),
        )
        for name in changed
    ]
    found += _of_sql(then.get("steps") or [], now.get("steps") or [])
    return sorted(found, key=lambda one: (not one.rests, one.field != "steps"))


def _nothing(value: Any) -> Any:
    return type(value)() if isinstance(value, list | str) else None


def _class(name: str) -> str:
    return CLASS_OF[name].value if name in CLASS_OF else ""


def _of_sql(then: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Difference]:
    old = {(one["change"], one["stage"]): one["sql"] for one in then}
    new = {(one["change"], one["stage"]): one["sql"] for one in now}
    moved = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    called = (
        dict(SchemaChange.objects.filter(pk__in={change for change, _ in moved}).values_list("pk", "name"))
        if moved
        else {}
    )
    return [
        Difference(
            field="steps",
            about=f"{called.get(change, change)}, {stage}",
            lines=_marked(old.get((change, stage), "").splitlines(), new.get((change, stage), "").splitlines()),
            rests=_class("steps"),
        )
        for change, stage in moved
    ]


def _marked(old: list[str], new: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the lines as a unified difference has them, "…" where some are left out."""
    lines: list[tuple[str, str]] = []
    for line in list(difflib.unified_diff(old, new, n=AROUND, lineterm=""))[2:]:
        if not line.startswith("@@"):
            lines.append((line[:1], line[1:]))
        elif lines:
            lines.append((" ", "…"))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the ids in lists are called."""

    named: Mapping[str, Mapping[int, str]]

    @classmethod
    def of(cls, then: list[Any], now: list[Any], fields: list[str]) -> "_Names":
        ids: dict[str, set[int]] = {}
        for name, old, new in zip(fields, then, now, strict=True):
            if name in ("services", "tables", "clients"):
                ids[name] = {*(old or ()), *(new or ())}
            elif name == "initiative":
                ids[name] = {one for one in (old, new) if one}
            elif name == "needs":
                ids[name] = {on for on, _lag in (*(old or ()), *(new or ()))}
        models = {
            "services": Service,
            "clients": Service,
            "tables": DataTable,
            "initiative": Initiative,
            "needs": Release,
        }
        return cls(
            {
                name: {row.pk: str(row) for row in models[name].objects.filter(pk__in=wanted)}
                for name, wanted in ids.items()
            }
        )

    def lines(self, name: str, value: Any) -> list[str]:
        """Return a value as lines of text."""
        known = self.named.get(name, {})
        if name == "needs":
            return sorted(
                known.get(on, f"RT-{on}") + (f" +{lag} h" if lag is not None else "") for on, lag in value or ()
            )
        if name in ("services", "tables", "clients"):
            return sorted(known.get(one, str(one)) for one in value or ())
        if name == "initiative":
            return [known.get(value, str(value))] if value else []
        if isinstance(value, list):
            return [str(one) for one in value]
        return str(value).splitlines() if value not in (None, "") else []
