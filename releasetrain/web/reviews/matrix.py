"""The compatibility matrix in words: services by clients and platforms, with what came of trying each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from releasetrain.domain.verdicts import Cell
from releasetrain.releases.models import Service
from releasetrain.reviews.models import Result
from releasetrain.reviews.queries.cases import Case

LOOKS = {
    Cell.PASS: ("clear", "clear", _("pass")),
    Cell.FAIL: ("blocked", "blocked", _("fail")),
    Cell.NOT_NEEDED: ("clear", "clear", _("not needed")),
    Cell.NONE: ("waiting", "waiting", _("no result")),
    Cell.OLD: ("waiting", "gate-stale", _("passed other code")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A cell: what came of it, in a look and a word, and the result behind it."""

    service: int | None
    client: Service
    meaning: str
    shape: str
    word: object
    result: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A client on its platforms, for one service."""

    client: str
    cells: list[Tried | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of one service; without a name, the release names no service."""

    service: str
    lines: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Platforms as columns, a block of lines for each service, and how many of the results are there."""

    platforms: list[str]
    blocks: list[Block]
    done: int
    every: int
    fails: list[Tried]

    @property
    def failing(self) -> list[str]:
        """The names of the clients that fail, each once."""
        return list(dict.fromkeys(one.client.name for one in self.fails))

    @property
    def cells(self) -> list[Tried]:
        """Every cell that there is."""
        return [cell for block in self.blocks for line in block.lines for cell in line.cells if cell is not None]


def matrix_of(case: Case) -> Matrix | None:
    """Return the matrix of a release, None where it names no client; two queries."""
    if not case.cells:
        return None
    clients = {one.pk: one for one in Service.objects.filter(pk__in=case.said.clients).order_by("name")}
    servers = dict(Service.objects.filter(pk__in=case.servers).values_list("pk", "name"))
    latest = {(one.service_id, one.client_id): one for one in case.results}
    tried = {place: _tried(place, cell, clients, latest) for place, cell in case.cells.items()}
    platforms = sorted({client.platform for client in clients.values()})
    services = list(dict.fromkeys(service for service, _client in case.cells))
    blocks = [Block(service=servers.get(one, ""), lines=_lines(one, clients, tried, platforms)) for one in services]
    return Matrix(
        platforms=platforms,
        blocks=blocks,
        done=sum(cell in (Cell.PASS, Cell.NOT_NEEDED) for cell in case.cells.values()),
        every=len(case.cells),
        fails=[tried[place] for place, cell in case.cells.items() if cell is Cell.FAIL],
    )


def _tried(
    place: tuple[int | None, int],
    cell: Cell,
    clients: Mapping[int, Service],
    latest: Mapping[tuple[int | None, int], Result],
) -> Tried:
    meaning, shape, word = LOOKS[cell]
    return Tried(
        service=place[0], client=clients[place[1]], meaning=meaning, shape=shape, word=word, result=latest.get(place)
    )


def _lines(
    service: int | None,
    clients: Mapping[int, Service],
    tried: Mapping[tuple[int | None, int], Tried],
    platforms: list[str],
) -> list[Line]:
    families: dict[str, dict[str, Tried]] = {}
    for client in clients.values():
        families.setdefault(family(client), {})[client.platform] = tried[service, client.pk]
    return [Line(client=name, cells=[cells.get(one) for one in platforms]) for name, cells in families.items()]


def family(client: Service) -> str:
    """Return what a client is called on all its platforms: its name without the platform at its end."""
    name, platform = client.name, client.platform
    for ending in (f" for {platform}", f" ({platform})", f", {platform}", f" {platform}", f"-{platform}"):
        if name.lower().endswith(ending.lower()):
            return name[: -len(ending)]
    return name
