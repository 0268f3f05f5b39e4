"""Set trains up: what they are, when they depart, whose they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.text import slugify

from releasetrain.audit import actions as audit
from releasetrain.boarding.actions.timetabling import follow, open_missing
from releasetrain.boarding.timetables import checked, missing, timetable_of
from releasetrain.domain.errors import Refused
from releasetrain.domain.lines import all_or_none
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.timetable import Recurring
from releasetrain.outbox import actions as outbox
from releasetrain.reviews.actions.refreshing import refresh_promises
from releasetrain.teams import checks
from releasetrain.teams import queries as teams
from releasetrain.teams.models import User
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import DefaultTrain, TimetableEntry, Train
from releasetrain.trains.queries import on_their_way

Clock = Callable[[], datetime]
BOUNDS = {
    "horizon_days": (1, 730),
    "capacity": (1, 1000),
    "points_small": (0, 1000),
    "points_medium": (0, 1000),
    "points_large": (0, 1000),
    "soak_small_hours": (0, 2000),
    "soak_medium_hours": (0, 2000),
    "soak_large_hours": (0, 2000),
    "cut_off_days": (0, 60),
}


@retried
def add_train(*, fields: TrainFields, by: User, clock: Clock, timetable: Sequence[Recurring] = ()) -> Train:
    """Add a train with its timetable and open its slots up to the horizon."""
    with locked_calendar():
        _allowed(by)
        return _add(fields, timetable, by=by, now=clock())


@retried
def edit_train(
    *, train: int, fields: TrainFields, by: User, clock: Clock, seen: Mapping[str, str] | None = None
) -> Train:
    """Change what a train is; refused as ``wall`` where soak or mode would let an unwaived large pair stand (C5).

    Capacity reaches the coming slots in which nobody rides; zone and cut-off those that nobody asks for either. The
    others stay as they were promised. A shorter horizon takes free slots beyond it away. ``seen``: what the form
    showed; what was saved since is not undone unasked.
    """
    with locked_calendar():
        _allowed(by)
        now, known = clock(), _train(train)
        with checks.undoing_nothing(known, seen):
            _say(known, fields, by=by, at=now)
        follow(known, now=now)
        return known


@retried
def set_timetable(
    *, train: int, timetable: Sequence[Recurring], by: User, clock: Clock, seen: Mapping[str, str] | None = None
) -> None:
    """Let a train depart as ``timetable`` says, and no longer otherwise.

    Slots that are boarded or asked for stay at their time as exceptions (S1); free ones go or come. ``seen``: what
    ``timetable_seen`` said when the form was shown; what was saved since is not undone unasked.
    """
    with locked_calendar():
        _allowed(by)
        now, known = clock(), _train(train)
        checks.refuse_undoing(timetable_seen(timetable_of(known)), timetable_seen(timetable), seen)
        if _put_timetable(known, timetable, by=by, at=now):
            follow(known, now=now)


@retried
def open_slots(*, clock: Clock, train: int | None = None) -> int:
    """Open the slots that are missing up to the horizon, of one train or of all; return how many.

    May run at any time and twice at once. Takes the calendar's lock only if there is something to open.
    """
    wanted = Train.objects.filter(pk=train) if train else Train.objects.all()
    if not any(missing(one, now=clock()) for one in wanted):
        return 0
    with locked_calendar():
        now = clock()
        return sum(open_missing(one, now=now) for one in wanted.all())


@transaction.atomic
def set_default_train(*, team: int, train: int | None, by: User, clock: Clock) -> None:
    """Let the releases of a team ask for ``train`` unless they say otherwise; None: for the first train there is."""
    require(teams.person(by), Permission.SET_UP_TEAM, team=teams.team(team).pk)
    if train is None:
        DefaultTrain.objects.filter(team=team).delete()
    else:
        DefaultTrain.objects.update_or_create(team_id=team, defaults={"train": _train(train)})
    audit.record("train.default-set", subject=f"team:{team}", by=by.pk, at=clock(), train=train)


@retried
def put_trains(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add or edit the train of each line (``fields``, ``timetable``) by its name: all lines or none."""
    with locked_calendar():
        _allowed(by)
        now = clock()

        def put(*, fields: TrainFields, timetable: Sequence[Recurring]) -> None:
            known = Train.objects.filter(name=fields.name.strip()).first()
            if known is None:
                _add(fields, timetable, by=by, now=now)
                return
            _say(known, replace(fields, slug=fields.slug or known.slug), by=by, at=now)
            _put_timetable(known, timetable, by=by, at=now)
            follow(known, now=now)

        return all_or_none(lines, put)


