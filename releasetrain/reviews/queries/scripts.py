"""The SQL of schema changes with all that is known around it, and what the review finds in it; writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Subquery

from releasetrain.domain.sql.values import Finding, Subject
from releasetrain.domain.stages import ORDER, Stage
from releasetrain.releases.fields import Step
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.schema.reviewer import digest_of, is_passing, judge
from releasetrain.schema.subjects import known_schemas, subject_of
from releasetrain.trains.models import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found in a script, and what that follows from; no digest where it only says that nobody could say."""

    findings: tuple[Finding, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A change with the SQL of its stages and what is known around it.

    ``ran``: the SQL of other changes of its table that departed, oldest first; ``known``: how the table looked before;
    ``departed``: its own stages that did, whose SQL is judged no more.
    """

    change: SchemaChange
    scripts: Mapping[Stage, str]
    ran: tuple[str, ...] = ()
    known: str = ""
    rows: Mapping[Stage, SchemaStage] | None = None
    departed: frozenset[Stage] = frozenset()

    def subject(self, stage: Stage) -> Subject:
        """Return what the review is told beside the SQL of a stage."""
        return subject_of(self.change, stage, scripts=self.scripts, ran=self.ran, known=self.known)

    def digest(self, stage: Stage) -> str:
        """Return what the findings of a stage follow from."""
        return digest_of(self.scripts[stage], self.subject(stage))

    def judged(self, stages: Iterable[Stage] | None = None) -> dict[Stage, Judged]:
        """Return what the review finds in each of the stages; None: in those that have not departed."""
        wanted = [one for one in ORDER if one in self.scripts and one not in self.departed]
        found = {}
        for stage in wanted if stages is None else stages:
            said = judge(self.scripts[stage], self.subject(stage))
            found[stage] = Judged(findings=said, digest="" if is_passing(said) else self.digest(stage))
        return found

    def carrying(self, steps: Iterable[Step], *, release: int | None) -> "Around":
        """Return it as it would be if ``release`` carried these ``steps`` and no others of it."""
        rows = self.rows or {}
        mine = {stage for stage, row in rows.items() if row.release_id == release}
        others = {stage: sql for stage, sql in self.scripts.items() if stage not in mine}
        own = {Stage(one.stage): one.sql for one in steps if one.change == self.change.pk}
        return replace(self, scripts={**others, **own}, departed=self.departed - own.keys())


def around(changes: Collection[int]) -> dict[int, Around]:
    """Return these changes with all that is known around their SQL; four queries however many, none for none."""
    if not changes:
        return {}
    rows = list(SchemaChange.objects.filter(pk__in=list(changes)).select_related("table").order_by("pk"))
    tables = {one.table_id for one in rows}
    known, stages = known_schemas(tables), _stages(tables)
    return {one.pk: _around(one, stages, known.get(one.table_id, "")) for one in rows}


def _stages(tables: Collection[int]) -> list[SchemaStage]:
    """Every stage of every change of these tables, with when it departed, in that order."""
    ran = Outcome.objects.filter(
        booking__release=OuterRef("release"), booking__left_at__isnull=True, kind=Outcome.Kind.DEPARTED
    )
    stages = SchemaStage.objects.filter(change__table__in=tables).select_related("change")
    return list(stages.annotate(ran_at=Subquery(ran.values("started_at")[:1])).order_by("ran_at", "pk"))


def _around(change: SchemaChange, stages: Iterable[SchemaStage], known: str) -> Around:
    mine, ran = {}, []
    for one in stages:
        if one.change_id == change.pk:
            mine[Stage(one.stage)] = one
        elif one.change.table_id == change.table_id and one.ran_at is not None and one.sql.strip():
            ran.append(one.sql)
    return Around(
        change=change,
        scripts={stage: one.sql for stage, one in mine.items()},
        ran=tuple(ran),
        known=known,
        rows=mine,
        departed=frozenset(stage for stage, one in mine.items() if one.ran_at is not None),
    )


def judge_ahead(steps: Iterable[Step], *, release: int | None = None) -> dict[Step, tuple[Finding, ...]]:
    """Return what would be found in each of these steps if ``release`` carried them.

    A verb asks so before it takes the calendar's lock: under it every answer is there already.
    """
    wanted = list(steps)
    carried = changes_carried_by(release) if release is not None else set()
    found: dict[int, Mapping[Stage, Judged]] = defaultdict(dict)
    for number, one in around({step.change for step in wanted} | carried).items():
        found[number] = one.carrying(wanted, release=release).judged()
    return {
        one: found[one.change][Stage(one.stage)].findings for one in wanted if Stage(one.stage) in found[one.change]
    }


def judge_new_ahead(change: SchemaChange, scripts: Mapping[Stage, str]) -> dict[Stage, Judged]:
    """Return what is found in the stages of a change that nobody has written down yet."""
    known, stages = known_schemas([change.table_id]), _stages([change.table_id])
    return replace(_around(change, stages, known.get(change.table_id, "")), scripts=scripts).judged()


def changes_carried_by(release: int) -> set[int]:
    """Return the changes of which a release carries a stage."""
    return set(SchemaStage.objects.filter(release=release).values_list("change", flat=True))


def stale(changes: Iterable[Around]) -> Iterable[tuple[Around, Stage]]:
    """Yield the stages whose stored findings do not follow from what is known by now; nothing is judged."""
    for one in changes:
        for stage, row in (one.rows or {}).items():
            if stage not in one.departed and (row.sql.strip() or row.findings) and row.judged != one.digest(stage):
                yield one, stage


def every_change() -> dict[int, Around]:
    """Return every change that was not given up."""
    return around(list(SchemaChange.objects.filter(abandoned_at=None).values_list("pk", flat=True)))
