"""Write a release down and edit it: the one edit verb, whatever door it comes through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.asking import known_slot, put_request, usual_wish
from releasetrain.boarding.actions.rebooking import Hand, rebook, refuse_by_time, refuse_conflicts, serve
from releasetrain.boarding.actions.submitting import hand_in
from releasetrain.domain.errors import Refused
from releasetrain.domain.fingerprints import EVERY, classes_of, fingerprints
from releasetrain.domain.graph import circle
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.picture import Picture
from releasetrain.outbox import actions as outbox
from releasetrain.releases import queries as releases
from releasetrain.releases.fields import HEAVIEST, LIGHTEST, ReleaseFields, Step
from releasetrain.releases.models import (
    DataTable,
    Dependency,
    Initiative,
    Release,
    ReleaseClient,
    ReleaseService,
    ReleaseTable,
    Revision,
    Service,
)
from releasetrain.reviews.actions import beginning as reviews
from releasetrain.reviews.actions.judging import judge_again
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.queries.scripts import judge_ahead
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Request, Slot

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which train a release wants (None: its team's default), which slot if any, and whether any slot would do.

    Without ``kind`` a small one takes the first that would do (S2), a larger one waits to be placed.
    """

    train: int | None = None
    slot: int | None = None
    kind: str | None = None


@retried
def draft(
    *,
    team: int,
    fields: ReleaseFields,
    by: User,
    clock: Clock,
    wish: Wish | None = None,
    answers: Mapping[str, str] | None = None,
    submit: bool = False,
    key: UUID | None = None,
) -> int:
    """Write down a release of ``team`` with its wish and its answers on risk, and return its number.

    A draft holds nothing and asks for nothing; with ``submit`` it is handed in within the same step.
    """
    judge_ahead(fields.steps)
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return int(done)
        require(person(by), Permission.DRAFT, team=team)
        refuse_unknown(fields)
        hand = Hand(at=clock(), by=by.pk, behind=by.behind)
        release = put_release(Release(team_id=team), fields, hand=hand)
        reviews.answer(release, answers)
        put_wish(release, wish or Wish(), hand=hand)
        if submit:
            hand_in(release, hand=hand)
        audit.keep_result(key, by=by.pk, result=release.pk)
        return release.pk


def put_wish(release: Release, wish: Wish, *, hand: Hand) -> Request:
    """Keep what the release wants as its request, inactive while it is a draft."""
    slot = known_slot(wish.slot, now=hand.at)
    kind = wish.kind or usual_wish(release)
    return put_request(release, slot=slot, wish=kind, hand=hand, train=wish.train)


@retried
def edit(
    *,
    release: int,
    fields: ReleaseFields,
    revision: int,
    by: User,
    clock: Clock,
    ask_again: bool = False,
    answers: Mapping[str, str] | None = None,
) -> Release:
    """Change what a release says, if ``revision`` is still the one that was read.

    Refused with the conflicts that the edit itself would make where the release rides. With ``ask_again`` the booking
    becomes a request for the same slot instead, in the same step (C4). What an edit changes is asked of the reviewers
    again (R6). ``answers`` on risk: only until it is handed in; None leaves them.
    """
    judge_ahead(fields.steps, release=release)
    with locked_calendar():
        now = clock()
        current = queries.release(release)
        require(person(by), Permission.EDIT, team=current.team_id)
        refuse_unknown(fields, release=release)
        _refuse_second_tab(current, fields, revision)
        reviews.answer(current, answers)
        hand = Hand(at=now, by=by.pk, behind=by.behind, because={"code": "edited"})
        return _edit(current, fields, hand=hand, ask_again=ask_again)


def _edit(release: Release, fields: ReleaseFields, *, hand: Hand, ask_again: bool) -> Release:
    before = trains.picture(releases={release.pk}, slots=set(), now=hand.at)
    place = before.places.get(release.pk)
    refuse_by_time(before, release.pk)
    if ask_again and place is not None:
        rebook({release.pk: None}, hand=hand, picture=before)
        slot = Slot.objects.select_related("train").get(pk=place.slot)
        put_request(release, slot=slot, wish=Request.Wish.THIS, hand=hand)
    put_release(release, fields, hand=hand)
    _judge_edit(release.pk, before, at=hand.at)
    serve(at=hand.at)
    return queries.release(release.pk)


def _judge_edit(release: int, before: Picture, *, at: datetime) -> None:
    """Judge what the edit made where the release rides; read again, since a grown one can meet others than before."""
    after = trains.picture(releases={release}, slots=set(), now=at)
    place = after.places.get(release)
    if place and after.is_too_early(release, place.slot) and not before.is_too_early(release, place.slot):
        raise Refused("before-earliest", details={"release": release, "slot": place.slot})
    refuse_conflicts(before.made_by(after, releases=[release]), of={release: place and place.slot})


def refuse_unknown(fields: ReleaseFields, *, release: int | None = None) -> None:
    """Refuse what a form of shape cannot know: ids of nothing, a release that needs itself, a weight out of range."""
    if not LIGHTEST <= fields.weight <= HEAVIEST:
        raise Refused("out-of-range", details={"least": LIGHTEST, "most": HEAVIEST})
    needed = {on for on, _lag in fields.needs}
    if release in needed:
        raise Refused("needs-itself")
    if release is not None and needed:
        _refuse_circle(release, needed)
    wanted = (
        ("no-such-release", Release, needed),
        ("no-such-service", Service, fields.services),
        ("no-such-change", SchemaChange, {step.change for step in fields.steps}),
        ("no-such-table", DataTable, fields.tables),
        ("no-such-initiative", Initiative, {fields.initiative} - {None}),
    )
    for code, model, ids in wanted:
        if ids and model.objects.filter(pk__in=ids).count() < len(ids):
            raise Refused(code)
    clients = Service.objects.filter(pk__in=fields.clients, kind=Service.Kind.CLIENT)
    if fields.clients and clients.count() < len(fields.clients):
        raise Refused("no-such-client")
    _refuse_taken_steps(fields, release)


