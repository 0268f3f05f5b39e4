"""SQL that the review blocks, warns of and praises, and releases that carry it, for tests of what follows from that."""

from releasetrain.boarding.actions.changing import Step, add_change
from releasetrain.boarding.actions.drafting import edit
from releasetrain.domain.stages import Stage
from releasetrain.releases import fields
from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import User
from tests.factories import NOW, clock, create_table
from tests.riding import create_release, judged, said

EXPAND = "SET lock_timeout = '2s';\nALTER TABLE payment_document ADD COLUMN purpose_id bigint;\n"
BATCH = "UPDATE payment_document SET purpose_id = 1\n WHERE id > 0 AND id <= 1000 AND purpose_id IS NULL;\n"
INDEX = "CREATE INDEX CONCURRENTLY payment_document_purpose ON payment_document (purpose_id);\n"
FULL = "VACUUM FULL payment_document;\n"
HARMLESS, WARNED, BLOCKED = BATCH, INDEX + BATCH, BATCH + FULL


def carrying(sql: str, *, by: User, team, stage: Stage = Stage.BACKFILL, title: str = "Fill", **facts) -> Release:
    """A release under review whose one stage has this SQL; its expand has departed long ago, nobody says with whom."""
    release = create_release(team=team, title=title, by=by, **facts)
    change_of(by=by, stages={stage: Step(release=release.pk, sql=sql)})
    judged(release)
    return Release.objects.get(pk=release.pk)


def change_of(*, by: User, stages, name: str = "Purpose", rows: int = 1_000_000_000) -> SchemaChange:
    """A change of payment_document, whose field payment_purpose becomes purpose_id."""
    table = create_table(name="payment_document", rows=rows)
    known = {"table": table.pk, "old_field": "payment_purpose", "new_field": "purpose_id"}
    return add_change(name=name, stages=stages, by=by, clock=clock(), **known)


def rewrite(release: Release, sql: str, *, by: User, at=NOW) -> None:
    """Let somebody write other SQL in the release's one stage."""
    row = SchemaStage.objects.get(release=release)
    steps = frozenset({fields.Step(row.change_id, row.stage, sql)})
    revision = Release.objects.get(pk=release.pk).revision
    edit(release=release.pk, fields=said(release, steps=steps), revision=revision, by=by, clock=clock(at))


def stage_of(release: Release) -> SchemaStage:
    """The stage that a release carries."""
    return SchemaStage.objects.get(release=release)


def found(release: Release, severity: str) -> list[dict]:
    """What is stored of the findings of one severity in the release's stage."""
    return [one for one in stage_of(release).findings if one["severity"] == severity]
