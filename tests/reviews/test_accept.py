"""Architects accept what the review of the SQL warns of, with the reason; what blocks must be changed."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from releasetrain.audit.models import Entry
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.accepting import Warned, accept, take_back
from releasetrain.schema.findings import acceptances_of
from releasetrain.schema.models import Acceptance, SchemaStage
from releasetrain.teams.models import RoleHolder
from tests.factories import NOW, clock, create_cast, create_train, holder_of
from tests.scripts import BLOCKED, FULL, INDEX, WARNED, carrying, found, rewrite, stage_of

WHY = "The table is small at night."


@pytest.fixture
def cast(db):
    made = create_cast()
    create_train(default_of=[made.pay, made.inv])
    return made


@pytest.fixture
def release(cast) -> Release:
    return carrying(WARNED, by=cast.ada, team=cast.pay)


def warnings_of(release, severity="warns") -> list[Warned]:
    return [Warned(stage=stage_of(release).pk, rule=one["rule"], mark=one["mark"]) for one in found(release, severity)]


def yes(release, *, by, warned=None, reason=WHY, **facts):
    said = warnings_of(release) if warned is None else warned
    accept(release=release.pk, warned=said, reason=reason, by=by, clock=clock(), **facts)


def refused_code(release, **facts) -> str:
    with pytest.raises(Refused) as refused:
        yes(release, **facts)
    assert not Acceptance.objects.exists()
    return refused.value.code


def held(release) -> list[tuple[str, str]]:
    known = acceptances_of(SchemaStage.objects.filter(release=release))
    return sorted((rule, one.reason) for (_change, _stage, rule, _mark), one in known.items())


def test_all_that_is_ticked_is_accepted_for_one_reason(cast, release):
    yes(release, by=cast.ines)

    assert held(release) == sorted({(one.rule, WHY) for one in warnings_of(release)})
    one = Acceptance.objects.first()
    assert (one.by, one.at, one.release) == (cast.ines, NOW, release)
    assert Entry.objects.get(verb="finding.accepted").facts["reason"] == WHY


@pytest.mark.parametrize("who", ["ada", "ben", "cleo", "dov"])
def test_nobody_but_an_architect_accepts(cast, release, who):
    assert refused_code(release, by=getattr(cast, who)) == "not-your-gate"


def test_nobody_accepts_what_is_in_sql_that_they_edited(cast, release):
    RoleHolder.objects.create(role=Role.ARCHITECT.value, person=cast.ada)

    assert refused_code(release, by=cast.ada) == "edited-what-it-rests-on"


def test_it_needs_a_reason_and_something_to_accept(cast, release):
    assert refused_code(release, by=cast.ines, reason=" ") == "reason-missing"
    assert refused_code(release, by=cast.ines, reason="x" * 5001) == "too-long"
    assert refused_code(release, by=cast.ines, warned=[]) == "nothing-accepted"


def test_what_blocks_cannot_be_accepted(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)

    assert refused_code(release, by=cast.ines, warned=warnings_of(release, "blocks")) == "blocks-cannot-be-accepted"


def test_what_is_not_found_there_cannot_either_and_nothing_is_half_done(cast, release):
    gone = Warned(stage=stage_of(release).pk, rule="index-before-data", mark="other")
    elsewhere = Warned(stage=0, rule="index-before-data", mark="x")

    assert refused_code(release, by=cast.ines, warned=[*warnings_of(release), gone]) == "finding-is-gone"
    assert refused_code(release, by=cast.ines, warned=[elsewhere]) == "finding-is-gone"


def test_a_draft_is_not_reviewed(cast, release):
    Release.objects.filter(pk=release.pk).update(submitted_at=None, open_gates=None)

    assert refused_code(release, by=cast.ines) == "not-under-review"


def test_a_second_click_does_nothing_more(cast, release):
    key = uuid4()
    yes(release, by=cast.ines, key=key)
    before = Acceptance.objects.count()

    yes(release, by=cast.ines, key=key, reason="Other.")
    yes(release, by=holder_of(Role.ARCHITECT, name="Iva"), reason="Other.")

    assert Acceptance.objects.count() == before
    assert {reason for _rule, reason in held(release)} == {WHY}


def test_it_holds_as_long_as_the_finding_does_however_it_is_written(cast, release):
    yes(release, by=cast.ines)
    marks = {one.mark for one in warnings_of(release)}

    rewrite(release, "-- later\n" + WARNED, by=cast.ada)
    assert {one.mark for one in warnings_of(release)} == marks

    rewrite(release, WARNED.replace(INDEX, FULL), by=cast.ada)
    shown = acceptances_of([stage_of(release)])
    assert not {mark for *_rest, mark in shown} & {one["mark"] for one in stage_of(release).findings}


def test_it_is_taken_back_by_an_architect_once(cast, release):
    yes(release, by=cast.ines)
    one = Acceptance.objects.first()

    with pytest.raises(Refused) as refused:
        take_back(acceptance=one.pk, by=cast.cleo, clock=clock())
    assert refused.value.code == "not-your-gate"
    take_back(acceptance=one.pk, by=cast.ines, clock=clock())
    take_back(acceptance=one.pk, by=cast.ines, clock=clock())

    assert one.rule not in {rule for rule, _reason in held(release)}
    assert Entry.objects.filter(verb="finding.taken-back").count() == 1
    yes(release, by=cast.ines, reason="Again.")
    assert (one.rule, "Again.") in held(release)


def test_what_is_not_there_is_refused(cast):
    with pytest.raises(Refused) as refused:
        take_back(acceptance=7, by=cast.ines, clock=clock())

    assert refused.value.code == "no-such-acceptance"


def test_what_was_accepted_stays_said_whoever_writes(cast, release):
    yes(release, by=cast.ines)

    for deed in (lambda: Acceptance.objects.update(reason="Other."), lambda: Acceptance.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()
