"""A forecast in words: what a plan is called, why it costs what it does, and whether it will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.amount_wording import duration, durations, grouped, many, many_bytes, ranged
from releasetrain.boarding.backfills import Outlook, Way
from releasetrain.conflict_wording import day, moment
from releasetrain.domain.forecast import Forecast, Plan, PlanKind, Reason

REASONS: Mapping[str, Promise] = {
    "copy": gettext_lazy("table and indexes are written anew, %(bytes)s beside the old ones"),
    "target-indexed": gettext_lazy("the new field is indexed: every row touches every index"),
    "old-snapshot": gettext_lazy("an old snapshot is held: no page can be tidied up between passes"),
    "wal-budget": gettext_lazy("held back to %(bytes)s of log a second"),
    "stays": gettext_lazy("%(percent)s %% of the rows stay on their page and touch no index"),
    "moves": gettext_lazy("every row moves to another page"),
}


def plan_name(plan: Plan, *, rows: int = 0) -> str:
    """Return "10 interleaved passes"; ``rows`` of the table, to say a tenth of it as 10 %."""
    if plan.kind is PlanKind.PASSES:
        return ngettext("%(n)s interleaved pass", "%(n)s interleaved passes", plan.passes) % {"n": plan.passes}
    if plan.kind is PlanKind.VACUUM:
        share = round(100 * plan.vacuum_every / rows) if rows else 0
        if share and abs(share / 100 - plan.vacuum_every / rows) < 0.001:
            return _("Vacuum every %(share)s %%") % {"share": share}
        return _("Vacuum every %(rows)s rows") % {"rows": many(plan.vacuum_every)}
    if plan.kind is PlanKind.REPACK:
        return _("Repack first, to %(share)s %%") % {"share": plan.fillfactor}
    return _("One pass")


def reason(of: Reason) -> str:
    """Return one reason: "6 indexes in random order, 144 GB"."""
    words: dict[str, Any] = dict(of.amounts)
    if "bytes" in words:
        words["bytes"] = many_bytes(int(words["bytes"]))
    if of.code == "random-indexes":
        return (
            ngettext(
                "%(n)s index in random order, %(bytes)s",
                "%(n)s indexes in random order, %(bytes)s",
                int(of.amounts["n"]),
            )
            % words
        )
    if of.code == "vacuum":
        words["time"] = duration(of.amounts["seconds"])
        return (
            ngettext("VACUUM %(n)s time, %(time)s in all", "VACUUM %(n)s times, %(time)s in all", int(of.amounts["n"]))
            % words
        )
    return str(REASONS[of.code]) % words


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A plan as the table of plans shows it. ``meaning``: clear, waiting or blocked; ``*_wide`` of ``WIDE``."""

    way: Way
    name: str
    rows_s: str
    time: str
    nights: str
    done: str
    log: str
    growth: str
    disk: str
    peak: str
    peak_wide: float
    free_wide: float
    reasons: list[str]
    verdict: str
    meaning: str
    is_marked: bool


WIDE = 220  # of the drawing of a disk


def columns(of: Outlook, *, zone: ZoneInfo) -> list[Column]:
    """Return every plan of an outlook in words; the chosen one is marked, or the best while none is chosen."""
    most = max((one.forecast.peak_bytes for one in of.ways), default=0)
    free = of.table.free_disk if of.table else None
    scale = WIDE / max(1, most, free or 0) / 1.03
    return [_column(one, of, scale, zone) for one in of.ways]


def _column(way: Way, of: Outlook, scale: float, zone: ZoneInfo) -> Column:
    said, free = way.forecast, of.table.free_disk if of.table else None
    verdict, meaning = _verdict(way, of, zone)
    return Column(
        way=way,
        name=plan_name(said.plan, rows=of.table.rows if of.table else 0),
        rows_s=ranged(said.least_rows_s, said.most_rows_s, grouped),
        time=durations(said.least_seconds, said.most_seconds),
        nights=_nights(way, of),
        done=_done(way, of, zone),
        log=many_bytes(said.wal_bytes),
        growth=_growth(said),
        disk=_disk(said, free),
        peak=many_bytes(said.peak_bytes),
        peak_wide=round(said.peak_bytes * scale, 1),
        free_wide=round((free or 0) * scale, 1),
        reasons=[reason(one) for one in said.reasons],
        verdict=verdict,
        meaning=meaning,
        is_marked=way.is_chosen or (of.plan is None and way.is_best),
    )