def _allowed(by: User) -> None:
    require(teams.person(by), Permission.SET_UP_TRAINS)


def _train(id: int) -> Train:
    found = Train.objects.filter(pk=id).first()
    if found is None:
        raise Refused("no-such-train", details={"train": id})
    return found


def _add(fields: TrainFields, timetable: Sequence[Recurring], *, by: User, now: datetime) -> Train:
    train = Train()
    _say(train, fields, by=by, at=now)
    _put_timetable(train, timetable, by=by, at=now)
    open_missing(train, now=now)
    return train


def _say(train: Train, fields: TrainFields, *, by: User, at: datetime) -> None:
    is_new = train.pk is None
    said = _checked(train, fields)
    known = None if is_new else TrainFields.of(train)
    changed = said.changed_from(known) if known else []
    if not is_new and not changed:
        return
    for name, value in asdict(said).items():
        setattr(train, name, value)
    checks.save(train, called=train.name)
    verb = "train.added" if is_new else "train.edited"
    audit.record(verb, subject=f"train:{train.pk}", by=by.pk, at=at, changed=changed)
    values = {name: [str(getattr(known, name)), str(getattr(said, name))] for name in changed}
    outbox.post(verb, train=train.pk, values=values, by=by.pk, at=at.isoformat())
    refresh_promises(on_their_way(train.pk), at=at, by=by.pk, code="train")


def _checked(train: Train, fields: TrainFields) -> TrainFields:
    for field, (least, most) in BOUNDS.items():
        checks.number(getattr(fields, field), field=field, least=least, most=most)
    checks.number(fields.reserve, field="reserve", least=0, most=fields.capacity)
    name = checks.text(fields.name, field="name", most=80)
    said = replace(fields, name=name, zone=checks.zone(fields.zone), slug=_slug(fields.slug or name))
    for field in ("name", "slug"):
        value = getattr(said, field)
        if Train.objects.filter(**{field: value}).exclude(pk=train.pk).exists():
            raise Refused("taken", details={"field": field, "value": value})
    return replace(said, large_mode=Train.LargeMode(said.large_mode).value)


def _slug(words: str) -> str:
    """An address out of a name; one of other letters than Latin gets a number."""
    return slugify(words)[:80] or f"train-{Train.objects.count() + 1}"


def timetable_seen(timetable: Iterable[Recurring]) -> dict[str, str]:
    """Return a timetable as its form carries it, to tell whether it is still the one that was shown."""
    entries = sorted(timetable, key=lambda one: one.order)
    return {"timetable": "; ".join(f"{one.rule} {one.first_on} {one.at} {one.minutes}" for one in entries)}


def _put_timetable(train: Train, timetable: Iterable[Recurring], *, by: User, at: datetime) -> bool:
    """Write the timetable and return whether it changed."""
    today = at.astimezone(ZoneInfo(train.zone)).date()
    wanted = checked(timetable, horizon_days=train.horizon_days, today=today)
    known = sorted(timetable_of(train), key=lambda one: one.order)
    if wanted == known:
        return False
    train.timetable.all().delete()
    TimetableEntry.objects.bulk_create(TimetableEntry(train=train, **asdict(one)) for one in wanted)
    was, said = ([_told(one) for one in entries] for entries in (known, wanted))
    audit.record("train.timetable-set", subject=f"train:{train.pk}", by=by.pk, at=at, timetable=said)
    outbox.post("train.timetable-set", train=train.pk, was=was, now=said, by=by.pk, at=at.isoformat())
    return True


def _told(entry: Recurring) -> list[Any]:
    return [entry.rule, f"{entry.at:%H:%M}", entry.minutes, entry.first_on.isoformat()]
