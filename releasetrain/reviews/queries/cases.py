"""Everything that judging the reviews of some releases needs, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from releasetrain.domain import policies, scales, verdicts
from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.fingerprints import Edit, FieldClass, fingerprints
from releasetrain.domain.permissions import Person
from releasetrain.domain.policies import Level, Rule, Subject, rule_for
from releasetrain.domain.risk import Facts, Scale
from releasetrain.domain.sizes import Size
from releasetrain.domain.stages import Stage
from releasetrain.domain.verdicts import Cell, Content, Promise, Standing, Verdict
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release, Revision, Service
from releasetrain.reviews import models
from releasetrain.reviews.queries.versions import policy_in_force, scale_in_force
from releasetrain.schema.findings import NOTHING, Tally, tally_of
from releasetrain.teams.queries import people
from releasetrain.trains.models import Booking, Request, Train

Row = TypeVar("Row", bound=Any)
Place = tuple[int | None, int]  # a cell of the matrix: the server (None: none is named), the client


@dataclass(frozen=True, kw_only=True)
class Case:
    """A release with all that its review rests on; ``silent``: who can no longer speak, by gate."""

    release: Release
    said: ReleaseFields
    review: models.Review
    rules: tuple[Rule, ...]
    scale: Scale
    promise: Promise
    verdicts: tuple[Verdict, ...] = ()
    edits: tuple[Edit, ...] = ()
    changes: tuple[tuple[datetime, frozenset[FieldClass]], ...] = ()
    askings: tuple[models.Asking, ...] = ()
    remarks: tuple[models.Remark, ...] = ()
    results: tuple[models.Result, ...] = ()
    servers: frozenset[int] = frozenset()
    rows: int = 0
    sql: Tally = NOTHING
    silent_people: frozenset[tuple[str, int]] = frozenset()

    @cached_property
    def facts(self) -> Facts:
        """What the risk rests on."""
        return Facts(
            stages=frozenset(Stage(step.stage) for step in self.said.steps),
            rows=self.rows,
            services=len(self.said.services),
            clients=len(self.said.clients),
            blocked=self.sql.blocked,
            warned=self.sql.warned,
        )

    @cached_property
    def subject(self) -> Subject:
        """What the policy asks of it; its risk as it was judged last."""
        risk = Level(self.review.risk["level"]) if self.review.risk else Level.LOW
        stages = frozenset(Stage(step.stage) for step in self.said.steps)
        return Subject(size=self.said.size, stages=stages, risk=risk, services=self.said.services)

    @cached_property
    def rule(self) -> Rule:
        """The rule of its policy that it falls under."""
        return rule_for(self.rules, self.subject)

    @cached_property
    def content(self) -> Content:
        """What verdicts must fit."""
        return content_of(self.said, self.promise)

    @cached_property
    def cells(self) -> dict[Place, Cell]:
        """The compatibility matrix: what came of each service with each client."""
        latest = {(one.service_id, one.client_id): one for one in self.results}
        servers: Iterable[int | None] = sorted(self.servers) or [None]
        places = [(server, client) for server in servers for client in sorted(self.said.clients)]
        return {place: self._cell(latest.get(place)) for place in places}

    def _cell(self, result: models.Result | None) -> Cell:
        if result is None:
            return Cell.NONE
        kind = Cell(result.kind)
        is_old = result.code != self.content.fingerprints[FieldClass.CODE]
        return Cell.OLD if kind is Cell.PASS and is_old else kind

    @cached_property
    def standings(self) -> list[Standing]:
        """How each of its gates stands, in the policy's order, last the review of its SQL and compatibility."""
        silent: dict[str, set[int]] = defaultdict(set)
        for gate, who in self.silent_people:
            silent[gate].add(who)
        found = verdicts.stand(self.rule.gates, self.verdicts, self.content, silent=silent)
        sql = verdicts.sql_review(scripts=self.sql.scripts, blocked=self.sql.blocked, unjudged=self.sql.unjudged)
        together = verdicts.compatibility(self.cells.values())
        return [*found, *(one for one in (sql, together) if one is not None)]

    def barred(self, rests_on: Collection[FieldClass]) -> set[int]:
        """Return who may not approve what rests on these classes (R7)."""
        return verdicts.barred(rests_on, self.edits, self.verdicts)


def content_of(said: ReleaseFields, promise: Promise) -> Content:
    """Return what verdicts about a release that says this must fit."""
    return Content(fingerprints=fingerprints(said.as_json()), size=said.size, promise=promise)


def cases(releases: Collection[int]) -> list[Case]:
    """Return the case of each of these releases, in the order of their numbers; 15 queries, however many."""
    ids = list(releases)
    links = ("service_links__service", "table_links__table", "client_links", "needs", "schema_stages")
    found = Release.objects.filter(pk__in=ids).select_related("team").prefetch_related(*links).order_by("pk")
    files = _files(ids)
    return [_case(release, files) for release in found]


