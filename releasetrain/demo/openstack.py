"""The OpenStack cycle 2024.1 as if it were now: every date later by whole weeks, the part before today as history."""

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "openstack-2024.1"
FINAL_WEEK = date(2024, 4, 1)  # R+0, a Monday
AHEAD = timedelta(weeks=4)
NAMES = ["deliverable", "team", "type", "model", "version", "repositories", "requested_at", "revised_at", "released_at"]
INSTANTS = ("requested_at", "revised_at", "released_at")


def weeks_to(today: date) -> timedelta:
    """Return how much later the cycle is, so that its final week starts four weeks after this week's Monday."""
    return today - timedelta(days=today.weekday()) + AHEAD - FINAL_WEEK


def cycle(now: datetime) -> tuple[bytes, bytes]:
    """Return two files in the shape of the original: what was released before ``now``, and what is to come."""
    later = weeks_to(now.date())
    rows = [_later(row, later) for row in csv.DictReader((FOLDER / "releases.csv").open(encoding="utf-8", newline=""))]
    past = [row for row in rows if datetime.fromisoformat(row["released_at"]) < now]
    return _written(past), _written([row for row in rows if row not in past])


def _later(row: dict[str, str], by: timedelta) -> dict[str, str]:
    moved = {name: f"{datetime.fromisoformat(row[name]) + by:%Y-%m-%dT%H:%M:%SZ}" for name in INSTANTS}
    return {**row, **moved}


def _written(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
