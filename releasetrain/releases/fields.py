"""What a release says: the fields that people edit, as one value."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from releasetrain.domain.sizes import Size
from releasetrain.releases.models import Release

LIGHTEST, HEAVIEST = 1, 100


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A stage of a schema change that a release carries, its SQL as written, and whether that takes a heavy lock."""

    change: int
    stage: str
    sql: str = ""
    heavy_lock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFields:
    """Everything editable. ``services``, ``tables``, ``clients``: ids; ``needs``: (release id, lag in hours or None).

    ``clients``: what a release of a server must stay compatible with. ``steps``: the stages that it carries.
    """

    title: str
    description: str = ""
    size: Size = Size.SMALL
    initiative: int | None = None
    services: frozenset[int] = frozenset()
    tables: frozenset[int] = frozenset()
    earliest: date | None = None
    due: date | None = None
    weight: int = 1
    links: tuple[str, ...] = ()
    needs: frozenset[tuple[int, int | None]] = frozenset()
    clients: frozenset[int] = frozenset()
    steps: frozenset[Step] = frozenset()

    @classmethod
    def of(cls, release: Release) -> Self:
        """Return what ``release`` says now."""
        return cls(
            title=release.title,
            description=release.description,
            size=Size(release.size),
            initiative=release.initiative_id,
            services=frozenset(link.service_id for link in release.service_links.all()),
            tables=frozenset(link.table_id for link in release.table_links.all()),
            earliest=release.earliest,
            due=release.due,
            weight=release.weight,
            links=tuple(release.links),
            needs=frozenset((need.on_id, need.lag_hours) for need in release.needs.all()),
            clients=frozenset(link.client_id for link in release.client_links.all()),
            steps=frozenset(
                Step(one.change_id, one.stage, one.sql, one.heavy_lock) for one in release.schema_stages.all()
            ),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the fields as a revision stores them."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def changed_from(self, other: "ReleaseFields") -> list[str]:
        """Return the names of the fields that differ."""
        return [field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)]


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | tuple):
        return sorted((_item(item) for item in value), key=str)
    return value.isoformat() if isinstance(value, date) else value


def _item(item: Any) -> Any:
    if isinstance(item, Step):
        said = {"change": item.change, "stage": item.stage, "sql": item.sql}
        return said | ({"heavy_lock": True} if item.heavy_lock else {})  # what was said before there was such a thing
    return list(item) if isinstance(item, tuple) else item
