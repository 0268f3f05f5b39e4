"""What addresses and forms hold, read so that nonsense is nothing or a refusal in words, and never an error."""

from datetime import date, datetime, time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from releasetrain.domain.errors import Refused

LONGEST_KEY = 18  # digits: what fits into a database's key whatever they are
# Years that any zone can show: the first and the last of the calendar have instants beyond them.
FIRST_YEAR, LAST_YEAR = 1970, 9000


def key(typed: str | None) -> int | None:
    """Return the number of a row, or None for anything that cannot be one."""
    is_key = typed and typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_KEY
    return int(typed) if typed and is_key else None


def one_time_key(typed: str | None, *, deed: str) -> UUID | None:
    """Return the one-time key that a form carries, good for this ``deed`` alone; None for anything that is none."""
    try:
        return uuid5(UUID(typed or ""), deed)
    except ValueError:
        return None


def day(typed: str | None) -> date | None:
    """Return a day, or None for anything that is not one within the years above."""
    try:
        on = parse_date(typed or "")
    except ValueError:
        return None
    return on if on and FIRST_YEAR < on.year < LAST_YEAR else None


def since(typed: str | None) -> datetime | None:
    """Return the instant from which a view starts: a day where the reader is, or an instant; None for nonsense."""
    if on := day(typed):
        return datetime.combine(on, time.min, tzinfo=timezone.get_current_timezone())
    try:
        return instant_or_refuse(typed or "", timezone.get_current_timezone())
    except Refused:
        return None


def day_or_refuse(typed: str) -> date | None:
    """Return a day, None for an empty field, or raise ``Refused("not-a-time")``."""
    on = day(typed.strip())
    return on if on or not typed.strip() else _refuse(typed)


def instant_or_refuse(typed: str, zone: ZoneInfo) -> datetime | None:
    """Return the local time that was typed ("now": this instant), None for an empty field, or raise ``Refused``."""
    words = typed.strip()
    if words == "now":
        return timezone.now()
    try:
        local = parse_datetime(words)
    except ValueError:
        local = None
    if local is None or not FIRST_YEAR < local.year < LAST_YEAR:
        return _refuse(typed) if words else None
    return local if local.tzinfo else local.replace(tzinfo=zone)


def _refuse(typed: str) -> None:
    raise Refused("not-a-time", details={"typed": typed.strip()[:40]})
