"""Plan the OpenStack cycle 2024.1 anew and lay it beside what happened: ``python -m scripts.replay_openstack``.

Every release is due its team's median lead time after it was requested, and rides at the earliest on the day after.
Departures on working days at 12:00 UTC with 12 points each, a large one apart from whatever shares its deliverable, as
on the demo's train. Freezes as the cycle's schedule has them: libraries from their final week until the final release,
client libraries from theirs, what has candidates from the final candidates on. A team's median lead time is that of its
releases whose clocks were right. Draws docs/pictures/openstack-replay.svg.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from xml.sax.saxutils import escape

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.engine import plan
from releasetrain.domain.planner.problem import LargeRule, Problem, Release, Slot
from releasetrain.domain.planner.values import Aim, Effort, Level
from releasetrain.domain.sizes import Size, size_from_version

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "releasetrain" / "demo" / "data" / "openstack-2024.1" / "releases.csv"
PICTURE = ROOT / "docs" / "pictures" / "openstack-replay.svg"
CAPACITY = 12
POINTS = {Size.SMALL: 1, Size.MEDIUM: 3, Size.LARGE: 6}
SOAK_HOURS = {Size.SMALL: 24, Size.MEDIUM: 48, Size.LARGE: 120}
FINAL = date(2024, 4, 3)
DAY = timedelta(days=1)
HOUR = 3600
SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Ridden:
    """A release as it happened."""

    name: str
    deliverable: str
    team: str
    kind: str
    has_candidates: bool
    size: Size
    requested_on: date
    released_on: date
    due_on: date

    @property
    def frozen(self) -> tuple[date, date] | None:
        """From when to when the schedule froze it; the last day is free again."""
        if self.kind == "library":
            return date(2024, 2, 24), FINAL
        if self.kind == "client-library":
            return date(2024, 3, 2), FINAL
        return (date(2024, 3, 30), FINAL) if self.has_candidates else None


def ridden() -> list[Ridden]:
    """Return every release of the cycle."""
    rows = list(csv.DictReader(DATA.open(encoding="utf-8", newline="")))
    versions: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        versions[row["deliverable"]].add(row["version"])
    lead = _lead_times(rows)
    return [_ridden(row, frozenset(versions[row["deliverable"]]), lead) for row in rows]


def _lead_times(rows: Sequence[Mapping[str, str]]) -> dict[str, timedelta]:
    found: dict[str, list[timedelta]] = defaultdict(list)
    for row in rows:
        took = datetime.fromisoformat(row["released_at"]) - datetime.fromisoformat(row["requested_at"])
        if took >= timedelta():
            found[row["team"]].append(took)
    return {team: median(times) for team, times in found.items()}


def _ridden(row: Mapping[str, str], versions: frozenset[str], lead: Mapping[str, timedelta]) -> Ridden:
    requested, released = (datetime.fromisoformat(row[name]) for name in ("requested_at", "released_at"))
    requested = min(requested, released)  # a few authors' clocks were wrong
    return Ridden(
        name=f"{row['deliverable']} {row['version']}",
        deliverable=row["deliverable"],
        team=row["team"],
        kind=row["type"],
        has_candidates=row["model"] == "cycle-with-rc",
        size=size_from_version(row["version"], candidates=versions),
        requested_on=requested.date(),
        released_on=released.date(),
        due_on=(requested + lead.get(row["team"], timedelta())).date(),
    )


def problem_of(cycle: Sequence[Ridden]) -> Problem:
    """Return the question that the planner is asked."""
    first, last = min(one.requested_on for one in cycle), max(one.released_on for one in cycle) + 30 * DAY
    days = [first + n * DAY for n in range((last - first).days) if (first + n * DAY).weekday() < 5]
    slots = tuple(_slot(day) for day in days)
    return Problem(slots=slots, releases=tuple(_release(one, days) for one in cycle))


def _slot(day: date) -> Slot:
    start = int(datetime.combine(day, time(12), UTC).timestamp())
    return Slot(
        id=day.isoformat(), start=start, end=start + HOUR, clock=start, capacity=CAPACITY, large=LargeRule.APART
    )


def _release(one: Ridden, days: Sequence[date]) -> Release:
    def may_ride(day: date) -> bool:
        frozen = one.frozen is not None and one.frozen[0] <= day < one.frozen[1]
        return one.requested_on < day and not frozen

    return Release(
        id=one.name,
        points=POINTS[one.size],
        is_large=one.size is Size.LARGE,
        team=one.team,
        resources=frozenset({f"service:{one.deliverable}"}),
        soak=SOAK_HOURS[one.size] * HOUR,
        due=int(datetime.combine(one.due_on + DAY, time(), UTC).timestamp()),
        options=tuple(at for at, day in enumerate(days) if may_ride(day)),
    )


def days_late(cycle: Sequence[Ridden], on: Sequence[date]) -> int:
    """Return the days late of all together."""
    return sum(max(0, (day - one.due_on).days) for one, day in zip(cycle, on, strict=True))


def figures(cycle: Sequence[Ridden], on: Sequence[date]) -> Mapping[str, int]:
    """Return what both are compared by."""
    releases, points = Counter(on), Counter[date]()
    for one, day in zip(cycle, on, strict=True):
        points[day] += POINTS[one.size]
    late = [one for one, day in zip(cycle, on, strict=True) if day > one.due_on]
    in_freeze = [one for one, day in zip(cycle, on, strict=True) if one.frozen and one.frozen[0] <= day < one.frozen[1]]
    return {
        "days late, all together": days_late(cycle, on),
        "releases late": len(late),
        "releases on the busiest day": max(releases.values()),
        "points on the busiest day": max(points.values()),
        f"days over {CAPACITY} points": sum(one > CAPACITY for one in points.values()),
        "releases in a freeze": len(in_freeze),
        "large ones of a deliverable that overlap": _overlaps(cycle, on),
    }


def _overlaps(cycle: Sequence[Ridden], on: Sequence[date]) -> int:
    large: dict[str, list[date]] = defaultdict(list)
    for one, day in zip(cycle, on, strict=True):
        if one.size is Size.LARGE:
            large[one.deliverable].append(day)
    return sum(
        (b - a).days <= SOAK_HOURS[Size.LARGE] // 24 for days in large.values() for a, b in pairwise(sorted(days))
    )


def picture(happened: Mapping[str, int], planned: Mapping[str, int], days: Mapping[str, Sequence[date]]) -> str:
    """Return the two courses above each other, as SVG that reads in light and dark."""
    first, last = min(min(one) for one in days.values()), max(max(one) for one in days.values())
    parts = [*_course("what happened", days["happened"], happened, first, last, top=20)]
    parts += [*_course("the plan", days["planned"], planned, first, last, top=200)]
    body = "\n".join(parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 390" role="img" '
        'aria-label="Releases a day, what happened above, the plan below" font-family="system-ui, sans-serif">\n'
        "<style>text{fill:#444;font-size:12px}.t{font-weight:600;font-size:14px}.bar{fill:#3b6ea5}.axis{stroke:#999}"
        "@media (prefers-color-scheme:dark){text{fill:#ccc}.bar{fill:#7fb0e6}}</style>\n"
        f"{body}\n</svg>\n"
    )


def _course(
    title: str, on: Sequence[date], told: Mapping[str, int], first: date, last: date, *, top: int
) -> Iterator[str]:
    releases, width, height = Counter(on), 840, 130
    scale = width / ((last - first).days + 1)
    yield f'<text class="t" x="10" y="{top}">{escape(title)}</text>'
    late, busiest = told["days late, all together"], told["releases on the busiest day"]
    yield f'<text x="10" y="{top + 18}">{late} days late in all; busiest day {busiest} releases</text>'
    for day, count in sorted(releases.items()):
        x, tall = 10 + (day - first).days * scale, count / 78 * (height - 30)
        yield (
            f'<rect class="bar" x="{x:.1f}" y="{top + 20 + height - tall:.1f}" width="{max(1.5, scale - 0.5):.1f}" '
            f'height="{tall:.1f}"><title>{day:%-d %b %Y}: {count}</title></rect>'
        )
    yield f'<line class="axis" x1="10" x2="850" y1="{top + 20 + height}" y2="{top + 20 + height}"/>'
    for month in _months(first, last):
        yield f'<text x="{10 + (month - first).days * scale:.1f}" y="{top + 34 + height}">{month:%b}</text>'


def _months(first: date, last: date) -> Iterator[date]:
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            yield day
        day = (day + 32 * DAY).replace(day=1)


def main() -> None:
    """Plan, print both beside each other and draw them."""
    cycle = ridden()
    problem = problem_of(cycle)
    outcome = plan(problem, [Aim.EARLIEST], Effort(seconds=SECONDS))
    best = outcome.plans[Aim.EARLIEST]
    if found := violations(problem, best.places):
        raise SystemExit(f"the plan does not hold: {found[:3]}")
    days = {
        "happened": [one.released_on for one in cycle],
        "planned": [date.fromisoformat(str(problem.slots[at].id)) for at in best.places],
    }
    happened, planned = (figures(cycle, one) for one in days.values())
    print(f"{len(cycle)} releases, {len(problem.slots)} departures, {outcome.seconds:.0f} s")
    print(f"{'':42}{'happened':>10}{'planned':>10}")
    for name, value in happened.items():
        print(f"{name:42}{value:10}{planned[name]:10}")
    lateness = next(one for one in best.levels if one.level is Level.LATENESS)
    print(f"lateness {lateness.value}, proven: no plan has less than {lateness.bound}")
    PICTURE.write_text(picture(happened, planned, days), encoding="utf-8")


if __name__ == "__main__":
    main()
