"""What the rows of a plan need of each other and of what is here already, as the rule reads it."""

from collections.abc import Iterable, Mapping

from releasetrain.boarding.actions.importing.rows import Batch
from releasetrain.domain.release_file import Row
from releasetrain.domain.world import Need
from releasetrain.releases.models import Release, ReleaseService, Service


def needs_of(batch: Batch, rows: Iterable[Row], releases: Mapping[str, Release]) -> tuple[Need, ...]:
    """Return what the new rows need, by the numbers that their releases have got."""
    said = [(row, releases[row.key].pk) for row in rows if row.needs]
    on = {batch.known[key] for row, _ in said for key, _ in row.needs if key in batch.known}
    known = Release.objects.filter(pk__in=[id for id in on if id > 0]).values_list("pk", "rolled_back_at")
    broken = {id for id, at in known if at is not None}
    servers = _changing_servers(batch, on, releases)
    return tuple(
        Need(
            release=release,
            on=batch.known[key],
            lag_hours=lag,
            is_broken=batch.known[key] in broken,
            is_client_of=_is_client(batch, row) and batch.known[key] in servers,
        )
        for row, release in said
        for key, lag in row.needs
        if key in batch.known
    )


def _is_client(batch: Batch, row: Row) -> bool:
    services = {batch.names.services[name.lower()] for name in row.services}
    return bool(services) and services <= batch.names.clients


def _changing_servers(batch: Batch, on: set[int], releases: Mapping[str, Release]) -> set[int]:
    """Those of ``on`` that change a server: as the file says, or as they are here."""
    here = ReleaseService.objects.filter(release__in=[id for id in on if id > 0], service__kind=Service.Kind.SERVER)
    found = set(here.values_list("release", flat=True))
    for row in batch.file.rows:
        if row.key in releases and releases[row.key].pk in on:
            named = {batch.names.services[name.lower()] for name in row.services}
            if named - batch.names.clients:
                found.add(releases[row.key].pk)
    return found
