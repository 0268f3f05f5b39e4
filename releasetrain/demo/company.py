"""Set the demo's company up: people, teams, what they own, and the trains. What is there already is left as it is."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from releasetrain.boarding.actions import trains
from releasetrain.demo.data import company as told
from releasetrain.domain.permissions import Role
from releasetrain.domain.timetable import Recurring
from releasetrain.releases import actions as catalogue
from releasetrain.releases.models import DataTable, Service
from releasetrain.teams.actions import groups, people, roles
from releasetrain.teams.models import Membership, Team, User
from releasetrain.teams.queries import DEMO_DOMAIN
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import DefaultTrain, Train

Clock = Callable[[], datetime]
BEFORE = timedelta(days=24)  # the trains ran before the story begins


def address(name: str) -> str:
    """Return somebody's e-mail address."""
    return f"{name.lower()}@{DEMO_DOMAIN}"


def person_called(name: str) -> User:
    """Return one of the demo's people."""
    return User.objects.get(email=address(name))


def set_up(*, now: datetime) -> User:
    """Make what is missing of the company, and return its release manager."""
    clock = _at(now - BEFORE)
    cleo = _manager(clock)
    _people(cleo, clock)
    _teams(cleo, clock)
    _catalogue(cleo, clock)
    main = _train(told.MAIN, told.MAIN_TIMETABLE, by=cleo, clock=clock)
    _train(told.REGISTER, told.REGISTER_TIMETABLE, by=cleo, clock=clock)
    _train(told.OPENSTACK, told.OPENSTACK_TIMETABLE, by=cleo, clock=_at(now))
    trains.open_slots(clock=_at(now))
    homeless = Team.objects.filter(code__in=told.TEAMS).exclude(pk__in=DefaultTrain.objects.values("team"))
    for team in homeless:
        trains.set_default_train(team=team.pk, train=main.pk, by=cleo, clock=clock)
    return cleo


def _at(instant: datetime) -> Clock:
    return lambda: instant


def _manager(clock: Clock) -> User:
    """The first account on a new database; elsewhere whoever runs the train lets Cleo in."""
    email = address(told.MANAGER)
    if there := User.objects.filter(email=email).first():
        return there
    first = User.objects.filter(roles__role=Role.RELEASE_MANAGER, is_active=True).order_by("pk").first()
    if first is None:
        never_told = secrets.token_urlsafe(40)  # people of the demo sign in with one click
        return people.open_first_account(
            name=told.MANAGER, email=email, password=never_told, zone=told.ZONE, clock=clock
        )
    cleo = people.add_person(name=told.MANAGER, email=email, zone=told.ZONE, by=first, clock=clock)
    roles.give_role(person=cleo.pk, role=Role.RELEASE_MANAGER, by=first, clock=clock)
    return cleo


def _people(by: User, clock: Clock) -> None:
    known = set(User.objects.values_list("email", flat=True))
    new = [name for name in told.PEOPLE if address(name) not in known]
    for name in new:
        person = people.add_person(name=name, email=address(name), zone=told.ZONE, by=by, clock=clock)
        if role := told.ROLES.get(name):
            roles.give_role(person=person.pk, role=role, by=by, clock=clock)


def _teams(by: User, clock: Clock) -> None:
    known = set(Team.objects.values_list("code", flat=True))
    for code, name in told.TEAMS.items():
        if code not in known:
            groups.add_team(code=code, name=name, by=by, clock=clock)
    teams, users = _by(Team, "code"), _by(User, "email")
    there = set(Membership.objects.values_list("person_id", "team_id"))
    for name, code, standing in told.MEMBERSHIPS:
        if (users[address(name)], teams[code]) not in there:
            groups.set_membership(team=teams[code], person=users[address(name)], standing=standing, by=by, clock=clock)


def _catalogue(by: User, clock: Clock) -> None:
    teams, services = _by(Team, "code"), _by(Service, "name")
    for name, team in told.SERVERS.items():
        if name not in services:
            catalogue.add_service(name=name, team=teams[team], by=by, clock=clock)
    for name, platform in told.CLIENTS.items():
        if name not in services:
            facts = {"kind": Service.Kind.CLIENT, "platform": platform, "team": teams["POS"]}
            catalogue.add_service(name=name, by=by, clock=clock, **facts)
    known = set(DataTable.objects.filter(database=told.DATABASE).values_list("name", flat=True))
    for name, (rows, width, indexes, in_random_order) in told.TABLES.items():
        if name not in known:
            catalogue.add_table(
                name=name,
                database=told.DATABASE,
                rows=rows,
                row_bytes=width,
                indexes=indexes,
                random_indexes=in_random_order,
                free_disk_bytes=told.FREE_DISK,
                by=by,
                clock=clock,
            )


def _train(fields: TrainFields, timetable: Sequence[Recurring], *, by: User, clock: Clock) -> Train:
    there = Train.objects.filter(slug=fields.slug).first()
    return there or trains.add_train(fields=fields, timetable=timetable, by=by, clock=clock)


def _by(model: type, field: str) -> dict[str, int]:
    return dict(model.objects.values_list(field, "pk"))
