"""Rows for tests: plain functions, keyword-only, every value with a default, so that a test names only what matters.

The cast tells the permission story: Ada leads PAY, Ben is on it, Cleo is release manager, Dov is on INV, Ines is an
architect. All dates lie in 2031 or later and never become past.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from releasetrain.domain.permissions import Role, Standing
from releasetrain.domain.recurrence import WEEKDAYS
from releasetrain.releases.models import DataTable, Initiative, Service
from releasetrain.teams.models import Membership, RoleHolder, Team, User
from releasetrain.trains.models import DefaultTrain, Slot, TimetableEntry, Train

PASSWORD = "correct horse"
NOW = datetime(2031, 11, 24, 10, 0, tzinfo=UTC)  # a Monday
TUESDAY = datetime(2031, 11, 25, 22, 0, tzinfo=UTC)
_numbers = count(1)


def clock(at: datetime = NOW):
    """Return a clock that stands still."""
    return lambda: at


def create_user(
    *, name: str = "Ada", email: str = "", zone: str = "UTC", password: str = PASSWORD, is_active: bool = True
) -> User:
    """Somebody who can sign in with ``PASSWORD``; the address comes from the name."""
    user = User(name=name, email=email or f"{name.lower().replace(' ', '.')}@example.com", zone=zone)
    user.is_active = is_active
    user.set_password(password)
    user.save()
    return user


def create_team(*, code: str = "PAY", name: str = "", slot_limit: int = 2, hue: int = 1, place: int = 0) -> Team:
    """A team, named after its code."""
    return Team.objects.create(code=code, name=name or f"Team {code}", slot_limit=slot_limit, hue=hue, place=place)


def member_of(team: Team, *, name: str = "Ben", standing: Standing = Standing.MEMBER) -> User:
    """A new person on the team."""
    person = create_user(name=name)
    Membership.objects.create(team=team, person=person, standing=standing.value)
    return person


def lead_of(team: Team, *, name: str = "Ada") -> User:
    """A new person who leads the team."""
    return member_of(team, name=name, standing=Standing.LEAD)


def holder_of(role: Role, *, name: str = "Ines") -> User:
    """A new person with a role."""
    person = create_user(name=name)
    RoleHolder.objects.create(role=role.value, person=person)
    return person


def release_manager(*, name: str = "Cleo") -> User:
    """A new release manager."""
    return holder_of(Role.RELEASE_MANAGER, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The people of the stories, and their two teams."""

    pay: Team
    inv: Team
    ada: User
    ben: User
    cleo: User
    dov: User
    ines: User


def create_cast() -> Cast:
    """Ada leads PAY, Ben is on it, Cleo runs the train, Dov is on INV, Ines is an architect."""
    pay, inv = create_team(code="PAY", hue=1, place=1), create_team(code="INV", hue=2, place=2)
    return Cast(
        pay=pay,
        inv=inv,
        ada=lead_of(pay, name="Ada"),
        ben=member_of(pay, name="Ben"),
        cleo=release_manager(name="Cleo"),
        dov=member_of(inv, name="Dov"),
        ines=holder_of(Role.ARCHITECT, name="Ines"),
    )


def create_initiative(*, name: str = "QR payments") -> Initiative:
    """An initiative."""
    return Initiative.objects.create(name=name)


def create_service(
    *, name: str = "", team: Team | None = None, kind: str = Service.Kind.SERVER, platform: str = ""
) -> Service:
    """A service; without a name it gets one of its own."""
    owner = team or Team.objects.first() or create_team()
    return Service.objects.create(name=name or f"service {next(_numbers)}", team=owner, kind=kind, platform=platform)


def create_table(*, name: str = "", database: str = "main", rows: int = 1000, **facts: int | None) -> DataTable:
    """A data table; without a name it gets one of its own."""
    return DataTable.objects.create(name=name or f"table_{next(_numbers)}", database=database, rows=rows, **facts)


def create_train(
    *,
    slug: str = "main",
    name: str = "",
    zone: str = "UTC",
    weekly: Iterable[tuple[int, time, int]] = (),
    default_of: Iterable[Team] = (),
    **facts: object,
) -> Train:
    """A train; ``weekly`` holds (weekday, at, minutes). It has no slots until somebody opens or creates them."""
    train = Train.objects.create(slug=slug, name=name or f"Train {slug}", zone=zone, **facts)
    for weekday, at, minutes in weekly:
        rule = f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}"
        TimetableEntry.objects.create(train=train, rule=rule, at=at, minutes=minutes)
    for team in default_of:
        DefaultTrain.objects.create(train=train, team=team)
    return train


def create_slot(
    *,
    train: Train | None = None,
    start_at: datetime = TUESDAY,
    minutes: int = 60,
    kind: str = Slot.Kind.REGULAR,
    capacity: int | None = None,
    cut_off_at: datetime | None = None,
    closed_at: datetime | None = None,
) -> Slot:
    """A departure; its cut-off is four hours before it starts unless said otherwise."""
    on = train or Train.objects.first() or create_train()
    local = start_at.astimezone(ZoneInfo(on.zone))
    return Slot.objects.create(
        train=on,
        kind=kind,
        occurrence=local.strftime("%Y-%m-%dT%H:%M"),
        start_at=start_at,
        end_at=start_at + timedelta(minutes=minutes),
        cut_off_at=cut_off_at or start_at - timedelta(hours=4),
        closed_at=closed_at,
        capacity=on.capacity if capacity is None else capacity,
    )
