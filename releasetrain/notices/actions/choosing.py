"""Choose what one is told."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, require
from releasetrain.domain.telling import Capacity, How, Kind
from releasetrain.notices import queries
from releasetrain.notices.models import Choice, MailHabit
from releasetrain.teams import checks
from releasetrain.teams import queries as teams
from releasetrain.teams.models import User

Clock = Callable[[], datetime]
Cell = tuple[Kind, Capacity]
LATEST_HOUR = 23


@transaction.atomic
def choose(
    *,
    cells: Mapping[Cell, How],
    by: User,
    clock: Clock,
    hour: int | None = None,
    language: str | None = None,
) -> None:
    """Keep how ``by`` wants to be told: ``cells`` by kind and as what, at which hour of theirs, in which language.

    A cell that says the default is not kept, so that it follows the default. What is left out stays as it was.
    """
    person = teams.person(by)
    require(person, Permission.OWN)
    if not {column for _kind, column in cells} <= set(queries.columns(person)):
        raise Refused("no-such-choice")
    before = queries.how_told(person)
    changed = {cell: how for cell, how in cells.items() if before[cell] is not how}
    _put(by, person, changed)
    habits = _put_habit(by, hour, language)
    if changed or habits:
        said = {f"{kind.value} {column}": how.value for (kind, column), how in changed.items()}
        audit.record("notices.chosen", subject=f"person:{by.pk}", by=by.pk, at=clock(), chosen=said, habits=habits)


def choose_all(*, how: How, by: User, clock: Clock) -> None:
    """Be told everything that one is told at all in the same way: what is switched off stays off."""
    cells = {cell: how for cell, now in queries.how_told(teams.person(by)).items() if now is not How.NO}
    choose(cells=cells, by=by, clock=clock)


def _put(by: User, person: Person, changed: Mapping[Cell, How]) -> None:
    for (kind, column), how in changed.items():
        if how is queries.usual(kind, column, person):
            Choice.objects.filter(person=by, kind=kind.value, capacity=str(column)).delete()
    rows = [
        Choice(person=by, kind=kind.value, capacity=str(column), how=how.value)
        for (kind, column), how in changed.items()
        if how is not queries.usual(kind, column, person)
    ]
    one = ["person", "kind", "capacity"]  # a double click finds the row of the first
    Choice.objects.bulk_create(rows, update_conflicts=True, unique_fields=one, update_fields=["how"])


def _put_habit(by: User, hour: int | None, language: str | None) -> dict[str, object]:
    """Write what changed of hour and language, and return it."""
    known = queries.habit_of(by.pk)
    wanted = {"hour": known.hour if hour is None else hour, "language": language or known.language}
    checks.number(wanted["hour"], field="hour", least=0, most=LATEST_HOUR)
    if wanted["language"] not in dict(settings.LANGUAGES):
        raise Refused("no-such-choice")
    changed = {name: value for name, value in wanted.items() if getattr(known, name) != value}
    if changed:
        MailHabit.objects.update_or_create(person=by, defaults=wanted)
    return changed