def _nights(way: Way, of: Outlook) -> str:
    if not of.hours or way.forecast.plan.at_any_hour:
        return _("goes through, at any hour")
    if way.most.done_at is None:
        return _("more than %(n)s") % {"n": way.least.nights}
    low, high = way.least.nights, way.most.nights
    return str(low) if low == high else f"{low} – {high}"


def _done(way: Way, of: Outlook, zone: ZoneInfo) -> str:
    """By when, at the latest; the first night is unknown while the expand has no place."""
    if of.begins_at is None:
        return "–"
    return _moment_or_never(way.most.done_at, zone)


def _moment_or_never(instant: datetime | None, zone: ZoneInfo) -> str:
    return moment(instant, zone) if instant else _("not within two years")


def _growth(said: Forecast) -> str:
    return f"{_more(said.heap_x)}, {_more(said.index_x)}"


def _more(times: float) -> str:
    percent = round(100 * (times - 1))
    return f"+{percent} %" if percent > 0 else str(percent).replace("-", "−") + (" %" if percent else "")


def _disk(said: Forecast, free: int | None) -> str:
    if free is None:
        return _("%(peak)s at its peak") % {"peak": many_bytes(said.peak_bytes)}
    return _("%(peak)s of %(free)s free") % {"peak": many_bytes(said.peak_bytes), "free": many_bytes(free)}


def _verdict(way: Way, of: Outlook, zone: ZoneInfo) -> tuple[str, str]:
    if way.too_much > 0:
        return _("%(over)s too much") % {"over": many_bytes(way.too_much)}, "blocked"
    if way.is_late and of.departs_at:
        return _("not by %(day)s") % {"day": day(of.departs_at, zone)}, "blocked"
    if way.is_chosen and of.plan:
        fits = _("fits, chosen by %(who)s") if of.facts.free_disk_bytes is not None else _("chosen by %(who)s")
        return fits % {"who": of.plan.by.name}, "clear"
    if of.facts.free_disk_bytes is None:
        return _("free disk is not known"), "waiting"
    return (_("fits, would do best") if way.is_best else _("fits")), "clear"


def where_from(of: Outlook) -> str:
    """Return where sizes and coefficients come from, and how far time may be off."""
    return ", ".join(
        [
            _sizes_from(of),
            _coefficients_from(of),
            _("time ± 25 %, up to three times as long where rows stay on their page"),
        ]
    )


def _sizes_from(of: Outlook) -> str:
    if of.measurement is None:
        return _("sizes from the set-up, those of indexes guessed")
    if of.measurement.server:
        return _("forecast for %(server)s") % {"server": of.measurement.server}
    return _("forecast from what was measured")


def _coefficients_from(of: Outlook) -> str:
    if of.profile is None or not of.profile.coefficients:
        return _("coefficients of PostgreSQL 15 on two cores")
    runs = of.profile.runs
    if not runs:
        return _("coefficients that %(who)s set") % {"who": of.profile.by.name}
    return ngettext("coefficients from %(n)s finished run", "coefficients from %(n)s finished runs", runs) % {"n": runs}


def facts_line(of: Outlook, *, hours: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return what is known of the table: label and words."""
    return [*_of_the_table(of), *_of_the_server(of, hours, zone)]


def _of_the_table(of: Outlook) -> list[tuple[str, str]]:
    table = of.table
    if table is None:
        return []
    size, random = many_bytes(table.heap_bytes), len(table.in_random_order)
    words = {"rows": many(table.rows), "width": round(table.heap_bytes / table.rows), "size": size}
    indexes = {"n": len(table.indexes), "size": many_bytes(table.index_bytes), "random": random}
    return [
        (_("Rows"), _("%(rows)s of %(width)s B, %(size)s") % words),
        (_("Indexes"), _("%(n)s, %(size)s, %(random)s in random order") % indexes),
    ]


def _of_the_server(of: Outlook, hours: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    free, measured = of.facts.free_disk_bytes, of.measurement
    said = [
        (_("Free disk"), many_bytes(free) if free is not None else _("not known")),
        (_("Low load"), hours or _("at any hour")),
    ]
    if measured is None:
        return said
    checkpoints = _("every %(time)s") % {"time": duration(measured.checkpoint_s)}
    budget = _("%(bytes)s a second") % {"bytes": many_bytes(measured.wal_bytes_s)} if measured.wal_bytes_s else _("any")
    who = {"who": measured.by.name, "day": day(measured.at, zone)}
    return [
        *said,
        (_("Checkpoints"), checkpoints),
        (_("Log it may write"), budget),
        (_("Measured"), _("%(day)s, %(who)s") % who),
    ]
