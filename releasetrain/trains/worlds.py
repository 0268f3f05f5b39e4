"""The world as the rules read it (``domain.world``), in one query: freezes, schema changes, dependencies, low load."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from releasetrain.domain.stages import Stage
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Change, Need, Reported, Work, World
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.releases.models import Dependency, ReleaseService, ReleaseTable, Service
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.trains.freezing import freeze_facts, low_load_of
from releasetrain.trains.models import Booking, Calendar, Database, Freeze, LowLoad, Suspension

DAY = timedelta(days=1)


def world_of(releases: Collection[int], *, slots: Collection[int], near: Window, tables: Collection[int] = ()) -> World:
    """Return what matters to ``releases`` and to whoever rides in ``slots``, for departures within ``near``.

    ``tables``: what else would be touched.
    """
    return world_from(facts(_asked(list(releases), list(slots)), near=near, tables=tables), near=near)


def whole_world(*, near: Window) -> World:
    """Return everything: for the nightly check and whole pictures, not for a page."""
    return world_from(facts(None, near=near), near=near)


def _asked(releases: list[int], slots: list[int]) -> Q:
    """Whom it is about, by the column ``release``."""
    riders = Booking.objects.filter(slot__in=slots, left_at__isnull=True).values("release")
    return Q(release__in=releases) | Q(release__in=riders) if slots else Q(release__in=releases)


def facts(asked: Q | None, *, near: Window, tables: Collection[int] = ()) -> Mapping[str, Any]:
    """Return the rows behind a world, as the database puts them together; ``asked`` None: all."""
    found = (
        Calendar.objects.annotate(
            freezes=ArraySubquery(freezes_near(near).values("row")),
            changes=ArraySubquery(_changes(asked, near, tables)),
            needs=ArraySubquery(_needs(asked)),
            low=ArraySubquery(_low_load()),
        )
        .values("freezes", "changes", "needs", "low")
        .first()
    )
    return {name: rows or [] for name, rows in (found or dict.fromkeys(("freezes", "changes", "needs", "low"))).items()}


def freeze_rows() -> QuerySet[Freeze]:
    """Return the freezes with ``scope``: their rows as ``freezing`` reads them."""
    scope = {
        name: ArraySubquery(through.objects.filter(freeze=OuterRef("pk")).values(f"{name[:-1]}_id"))
        for name, through in (
            ("trains", Freeze.trains.through),
            ("services", Freeze.services.through),
            ("teams", Freeze.teams.through),
        )
    }
    off = Suspension.objects.filter(freeze=OuterRef("pk")).values(pair=JSONObject(since="since", until="until"))
    plain = {name: F(name) for name in ("id", "is_hard", "zone", "first_at", "last_at", "rule", "holidays", "revision")}
    return Freeze.objects.annotate(row=JSONObject(**plain, **scope, suspensions=ArraySubquery(off)))


def freezes_near(near: Window) -> QuerySet[Freeze]:
    """Return those that may meet: local times are compared as they are written, a day either way for the zones."""
    soon, late = (f"{one:%Y-%m-%dT%H:%M}" for one in (near.start - 2 * DAY, near.end + 2 * DAY))
    recurs = ~Q(rule="") | ~Q(holidays="")
    return freeze_rows().filter(recurs | Q(last_at__gt=soon), ended_at__isnull=True, first_at__lt=late)


def _changes(asked: Q | None, near: Window, tables: Collection[int]) -> QuerySet[SchemaChange]:
    live = SchemaChange.objects.filter(Q(abandoned_at__isnull=True) | Q(abandoned_at__gt=near.start))
    if asked is not None:
        carried = SchemaStage.objects.filter(asked)
        touched = ReleaseTable.objects.filter(asked).values("table")
        told = Q(table__in=list(tables)) if tables else Q()
        live = live.filter(Q(table__in=touched) | Q(table__in=carried.values("change__table")) | told)
    return _changed_rows(live)


def _changed_rows(changes: QuerySet[SchemaChange]) -> QuerySet[SchemaChange]:
    database = Database.objects.filter(name=OuterRef("table__database")).values("pk")[:1]
    stages = SchemaStage.objects.filter(change=OuterRef("pk"))
    steps = ArraySubquery(stages.values(step=JSONObject(stage="stage", release="release_id", heavy="heavy_lock")))
    row = JSONObject(
        id="id",
        table="table_id",
        soak="soak_hours",
        abandoned="abandoned_at",
        steps=steps,
        database=Subquery(database),
    )
    return changes.values(row=row)


def changes_called(ids: Collection[int]) -> list[Change]:
    """Return these schema changes as the rules read them."""
    return [_change(row["row"]) for row in _changed_rows(SchemaChange.objects.filter(pk__in=list(ids)))]


def _needs(asked: Q | None) -> QuerySet[Dependency]:
    of = {"release": OuterRef("release")}
    client = Exists(ReleaseService.objects.filter(**of, service__kind=Service.Kind.CLIENT))
    server = ReleaseService.objects.filter(service__kind=Service.Kind.SERVER)
    follows = client & ~Exists(server.filter(**of)) & Exists(server.filter(release=OuterRef("on")))
    rows = Dependency.objects.all()
    if asked is not None:
        either = Dependency.objects.filter(asked) | Dependency.objects.filter(_of_the_other(asked))
        rows = rows.filter(pk__in=either.values("pk"))
    return rows.annotate(follows=follows).values(
        row=JSONObject(
            release="release_id", on="on_id", lag="lag_hours", follows="follows", broken_at="on__rolled_back_at"
        )
    )


def _of_the_other(asked: Q) -> Q:
    found = Q()
    for name, value in asked.children:
        found |= Q(**{name.replace("release", "on", 1): value})
    return found


def _low_load() -> QuerySet[LowLoad]:
    names = ("weekdays", "since", "until")
    return LowLoad.objects.values(
        row=JSONObject(database="database_id", zone="database__zone", **{name: name for name in names})
    )


def world_from(rows: Mapping[str, Any], *, near: Window) -> World:
    """Return the world of rows that were read with ``facts``."""
    low = [{**row, **{name: time.fromisoformat(row[name]) for name in ("since", "until")}} for row in rows["low"]]
    freezes = (freeze_of(row, near) for row in rows["freezes"])
    return World(
        freezes=tuple(one for one in freezes if one is not None),
        changes=tuple(map(_change, rows["changes"])),
        needs=tuple(map(_need, rows["needs"])),
        low_load=low_load_of(low, near=near),
        reported=_reported(rows["changes"]),
    )


def freeze_of(row: Mapping[str, Any], near: Window) -> FreezeFacts | None:
    """Return what a freeze of ``freezes_near`` means near; None: nothing."""
    pairs = [(pair["since"], pair["until"]) for pair in row["suspensions"]]
    return freeze_facts({**row, "suspensions": pairs}, near=near)


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        id=row["id"],
        table=row["table"],
        soak_hours=row["soak"],
        carriers={Stage(step["stage"]): step["release"] for step in row["steps"]},
        abandoned_at=row["abandoned"] and datetime.fromisoformat(row["abandoned"]),
    )


def _need(row: Mapping[str, Any]) -> Need:
    return Need(
        release=row["release"],
        on=row["on"],
        lag_hours=row["lag"],
        is_broken=row["broken_at"] is not None,
        is_client_of=row["follows"],
    )


def _reported(changes: Iterable[Mapping[str, Any]]) -> dict[int, Reported]:
    """A stage that takes a heavy lock works on its database for the whole of its departure."""
    work: dict[int, tuple[Work, ...]] = {}
    for change in changes:
        for step in change["steps"]:
            if step["heavy"] and change["database"] is not None:
                work[step["release"]] = (*work.get(step["release"], ()), Work(database=change["database"]))
    return {release: Reported(work=found) for release, found in work.items()}
