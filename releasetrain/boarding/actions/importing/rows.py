"""Write the releases of a file: new ones in bulk, known ones through the verb that edits."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from releasetrain.audit import actions as audit
from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.importing.judging import imported_key, known_keys
from releasetrain.boarding.actions.importing.names import Names
from releasetrain.boarding.actions.importing.report import TrainReport, line
from releasetrain.boarding.actions.rebooking import Hand
from releasetrain.domain.fingerprints import EVERY, fingerprints
from releasetrain.domain.release_file import ReleaseFile, Row
from releasetrain.outbox import actions as outbox
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Dependency, Release, ReleaseService, ReleaseTable, Revision
from releasetrain.trains.models import Train

FIELDS = frozenset(
    ("title", "description", "size", "initiative", "services", "tables", "earliest", "due", "weight", "needs")
)
CHUNK = 50  # rows between two looks at whether somebody cancelled


@dataclass(slots=True, kw_only=True)
class Batch:
    """The rows of one train on their way in; ``known``: the releases by key, as they are made.

    Under the lock, but for a dry run, which keeps nothing.
    """

    file: ReleaseFile
    train: Train
    names: Names
    hand: Hand
    report: TrainReport
    step: Callable[[int], None]
    dry_run: bool = False
    known: dict[str, int] = field(default_factory=dict)

    def read_known(self, rows: Iterable[Row]) -> None:
        """Read which keys of the rows, and of what they need, are here already."""
        every = list(rows)
        self.known = known_keys(
            self.file.source, {row.key for row in every} | {k for row in every for k, _ in row.needs}
        )

    def full_key(self, row: Row) -> str:
        """Return the key as a release keeps it."""
        return imported_key(self.file.source, row.key)

    def fields(self, row: Row) -> ReleaseFields:
        """Return what the row says of its release."""
        needs = {(self.known[key], lag) for key, lag in row.needs if key in self.known}
        initiative = self.names.initiatives[row.initiative.lower()] if row.initiative else None
        return ReleaseFields(
            title=row.title,
            description=row.description,
            size=row.size,
            initiative=initiative,
            services=frozenset(self.names.services[name.lower()] for name in row.services),
            tables=frozenset(self.names.tables[name.lower()] for name in row.tables),
            earliest=row.earliest,
            due=row.due,
            weight=row.weight,
            needs=frozenset(needs),
        )

    def updated(self, row: Row, current: ReleaseFields) -> ReleaseFields:
        """Return ``current`` with what the file has a column for."""
        wanted = self.fields(row)
        return replace(current, **{name: getattr(wanted, name) for name in self.file.columns & FIELDS})

    def warn(self, row: Row, release: int | None) -> None:
        """List what is odd about the row but does not keep it out."""
        if row.warning:
            self.report.warnings.append(line(row, release=release, code=row.warning.code, **row.warning.facts))


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in parts after which progress is told."""
    source = iter(rows)
    while part := list(islice(source, CHUNK)):
        yield part


def put_new(batch: Batch, rows: Sequence[Row], *, dated: Callable[[Row], Mapping[str, object]]) -> dict[str, Release]:
    """Write the releases of rows that are new here, submitted; ``dated``: their instants. Return them by key.

    A dry run writes none of them; their numbers are below zero then.
    """
    releases = [
        Release(
            pk=-row.number if batch.dry_run else None,
            team=batch.names.teams[row.team.lower()],
            title=row.title,
            description=row.description,
            size=row.size.value,
            initiative_id=batch.names.initiatives[row.initiative.lower()] if row.initiative else None,
            earliest=row.earliest,
            due=row.due,
            weight=row.weight,
            created_by_id=batch.hand.by,
            submitted_by_id=batch.hand.by,
            imported_key=batch.full_key(row),
            import_warning={"code": row.warning.code, **row.warning.facts} if row.warning else None,
            **dated(row),
        )
        for row in rows
    ]
    made = releases if batch.dry_run else Release.objects.bulk_create(releases)
    by_key = {row.key: release for row, release in zip(rows, made, strict=True)}
    batch.known |= {key: release.pk for key, release in by_key.items()}
    batch.report.made += len(made)
    return by_key


def known_releases(batch: Batch, rows: Iterable[Row]) -> dict[int, Release]:
    """Return the releases of rows that came in before, by id, with what they say."""
    found = Release.objects.filter(pk__in=[batch.known[row.key] for row in rows]).select_related("team")
    return {
        one.pk: one
        for one in found.prefetch_related("service_links", "table_links", "needs", "client_links", "schema_stages")
    }


def numbered(release: Release) -> int | None:
    """Return the release's number, None if it was never written."""
    return release.pk if release.pk > 0 else None


def put_links(batch: Batch, rows: Sequence[Row], releases: Mapping[str, Release]) -> None:
    """Write what new releases say beside their own fields, their first revision and the log's line."""
    for row in rows:
        batch.warn(row, numbered(releases[row.key]))
    if not batch.dry_run:
        said = [(row, releases[row.key], batch.fields(row)) for row in rows]
        _put_sets([(release, says) for _, release, says in said])
        _put_papers(batch, said)


def _put_sets(said: Sequence[tuple[Release, ReleaseFields]]) -> None:
    ReleaseService.objects.bulk_create(
        ReleaseService(release=release, service_id=id) for release, says in said for id in sorted(says.services)
    )
    ReleaseTable.objects.bulk_create(
        ReleaseTable(release=release, table_id=id) for release, says in said for id in sorted(says.tables)
    )
    Dependency.objects.bulk_create(
        Dependency(release=release, on_id=on, lag_hours=lag)
        for release, says in said
        for on, lag in sorted(says.needs, key=str)
    )


def _put_papers(batch: Batch, said: Sequence[tuple[Row, Release, ReleaseFields]]) -> None:
    at, by = batch.hand.at, batch.hand.by
    Revision.objects.bulk_create(
        Revision(
            release=release,
            number=1,
            fields=says.as_json(),
            changed=["team"],
            classes=sorted(EVERY),
            fingerprints=fingerprints(says.as_json()),
            at=at,
            by_id=by,
        )
        for _, release, says in said
    )
    audit.record_all(
        Entry(verb="release.imported", subject=f"release:{release.pk}", facts={"key": row.key}, at=at, by_id=by)
        for row, release, _ in said
    )
    for _, release, _ in said:
        outbox.post("release.imported", release=release.pk)


def put_late_needs(rows: Iterable[Row], known: Mapping[str, int]) -> None:
    """Write the dependencies whose other side was not there yet when their release was written."""
    Dependency.objects.bulk_create(
        (
            Dependency(release_id=known[row.key], on_id=known[key], lag_hours=lag)
            for row in rows
            for key, lag in row.needs
            if row.key in known and key in known
        ),
        ignore_conflicts=True,
    )
