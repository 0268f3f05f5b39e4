"""Who is there to be told, what they chose, and what waits to be mailed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from releasetrain.domain.permissions import Person, Role
from releasetrain.domain.telling import (
    Capacity,
    Happening,
    How,
    Kind,
    Listener,
    Sort,
    default,
    digest_day,
    is_still,
    leads,
)
from releasetrain.notices.models import Choice, Digest, MailHabit, Notice
from releasetrain.teams.models import RoleHolder, User
from releasetrain.teams.queries import known_as, person_facts


def listeners(happening: Happening) -> list[Listener]:
    """Return everybody who could be told: the teams it is about, those that need it, holders of roles. Two queries."""
    near = happening.teams | happening.needed_by
    roles = Exists(RoleHolder.objects.filter(person=OuterRef("pk")))
    people = User.objects.filter(roles | Q(memberships__team__in=near), is_active=True, service_of=None).distinct()
    rows = people.order_by("pk").values_list("pk", "is_active", "service_of", *person_facts("pk"))
    found = [known_as(*row) for row in rows]
    chose = _chosen([person.id for person in found], happening.kind)
    return [Listener(person=person, chose=chose.get(person.id, {})) for person in found]


def _chosen(people: Iterable[int], kind: Kind) -> Mapping[int, dict[Capacity, How]]:
    chosen: dict[int, dict[Capacity, How]] = defaultdict(dict)
    rows = Choice.objects.filter(person__in=list(people), kind=kind.value)
    for person, capacity, how in rows.values_list("person", "capacity", "how"):
        chosen[person][Capacity.read(capacity)] = How(how)
    return chosen


def columns(person: Person) -> list[Capacity]:
    """Return what somebody is told as, one column each: their teams, their roles, and what their teams need."""
    teams = [Capacity.team(team) for team in sorted(person.teams)]
    roles = [Capacity.role(role) for role in Role if role in person.roles]
    return [*teams, *roles, *([Capacity(Sort.NEEDS)] if teams else [])]


def how_told(person: Person) -> dict[tuple[Kind, Capacity], How]:
    """Return how somebody is told of each kind, as each of what they are: their choice, else the default."""
    rows = Choice.objects.filter(person=person.id).values_list("kind", "capacity", "how")
    chosen = {(Kind(kind), Capacity.read(capacity)): How(how) for kind, capacity, how in rows}
    cells = [(kind, column) for kind in Kind for column in columns(person)]
    return {(kind, column): chosen.get((kind, column), usual(kind, column, person)) for kind, column in cells}


def usual(kind: Kind, column: Capacity, person: Person) -> How:
    """Return how ``person`` is told who never chose."""
    return default(kind, column, is_lead=leads(person, column))


def habit_of(person: int) -> MailHabit:
    """Return when and in which language somebody gets mails; one who never said gets the usual."""
    return MailHabit.objects.filter(person=person).first() or MailHabit(person_id=person)


def waiting_for_digest() -> QuerySet[Notice]:
    """Return what is to be told in a digest and was not yet."""
    return Notice.objects.filter(how=How.DAILY.value, digest=None)


def due_for_digest(now: datetime) -> dict[int, date]:
    """Return whose digest is due at ``now``, with the day of theirs that it is for. Three queries."""
    people = User.objects.filter(Exists(waiting_for_digest().filter(person=OuterRef("pk"))), is_active=True)
    rows = people.values_list("pk", "zone", "mail_habit__hour")
    days = {
        person: day
        for person, zone, hour in rows
        if (day := digest_day(now, zone=ZoneInfo(zone), hour=MailHabit.EIGHT if hour is None else hour))
    }
    done = set(Digest.objects.filter(person__in=days, on__in=set(days.values())).values_list("person", "on"))
    return {person: day for person, day in days.items() if (person, day) not in done}


def notice_to_mail(id: str) -> Notice | None:
    """Return a notice that was neither mailed nor dropped, with its person."""
    return Notice.objects.filter(pk=id, mailed_at=None, dropped_at=None).select_related("person").first()


def digest_to_mail(id: int) -> tuple[Digest, list[Notice]] | None:
    """Return a digest that was not mailed, with its person and what it tells, oldest first."""
    found = Digest.objects.filter(pk=id, mailed_at=None).select_related("person").first()
    return (found, list(found.notices.filter(dropped_at=None))) if found else None


def may_still_be_told(person: int, notices: Iterable[Notice]) -> list[Notice]:
    """Return those of a person's notices that they may still get: active, still what they were told as. One query."""
    row = User.objects.filter(pk=person, is_active=True).values_list(
        "pk", "is_active", "service_of", *person_facts("pk")
    )
    if not (found := row.first()):
        return []
    known = known_as(*found)
    return [one for one in notices if _may_still(one, known)]


def _may_still(notice: Notice, person: Person) -> bool:
    is_draft = bool(notice.facts.get("is_draft"))
    return is_still(Capacity.read(notice.capacity), person, teams=notice.teams, is_draft=is_draft)
