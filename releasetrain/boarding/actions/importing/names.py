"""From the names in a file to the rows they mean; what is missing is said, or made when asked for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from releasetrain.domain.release_file import Row
from releasetrain.releases import actions as catalogue
from releasetrain.releases.models import DataTable, Initiative, Service
from releasetrain.teams.actions import groups
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import DefaultTrain, Train

LONGEST_CODE = 8
MOST_WATCHED = 100


@dataclass(slots=True, kw_only=True)
class Names:
    """What a file may name, by name in small letters; a table by "database.table"."""

    teams: dict[str, Team] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    clients: set[int] = field(default_factory=set)
    tables: dict[str, int] = field(default_factory=dict)
    initiatives: dict[str, int] = field(default_factory=dict)
    trains: dict[str, Train] = field(default_factory=dict)
    defaults: dict[int, Train] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Names":
        """Read all names, in one query per kind, and which services are clients."""
        teams = list(Team.objects.all())
        return cls(
            teams={team.name.lower(): team for team in teams} | {team.code.lower(): team for team in teams},
            services={name.lower(): id for name, id in Service.objects.values_list("name", "pk")},
            clients=set(Service.objects.filter(kind=Service.Kind.CLIENT).values_list("pk", flat=True)),
            tables={f"{table.database}.{table.name}".lower(): table.pk for table in DataTable.objects.all()},
            initiatives={name.lower(): id for name, id in Initiative.objects.values_list("name", "pk")},
            trains={train.slug: train for train in Train.objects.all()},
            defaults={one.team_id: one.train for one in DefaultTrain.objects.select_related("train")},
        )

    def missing(self, row: Row) -> Iterator[tuple[str, str]]:
        """Yield kind and name of everything that the row names and that is not there."""
        if row.team.lower() not in self.teams:
            yield "team", row.team
        wanted = {"service": row.services, "table": row.tables, "initiative": (row.initiative,)}
        known = {"service": self.services, "table": self.tables, "initiative": self.initiatives}
        for kind, named in wanted.items():
            yield from ((kind, name) for name in named if name and name.lower() not in known[kind])

    def train_of(self, row: Row, *, otherwise: str | None) -> Train | None:
        """Return the row's train: named by the row, by the import, its team's own, or the first there is."""
        if named := row.train or otherwise:
            return self.trains.get(named)
        team = self.teams.get(row.team.lower())
        first = next(iter(self.trains.values()), None)
        return self.defaults.get(team.pk, first) if team else first


def make_missing(
    rows: Iterable[Row], names: Names, *, train: Train, by: User, clock: Callable[[], datetime]
) -> dict[str, list[str]]:
    """Make what the rows name and what is not there; return the names made, by kind.

    A made team watches over as many releases in a slot as the train has points: nobody has said otherwise yet. A made
    service is a server of the team whose row named it first.
    """
    made: dict[str, list[str]] = {}
    hand = {"by": by, "clock": clock}
    for row in rows:
        for kind, name in list(names.missing(row)):
            if name.lower() in (known.lower() for known in made.get(kind, ())):
                continue
            _MAKERS[kind](name, row, names, train, hand)
            made.setdefault(kind, []).append(name)
    return made


def _make_team(name: str, row: Row, names: Names, train: Train, hand: dict[str, Any]) -> None:
    limit = min(max(train.capacity, 1), MOST_WATCHED)
    team = groups.add_team(code=free_code(name, names), name=name, slot_limit=limit, **hand)
    DefaultTrain.objects.create(team=team, train=train)
    names.teams[name.lower()] = names.teams[team.code.lower()] = team


def _make_service(name: str, row: Row, names: Names, train: Train, hand: dict[str, Any]) -> None:
    team = names.teams[row.team.lower()]
    names.services[name.lower()] = catalogue.add_service(name=name, team=team.pk, **hand).pk


def _make_table(name: str, row: Row, names: Names, train: Train, hand: dict[str, Any]) -> None:
    database, _, table = name.partition(".")
    names.tables[name.lower()] = catalogue.add_table(name=table, database=database, **hand).pk


def _make_initiative(name: str, row: Row, names: Names, train: Train, hand: dict[str, Any]) -> None:
    names.initiatives[name.lower()] = catalogue.add_initiative(name=name, **hand).pk


_MAKERS = {"team": _make_team, "service": _make_service, "table": _make_table, "initiative": _make_initiative}


def free_code(name: str, names: Names) -> str:
    """Return a code for a team out of its name: its letters and digits, with a number where that is taken."""
    letters = "".join(letter for letter in name.upper() if letter.isalnum())[:LONGEST_CODE] or "TEAM"
    number, code = 1, letters
    while code.lower() in names.teams:
        number += 1
        code = f"{letters[: LONGEST_CODE - len(str(number))]}{number}"
    return code