def _refuse_circle(release: int, needed: set[int]) -> None:
    """What a release needs must not need it, over whatever others."""
    if way := circle({**releases.needs_from(needed), release: needed}, release):
        raise Refused("needs-in-a-circle", details={"field": "needs", "way": " → ".join(f"RT-{one}" for one in way)})


def _refuse_taken_steps(fields: ReleaseFields, release: int | None) -> None:
    """A stage of a change ships with one release."""
    named = [(step.change, step.stage) for step in fields.steps]
    if len(set(named)) < len(named):
        raise Refused("stage-twice")
    for change, stage in named:
        other = SchemaStage.objects.filter(change=change, stage=stage).exclude(release=release).first()
        if other is not None:
            raise Refused("stage-taken", details={"release": other.release_id, "stage": stage})


def _refuse_second_tab(release: Release, fields: ReleaseFields, revision: int) -> None:
    """Somebody saved in between: say what they changed, unless this says the same."""
    current = ReleaseFields.of(release)
    if release.revision == revision or not fields.changed_from(current):
        return
    later = list(release.revisions.filter(number__gt=revision))  # the latest first
    changed = sorted({name for one in later for name in one.changed})
    by = next((one.by_id for one in later), None)
    raise Refused(
        "changed-meanwhile",
        details={"release": release.pk, "revision": release.revision, "changed": changed, "by": by},
    )


def put_release(release: Release, fields: ReleaseFields, *, hand: Hand) -> Release:
    """Write a release and its revision, under the lock; nothing is written where nothing changed."""
    is_new = release.pk is None
    changed = ["team"] if is_new else fields.changed_from(ReleaseFields.of(release))
    if not changed:
        return release
    _assign(release, fields, changed, hand, is_new)
    others = _put_links(release, fields, changed, is_new)
    _put_revision(release, fields, changed, hand)
    if not is_new:
        refresh([release.pk], at=hand.at, by=hand.by, code="edited", changed=changed, revision=release.revision)
    refresh(others - {release.pk}, at=hand.at, by=hand.by, code="sql-judged")
    verb = "release.drafted" if is_new else "release.edited"
    audit.record(verb, subject=f"release:{release.pk}", by=hand.by, at=hand.at, changed=changed)
    outbox.post(verb, release=release.pk, changed=changed, revision=release.revision, **hand.deed)
    return release


def _put_revision(release: Release, fields: ReleaseFields, changed: list[str], hand: Hand) -> None:
    said = fields.as_json()
    Revision.objects.create(
        release=release,
        number=release.revision,
        fields=said,
        changed=changed,
        classes=sorted(EVERY if release.revision == 1 else classes_of(changed)),
        editors=hand.editors,
        fingerprints=fingerprints(said),
        at=hand.at,
        by_id=hand.by,
    )


def _assign(release: Release, fields: ReleaseFields, changed: list[str], hand: Hand, is_new: bool) -> None:
    for name in ("title", "description", "earliest", "due", "weight"):
        setattr(release, name, getattr(fields, name))
    release.size, release.initiative_id, release.links = fields.size.value, fields.initiative, list(fields.links)
    if is_new:
        release.created_at, release.created_by_id = hand.at, hand.by
        release.save()
        return
    release.revision += 1
    own = {"title", "description", "size", "initiative", "earliest", "due", "weight", "links"}
    release.save(update_fields=["revision", *own.intersection(changed)])


_LINKS: Mapping[str, tuple[Any, str]] = {
    "services": (ReleaseService, "service_id"),
    "tables": (ReleaseTable, "table_id"),
    "clients": (ReleaseClient, "client_id"),
}


def _put_links(release: Release, fields: ReleaseFields, changed: list[str], is_new: bool) -> set[int]:
    """Write what it is linked to; return the releases in whose SQL other things are found by that."""
    for name, (model, column) in _LINKS.items():
        if is_new or name in changed:
            _put_set(model, column, release, getattr(fields, name))
    found_otherwise: set[int] = set()
    if (is_new and fields.steps) or "steps" in changed:
        found_otherwise = _put_steps(release, fields.steps)
    if is_new or "needs" in changed:
        release.needs.all().delete()
        Dependency.objects.bulk_create(
            Dependency(release=release, on_id=on, lag_hours=lag) for on, lag in sorted(fields.needs, key=str)
        )
    return found_otherwise


def _put_steps(release: Release, wanted: frozenset[Step]) -> set[int]:
    """Stages that stay are changed, not made anew; every stage of their changes is judged again, one with another."""
    rows = {(row.change_id, row.stage): row for row in SchemaStage.objects.filter(release=release)}
    changes = {change for change, _stage in rows} | {step.change for step in wanted}
    for step in sorted(wanted):
        row = rows.pop((step.change, step.stage), None) or SchemaStage(
            release=release, change_id=step.change, stage=step.stage
        )
        row.sql, row.heavy_lock = step.sql, step.heavy_lock
        row.save()
    SchemaStage.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()
    return judge_again(changes)


def _put_set(model: Any, column: str, release: Release, wanted: frozenset[int]) -> None:
    rows = model.objects.filter(release=release)
    rows.exclude(**{f"{column}__in": wanted}).delete()
    known = set(rows.values_list(column, flat=True))
    model.objects.bulk_create(model(release=release, **{column: id}) for id in sorted(wanted - known))
