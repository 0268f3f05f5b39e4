"""A picture in which a release says something else than it does: an edit, a row or a form that is only tried."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from releasetrain.domain.picture import Picture
from releasetrain.domain.stages import Stage
from releasetrain.domain.world import Change, Need, Work
from releasetrain.releases.fields import ReleaseFields, Step
from releasetrain.releases.models import DataTable, Release, ReleaseService, Service
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Database
from releasetrain.trains.worlds import changes_called


def as_said(picture: Picture, release: int, said: ReleaseFields) -> Picture:
    """Return the picture in which ``release`` (one of its riders) says ``said``: what the rules read of it."""
    rider = replace(
        picture.riders[release],
        size=said.size,
        services=said.services,
        tables=said.tables,
        earliest=said.earliest,
        due=said.due,
        weight=said.weight,
    )
    tied = tied_anew(picture, release, said.needs)
    return _carrying(tied, release, said.steps).edited([rider])


def with_heavy_locks(picture: Picture, release: int, changes: Collection[int]) -> Picture:
    """Return the picture in which ``release`` takes heavy locks on the databases of these changes, and on no others."""
    tables = DataTable.objects.filter(schema_changes__in=list(changes)).values("database")
    databases = Database.objects.filter(name__in=tables).values_list("pk", flat=True) if changes else ()
    known = replace(picture.world.of(release), work=tuple(Work(database=one) for one in databases))
    return picture.in_world(replace(picture.world, reported={**picture.world.reported, release: known}))


def tied_anew(picture: Picture, release: int, needs: Iterable[tuple[int, int | None]]) -> Picture:
    """Return the picture in which ``release`` needs just these (id, lag in hours)."""
    wanted = list(needs)
    if not wanted:
        return picture.in_world(picture.world.needing(release, ()))
    on = {one for one, _ in wanted}
    kinds = _kinds({release, *on})
    follows = kinds.get(release) == {Service.Kind.CLIENT}
    broken = set(Release.objects.filter(pk__in=on, rolled_back_at__isnull=False).values_list("pk", flat=True))
    said = [
        Need(
            release=release,
            on=one,
            lag_hours=lag,
            is_broken=one in broken,
            is_client_of=follows and Service.Kind.SERVER in kinds.get(one, set()),
        )
        for one, lag in wanted
    ]
    return _beside(picture, on).in_world(picture.world.needing(release, said))


def _kinds(releases: set[int]) -> Mapping[int, set[str]]:
    """What kinds of services each changes."""
    found: dict[int, set[str]] = {}
    for release, kind in ReleaseService.objects.filter(release__in=releases).values_list("release", "service__kind"):
        found.setdefault(release, set()).add(kind)
    return found


def _beside(picture: Picture, releases: set[int]) -> Picture:
    """Return the picture with the places of these releases too."""
    beside = trains.picture(releases=releases, slots=(), now=picture.now)
    return replace(
        picture,
        riders={**beside.riders, **picture.riders},
        departures={**beside.departures, **picture.departures},
        places={**beside.places, **picture.places},
    )


def _carrying(picture: Picture, release: int, steps: Iterable[Step]) -> Picture:
    wanted = {(step.change, Stage(step.stage)) for step in steps}
    known = {change.id: change for change in picture.world.changes}
    unknown = {change for change, _ in wanted} - known.keys()
    known |= {change.id: change for change in changes_called(unknown)} if unknown else {}
    changes = tuple(_carried(change, release, wanted) for change in known.values())
    others = {carrier for change in changes for carrier in change.carriers.values()} - {release}
    after = _beside(picture, others - picture.places.keys()) if unknown and others else picture
    return after.in_world(replace(after.world, changes=changes))


def _carried(change: Change, release: int, wanted: set[tuple[int, Stage]]) -> Change:
    """The change with the stages that ``release`` carries of it by now, and no others of its."""
    others = {stage: carrier for stage, carrier in change.carriers.items() if carrier != release}
    own = {stage: release for id, stage in wanted if id == change.id}
    return replace(change, carriers={**others, **own})