@dataclass(frozen=True, kw_only=True)
class _Files:
    """Everything about many releases, by release; versions of policy and questionnaire are read once each."""

    reviews: Mapping[int, models.Review]
    verdicts: Mapping[int, list[models.Verdict]]
    revisions: Mapping[int, list[Revision]]
    askings: Mapping[int, list[models.Asking]]
    remarks: Mapping[int, list[models.Remark]]
    results: Mapping[int, list[models.Result]]
    promises: Mapping[int, Promise]
    people: Mapping[int, Person]
    policy: models.Policy
    questionnaire: models.Questionnaire
    rules: dict[int, tuple[Rule, ...]] = field(default_factory=dict)
    scales: dict[int, Scale] = field(default_factory=dict)

    def rules_of(self, policy: models.Policy) -> tuple[Rule, ...]:
        """Return the rules of a version."""
        if policy.pk not in self.rules:
            self.rules[policy.pk] = policies.read(policy.rules)
        return self.rules[policy.pk]

    def scale_of(self, questionnaire: models.Questionnaire) -> Scale:
        """Return the weights of a version."""
        if questionnaire.pk not in self.scales:
            self.scales[questionnaire.pk] = scales.read(questionnaire.scale)
        return self.scales[questionnaire.pk]


def _files(ids: list[int]) -> _Files:
    said = list(models.Verdict.objects.filter(release__in=ids))
    objectors = {row.by_id for row in said if not verdicts.Kind(row.kind).approves}
    return _Files(
        reviews={one.release_id: one for one in _reviews(ids)},
        verdicts=_grouped(said),
        revisions=_grouped(Revision.objects.filter(release__in=ids).order_by("number").defer("fields")),
        askings=_grouped(models.Asking.objects.filter(release__in=ids)),
        remarks=_grouped(models.Remark.objects.filter(release__in=ids)),
        results=_grouped(models.Result.objects.filter(release__in=ids)),
        promises=_promises(ids),
        people={one.id: one for one in people(objectors)},
        policy=policy_in_force(),
        questionnaire=scale_in_force(),
    )


def _case(release: Release, files: _Files) -> Case:
    id = release.pk
    review = files.reviews.get(id) or models.Review(release=release, questionnaire=files.questionnaire)
    revisions = files.revisions.get(id, [])
    return Case(
        release=release,
        said=ReleaseFields.of(release),
        review=review,
        rules=files.rules_of(review.policy or files.policy),
        scale=files.scale_of(review.questionnaire),
        promise=files.promises.get(id, Promise()),
        verdicts=tuple(map(verdict_of, files.verdicts.get(id, ()))),
        edits=tuple(map(edit_of, revisions)),
        changes=tuple((one.at, frozenset(map(FieldClass, one.classes))) for one in revisions),
        askings=tuple(files.askings.get(id, ())),
        remarks=tuple(files.remarks.get(id, ())),
        results=tuple(files.results.get(id, ())),
        servers=_servers(release),
        rows=max((link.table.rows for link in release.table_links.all()), default=0),
        sql=tally_of(release.schema_stages.all()),
        silent_people=_silent(release, files),
    )


def _silent(release: Release, files: _Files) -> frozenset[tuple[str, int]]:
    """Who objected on a gate and can speak on it no longer."""
    objected = [row for row in files.verdicts.get(release.pk, ()) if not verdicts.Kind(row.kind).approves]
    return frozenset(
        (row.gate, row.by_id)
        for row in objected
        if row.by_id not in files.people
        or not policies.may_review(files.people[row.by_id], row.role, team=release.team_id)
    )


def _reviews(ids: list[int]) -> Iterable[models.Review]:
    return models.Review.objects.filter(release__in=ids).select_related("policy", "questionnaire")


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.release_id].append(row)
    return found


def _servers(release: Release) -> frozenset[int]:
    kinds = {link.service_id: link.service.kind for link in release.service_links.all()}
    return frozenset(id for id, kind in kinds.items() if kind == Service.Kind.SERVER)


def verdict_of(row: models.Verdict) -> Verdict:
    """Return the value of a verdict's row."""
    return Verdict(
        number=row.pk,
        gate=row.gate,
        role=row.role,
        kind=verdicts.Kind(row.kind),
        by=row.by_id,
        revision=row.revision,
        at=row.at,
        rests_on={FieldClass(one): print for one, print in row.rests_on.items()},
        promise=promise_of(row.promise),
    )


def edit_of(row: Revision) -> Edit:
    """Return the value of a revision's row."""
    classes = frozenset(map(FieldClass, row.classes))
    return Edit(number=row.number, classes=classes, editors=frozenset(row.editors))


def promise_of(said: Mapping[str, Any]) -> Promise:
    """Return the promise that ``promise_json`` wrote."""
    soak = {Size(size): hours for size, hours in said["soak_hours"].items()}
    return Promise(train=said["train"], soak_hours=soak, kind=SlotKind(said["kind"]) if said["kind"] else None)


def promise_json(promise: Promise) -> dict[str, Any]:
    """Return a promise as it is stored."""
    soak = {size.value: hours for size, hours in promise.soak_hours.items()}
    return {"train": promise.train, "soak_hours": soak, "kind": promise.kind and promise.kind.value}


def _promises(ids: list[int]) -> dict[int, Promise]:
    """What is planned of each ride: of its place, else of what it asks for."""
    asks = Request.objects.filter(release__in=ids, ended_at__isnull=True).select_related("train", "slot")
    rides = Booking.objects.filter(release__in=ids, left_at__isnull=True).select_related("slot__train")
    found = {one.release_id: _promise(one.train, one.slot and one.slot.kind) for one in asks}
    return found | {one.release_id: _promise(one.slot.train, one.slot.kind) for one in rides}


def _promise(train: Train, kind: str | None) -> Promise:
    soak = {size: train.soak_hours_of(size) for size in Size}
    return Promise(train=train.pk, soak_hours=soak, kind=SlotKind(kind) if kind else None)
