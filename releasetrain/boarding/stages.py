"""How far a schema change is: joins its stages with what departed."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from releasetrain.domain.stages import LETTERS, Stage
from releasetrain.schema.models import SchemaStage
from releasetrain.trains.models import Outcome


@dataclass(frozen=True, slots=True)
class StageMark:
    """The stage a release carries: its letter in the glyph E-B-C, and how many of the letters before departed."""

    stage: Stage
    change: str
    letter: str
    done: int


def stages_of(releases: Collection[int]) -> dict[int, StageMark]:
    """Return the stage that each of these releases carries, if it carries one; one query."""
    own = SchemaStage.objects.filter(release__in=list(releases)).values("change")
    departed = Outcome.objects.filter(
        booking__release=OuterRef("release"), booking__left_at__isnull=True, kind=Outcome.Kind.DEPARTED
    )
    found = SchemaStage.objects.filter(change__in=own).annotate(has_departed=Exists(departed))
    rows = list(found.values_list("change", "change__name", "stage", "release", "has_departed"))
    done = {(change, LETTERS[Stage(stage)]) for change, _, stage, _, has_departed in rows if has_departed}
    return {
        release: StageMark(Stage(stage), name, LETTERS[Stage(stage)], _before(change, LETTERS[Stage(stage)], done))
        for change, name, stage, release, _ in sorted(rows, key=lambda row: list(Stage).index(Stage(row[2])))
        if release in releases
    }


def _before(change: int, letter: str, done: set[tuple[int, str]]) -> int:
    return sum((change, earlier) in done for earlier in "EBC".split(letter)[0])
