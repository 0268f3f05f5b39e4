"""Write a change of stored data down: which releases carry its stages."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.drafting import Wish, put_release, put_wish
from releasetrain.boarding.actions.rebooking import Hand, refuse_conflicts, serve
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require, require_edit_together
from releasetrain.domain.stages import Stage
from releasetrain.outbox import actions as outbox
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.fields import Step as Said
from releasetrain.releases.models import DataTable, Release
from releasetrain.reviews.actions import beginning as reviews
from releasetrain.reviews.actions.judging import judge_again
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.queries import scripts
from releasetrain.schema.models import SchemaChange
from releasetrain.schema.queries import carriers_of, teams_of
from releasetrain.teams import checks
from releasetrain.teams.models import Team, User
from releasetrain.teams.queries import person
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
LONGEST, MOST_SOAK, MOST_MAPPING = 120, 2000, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The release that carries a stage, its SQL as written, and whether that takes a heavy lock.

    Without a ``release``: a new draft called ``title`` of whichever team writes the change down.
    """

    release: int | None
    sql: str = ""
    heavy_lock: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What else is said of a change: the field by which batches go, whether what runs a file wraps it in one
    transaction (None: nobody said), whether the database itself keeps old and new alike, and the new field's value as
    SQL over the row (empty: the old value)."""

    key_field: str = "id"
    wrapped: bool | None = None
    has_sync_trigger: bool = False
    mapping: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """As they are kept."""
        plain = {"wrapped": self.wrapped, "has_sync_trigger": self.has_sync_trigger}
        return {"key_field": self.key_field.strip(), "mapping": self.mapping.strip(), **plain}


AS_USUAL = Around()


@retried
def add_change(
    *,
    name: str,
    table: int,
    old_field: str,
    new_field: str,
    stages: Mapping[Stage, Step],
    by: User,
    clock: Clock,
    soak_hours: int = 120,
    around: Around = AS_USUAL,
    team: int | None = None,
    key: UUID | None = None,
) -> SchemaChange:
    """Write down a change of a table's stored data with its stages, for whoever may edit every release of it.

    Carrying a stage is what a release says: it is an edit of each of them, and reviewed as such. ``team``: whose new
    drafts carry the stages that name no release.
    """
    _judge_new_ahead(table, old_field, new_field, stages, around)
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return _known(int(done))
        now = clock()
        _require_for(stages.values(), team, by)
        name, fields = _checked(name, table, old_field, new_field, soak_hours, around)
        if SchemaChange.objects.filter(name=name).exists():
            raise Refused("taken", details={"field": "name", "value": name})
        change = SchemaChange.objects.create(name=name, table_id=table, **fields)
        for stage, step in stages.items():
            _carry(change, stage, step, team, hand=Hand(at=now, by=by.pk, behind=by.behind))
        audit.keep_result(key, by=by.pk, result=change.pk)
        audit.record("schema.added", subject=f"schema:{change.pk}", by=by.pk, at=now, name=name)
        return change


@retried
def abandon_change(*, change: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Give a change of stored data up, for whoever may edit the releases that carry it: its table is free again."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, given_up = clock(), _known(change)
        require_edit_together(person(by), teams_of(change))
        if not reason.strip():
            raise Refused("reason-missing", details={"field": "reason"})
        if given_up.abandoned_at is not None:
            raise Refused("abandoned-already", details={"change": given_up.name})
        given_up.abandoned_at, given_up.abandoned_by, given_up.abandoned_because = now, by, reason.strip()
        given_up.save(update_fields=["abandoned_at", "abandoned_by", "abandoned_because"])
        audit.record("schema.abandoned", subject=f"schema:{change}", by=by.pk, at=now, reason=reason.strip())
        outbox.post("schema.abandoned", change=change, reason=reason.strip(), by=by.pk, at=now.isoformat())
        serve(at=now)
        audit.keep_result(key, by=by.pk, result=True)


@retried
def edit_change(
    *,
    change: int,
    name: str,
    old_field: str,
    new_field: str,
    soak_hours: int,
    by: User,
    clock: Clock,
    around: Around = AS_USUAL,
    seen: Mapping[str, str] | None = None,
) -> SchemaChange:
    """Change what is said of a change, for whoever may edit the releases that carry it; its SQL is judged again.

    Refused with the conflicts that the edit itself makes where they ride. ``seen``: what the form showed (as text);
    what was saved since is not undone unasked.
    """
    _judge_ahead(change, old_field=old_field, new_field=new_field, around=around)
    with locked_calendar():
        now, known = clock(), _known(change)
        carriers = carriers_of([change])
        require_edit_together(person(by), teams_of(change))
        if known.abandoned_at is not None:
            raise Refused("abandoned-already", details={"change": known.name})
        name, fields = _checked(name, known.table_id, old_field, new_field, soak_hours, around)
        if SchemaChange.objects.filter(name=name).exclude(pk=change).exists():
            raise Refused("taken", details={"field": "name", "value": name})
        with checks.undoing_nothing(known, seen):
            changed = _put(known, {"name": name, **fields})
        if changed:
            _write_edit(known, changed, carriers, hand=Hand(at=now, by=by.pk, behind=by.behind))
        return known


def _put(known: SchemaChange, wanted: Mapping[str, Any]) -> list[str]:
    changed = [field for field, value in wanted.items() if getattr(known, field) != value]
    for field in changed:
        setattr(known, field, wanted[field])
    return changed


def _write_edit(known: SchemaChange, changed: list[str], carriers: set[int], *, hand: Hand) -> None:
    before = trains.picture(releases=carriers, slots=set(), now=hand.at) if carriers else None
    known.save(update_fields=changed)
    refresh(judge_again([known.pk]), at=hand.at, by=hand.by, code="sql-judged")
    if before is not None:
        after = trains.picture(releases=carriers, slots=set(), now=hand.at)
        refuse_conflicts(before.made_by(after, releases=carriers))
    audit.record("schema.edited", subject=f"schema:{known.pk}", by=hand.by, at=hand.at, changed=changed)
    serve(at=hand.at)


def _judge_new_ahead(table: int, old: str, new: str, stages: Mapping[Stage, Step], around: Around) -> None:
    on = DataTable.objects.filter(pk=table).first() if any(step.sql.strip() for step in stages.values()) else None
    if on is not None:
        change = SchemaChange(table=on, old_field=old.strip(), new_field=new.strip(), **around.fields)
        scripts.judge_new_ahead(change, {stage: step.sql for stage, step in stages.items()})


def _judge_ahead(change: int, *, old_field: str, new_field: str, around: Around) -> None:
    """Let its SQL be judged as it would be, before anybody is kept waiting for the calendar."""
    for one in scripts.around([change]).values():
        one.change.old_field, one.change.new_field = old_field.strip(), new_field.strip()
        _put(one.change, around.fields)
        one.judged()


def _known(change: int) -> SchemaChange:
    found = SchemaChange.objects.filter(pk=change).first()
    if found is None:
        raise Refused("no-such-change", details={"change": change})
    return found


def _require_for(steps: Collection[Step], team: int | None, by: User) -> None:
    carriers = {step.release for step in steps if step.release is not None}
    has_drafts = any(step.release is None for step in steps)
    if has_drafts and not Team.objects.filter(pk=team).exists():
        raise Refused("team-missing", details={"field": "team"})
    if has_drafts:
        require(person(by), Permission.DRAFT, team=team)
    if carriers or not has_drafts:
        require_edit_together(person(by), {queries.release(one).team_id for one in carriers})


def _drafted(change: SchemaChange, step: Step, team: int | None, hand: Hand) -> Release:
    fields = ReleaseFields(title=step.title.strip()[:LONGEST] or change.name, tables=frozenset({change.table_id}))
    release = put_release(Release(team_id=team), fields, hand=hand)
    reviews.answer(release, None)
    put_wish(release, Wish(), hand=hand)
    return queries.release(release.pk)


def _checked(name: str, table: int, old: str, new: str, soak_hours: int, around: Around) -> tuple[str, dict[str, Any]]:
    """The name and the other fields as they are kept, or a refusal at the field."""
    if not DataTable.objects.filter(pk=table).exists():
        raise Refused("no-such-table", details={"field": "table"})
    fields = {
        "old_field": checks.text(old, field="old_field", most=LONGEST, needed=False),
        "new_field": checks.text(new, field="new_field", most=LONGEST, needed=False),
        "soak_hours": checks.number(soak_hours, field="soak_hours", least=0, most=MOST_SOAK),
        **around.fields,
    }
    checks.text(around.key_field, field="key_field", most=LONGEST)
    checks.text(around.mapping, field="mapping", most=MOST_MAPPING, needed=False)
    return checks.text(name, field="name", most=LONGEST), fields


def _carry(change: SchemaChange, stage: Stage, step: Step, team: int | None, *, hand: Hand) -> None:
    release = _drafted(change, step, team, hand) if step.release is None else queries.release(step.release)
    said = ReleaseFields.of(release)
    steps = said.steps | {Said(change.pk, stage.value, step.sql, step.heavy_lock)}
    put_release(release, replace(said, steps=steps), hand=hand)
