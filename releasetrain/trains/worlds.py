"""The world as the rules read it (``domain.world``), in one query: freezes, schema changes, dependencies, low load."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from releasetrain.domain.stages import Stage
from releasetrain.domain.versions import ROLLBACK_HOURS, Code, CodeClass, Version, standing_versions
from releasetrain.domain.windows import Window
from releasetrain.domain.world import NOTHING_REPORTED, Change, Need, Reported, Work, World
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.trains.backfills import backfill_of, verified_at
from releasetrain.trains.freezing import freeze_facts, low_load_of, spans_of_load
from releasetrain.trains.models import Freeze, Suspension

DAY = timedelta(days=1)
EVER = datetime(1970, 1, 3, tzinfo=UTC)
NOTHING: Mapping[str, Any] = {"releases": [], "slots": [], "tables": [], "changes": [], "everything": False}
FACTS = Path(__file__).with_name("world.sql").read_text(encoding="utf-8")


def world_of(releases: Collection[int], *, slots: Collection[int], near: Window, tables: Collection[int] = ()) -> World:
    """Return what matters to ``releases`` and to whoever rides in ``slots``, for departures within ``near``.

    ``tables``: what else would be touched.
    """
    asked = {"releases": list(releases), "slots": list(slots), "tables": list(tables)}
    return _world({**NOTHING, **asked}, near)


def whole_world(*, near: Window) -> World:
    """Return everything: for the nightly check and whole pictures, not for a page."""
    return _world({**NOTHING, "everything": True}, near)


def _world(asked: Mapping[str, Any], near: Window) -> World:
    soon, late = _local(near)
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {**asked, "soon": soon, "late": late, "since": near.start})
        rows = dict(zip(("freezes", "changes", "needs", "low"), cursor.fetchone(), strict=True))
    return world_from(rows, near=near)


def _local(near: Window) -> tuple[str, str]:
    """Local times are compared as they are written, two days either way for the zones."""
    soon, late = (f"{one:%Y-%m-%dT%H:%M}" for one in (near.start - 2 * DAY, near.end + 2 * DAY))
    return soon, late


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
    """Return those that may meet."""
    soon, late = _local(near)
    recurs = ~Q(rule="") | ~Q(holidays="")
    return freeze_rows().filter(recurs | Q(last_at__gt=soon), ended_at__isnull=True, first_at__lt=late)


def changes_called(ids: Collection[int]) -> list[Change]:
    """Return these schema changes as the rules read them, given up ones among them."""
    asked = {**NOTHING, "changes": list(ids)}
    return [change for change in _world(asked, Window(EVER, EVER)).changes if change.id in ids]


def world_from(rows: Mapping[str, Any], *, near: Window) -> World:
    """Return the world of rows that were read with ``facts``."""
    low = [{**row, **{name: time.fromisoformat(row[name]) for name in ("since", "until")}} for row in rows["low"]]
    freezes = (freeze_of(row, near) for row in rows["freezes"])
    return World(
        freezes=tuple(one for one in freezes if one is not None),
        changes=tuple(map(_change, rows["changes"])),
        needs=tuple(map(_need, rows["needs"])),
        low_load=low_load_of(low, near=near),
        low_hours=spans_of_load(low),
        reported=_reported(rows["changes"]),
    )


def freeze_of(row: Mapping[str, Any], near: Window) -> FreezeFacts | None:
    """Return what a freeze of ``freezes_near`` means near; None: nothing."""
    pairs = [(pair["since"], pair["until"]) for pair in row["suspensions"]]
    return freeze_facts({**row, "suspensions": pairs}, near=near)


def _change(row: Mapping[str, Any]) -> Change:
    change = Change(
        id=row["id"],
        table=row["table"],
        soak_hours=row["soak"],
        carriers={Stage(step["stage"]): step["release"] for step in row["steps"]},
        abandoned_at=_instant(row["abandoned"]),
        code=_code(row),
    )
    return replace(change, code=replace(change.code, versions=tuple(_versions(row, change))))


def _code(row: Mapping[str, Any]) -> Code:
    usage = row["usage"] or {}
    return Code(
        services=frozenset(one["id"] for one in row["services"]),
        said={one["release"]: CodeClass(one["code"]) for one in row["classes"]},
        trigger=row["trigger"],
        rollback_hours=usage.get("hours", ROLLBACK_HOURS),
        verified_at=verified_at(row),
    )


def _versions(row: Mapping[str, Any], change: Change) -> Iterator[Version]:
    """What counts of each service: its latest report and the latest attestation."""
    for service in row["services"]:
        attested = service["attested"] or {}
        reported = [_version(service["id"], one, change) for one in service["versions"]]
        yield from standing_versions(
            service["id"],
            reported if service["at"] else None,
            reported_at=_instant(service["at"]),
            attested=CodeClass(attested["code"]) if attested else None,
            attested_at=_instant(attested.get("at")),
        )


def _version(service: int, row: Mapping[str, Any], change: Change) -> Version:
    """The class that was typed for the version, else that of the release that built it, else nobody knows."""
    typed = CodeClass(row["code"]) if row["code"] else None
    code = typed or change.classes.get(row["release"])
    return Version(service=service, name=row["name"], code=code, runs=row["runs"], until=_instant(row["until"]))


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _need(row: Mapping[str, Any]) -> Need:
    return Need(
        release=row["release"],
        on=row["on"],
        lag_hours=row["lag"],
        is_broken=row["broken_at"] is not None,
        is_client_of=row["follows"],
    )


def _reported(changes: Iterable[Mapping[str, Any]]) -> dict[int, Reported]:
    """What is known of each release by the stages it carries: heavy locks, and the backfill it rests on."""
    found: dict[int, Reported] = {}
    for change in changes:
        for step in change["steps"]:
            found[step["release"]] = _with_step(found.get(step["release"], NOTHING_REPORTED), step, change)
    return {release: known for release, known in found.items() if known != NOTHING_REPORTED}


def _with_step(known: Reported, step: Mapping[str, Any], change: Mapping[str, Any]) -> Reported:
    """A stage that takes a heavy lock works on its database for the whole of its departure."""
    if step["heavy"] and change["database"] is not None:
        known = replace(known, work=(*known.work, Work(database=change["database"])))
    if step["stage"] == Stage.BACKFILL and (found := backfill_of(change)) is not None:
        backfill, disk = found
        disks = (*known.disks, disk) if disk else known.disks
        known = replace(known, backfills=(*known.backfills, backfill), disks=disks)
    return known
