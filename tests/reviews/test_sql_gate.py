"""While the review of its SQL blocks, a release cannot be cleared, whatever people say (M2)."""

import pytest

from releasetrain.boarding import gate
from releasetrain.boarding.actions.changing import Step
from releasetrain.boarding.actions.submitting import submit
from releasetrain.boarding.previews import preview
from releasetrain.domain.errors import Refused
from releasetrain.domain.policies import Gate as PolicyGate
from releasetrain.domain.policies import Rule
from releasetrain.domain.policy_checks import refuse_misshapen
from releasetrain.domain.stages import Stage
from releasetrain.domain.verdicts import Kind, State, sql_review
from releasetrain.releases import fields
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.reviews.models import Asking, Gate, Review
from releasetrain.reviews.queries.inbox import count_for, waiting_on
from releasetrain.reviews.queries.standing import open_gates
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.queries import person
from tests.factories import NOW, TUESDAY, clock, create_cast, create_train
from tests.riding import approved, board, clock_at, create_release, judged, said, slot_on
from tests.scripts import BLOCKED, EXPAND, HARMLESS, WARNED, carrying, change_of, rewrite


@pytest.fixture
def cast(db):
    found = create_cast()
    create_train(default_of=[found.pay, found.inv])
    return found


def state(release) -> str | None:
    return Gate.objects.filter(release=release, code="sql").values_list("state", flat=True).first()


def test_it_is_open_while_a_finding_blocks_and_closed_otherwise(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)
    assert state(release) == "needs-work"
    assert "sql" in Release.objects.get(pk=release.pk).open_gates

    rewrite(release, WARNED, by=cast.ada)
    assert state(release) == "approved"
    assert "sql" not in Release.objects.get(pk=release.pk).open_gates


@pytest.mark.parametrize("sql", ["", " \n"])
def test_a_stage_that_ships_code_only_has_no_such_gate(cast, sql):
    assert state(carrying(sql, by=cast.ada, team=cast.pay)) is None


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ({"scripts": 1, "blocked": 0, "unjudged": 0}, State.APPROVED),
        ({"scripts": 2, "blocked": 1, "unjudged": 0}, State.NEEDS_WORK),
        ({"scripts": 2, "blocked": 0, "unjudged": 1}, State.WAITING),
    ],
)
def test_what_is_not_judged_does_not_pass(counts, wanted):
    assert sql_review(**counts).state is wanted


def test_without_sql_there_is_no_gate():
    assert sql_review(scripts=0, blocked=0, unjudged=0) is None


def test_it_is_the_author_s_turn_and_waits_on_who_edited_last(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay, train=create_train(slug="other"))

    assert Gate.objects.get(release=release, code="sql").turn == "author"
    mine = [one.name for one in waiting_on(cast.ada, now=NOW).mine]
    assert (release.pk, "sql") in mine
    assert count_for(person(cast.ben), now=NOW) == len(waiting_on(cast.ben, now=NOW).mine)
    assert (release.pk, "sql") not in [one.name for one in waiting_on(cast.ben, now=NOW).mine]
    assert Asking.objects.filter(release=release, gate="sql").exists()


def test_an_architect_does_not_approve_over_it_and_may_object(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)
    facts = {"release": release.pk, "gate": "architecture", "revision": release.revision, "by": cast.ines}

    for kind, more in ((Kind.APPROVE, {}), (Kind.CONDITIONS, {"conditions": ["At night."]})):
        with pytest.raises(Refused) as refused:
            give_verdict(kind=kind, clock=clock(), **facts, **more)
        assert refused.value.code == "sql-blocked"
    assert give_verdict(kind=Kind.NEEDS_WORK, note="See line 3.", clock=clock(), **facts)


def test_others_approve_all_the_same(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)

    approved(release, by=cast.ben)

    assert Gate.objects.get(release=release, code="team").state == "approved"


def test_an_architect_approves_what_only_warns(cast):
    release = carrying(WARNED, by=cast.ada, team=cast.pay)

    approved(release, by=cast.ines, gate="architecture")

    assert Gate.objects.get(release=release, code="architecture").state == "approved"


def test_other_sql_of_a_counterpart_opens_the_gate_of_the_release_that_it_breaks(cast):
    first, second = (create_release(team=cast.pay, by=cast.ada) for _ in range(2))
    stages = {Stage.EXPAND: Step(release=first.pk, sql=EXPAND), Stage.BACKFILL: Step(release=second.pk, sql=HARMLESS)}
    change_of(by=cast.ada, stages=stages)
    judged(first, second)

    rewrite(second, BLOCKED, by=cast.ada)

    assert state(second) == "needs-work"
    assert state(first) == "approved"


def test_what_is_found_counts_in_the_risk(cast):
    risks = {}
    for name, sql in (("blocked", BLOCKED), ("warned", WARNED)):
        release = carrying(sql, by=cast.ada, team=cast.pay)
        risks[name] = {one["code"] for one in Review.objects.get(release=release).risk["reasons"]}
        SchemaStage.objects.all().delete()
        SchemaChange.objects.all().delete()
        release.table_links.all().delete()
        _forget_tables()

    assert "blocked" in risks["blocked"]
    assert "warned" in risks["warned"]
    assert "blocked" not in risks["warned"]


def _forget_tables():
    from releasetrain.releases.models import DataTable

    DataTable.objects.all().delete()


def test_the_risk_follows_what_is_found_without_an_edit_of_the_release(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)
    before = Review.objects.get(release=release).risk

    SchemaStage.objects.filter(release=release).update(findings=[])
    judged(release)

    after = Review.objects.get(release=release).risk
    assert after["revision"] == before["revision"]
    assert after["score"] < before["score"]
    assert after["found"] == [0, 0]


def test_a_preview_counts_what_is_typed_and_writes_nothing(cast):
    release = carrying(HARMLESS, by=cast.ada, team=cast.pay)
    row = SchemaStage.objects.get(release=release)
    step = fields.Step(row.change_id, row.stage, BLOCKED)

    found = preview(said(release, steps=frozenset({step})), team=cast.pay, now=NOW, answers={}, release=release)

    assert any(one.code == "blocked" for one in found.risk.reasons)
    assert any(one.severity == "blocks" for one in found.findings[step])
    row.refresh_from_db()
    assert row.sql == HARMLESS


def test_the_ci_gate_believes_nothing_that_is_stored(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)
    SchemaStage.objects.filter(release=release).update(findings=[])
    Gate.objects.filter(release=release).update(state="approved", turn="nobody")
    Release.objects.filter(pk=release.pk).update(open_gates=[])
    release.refresh_from_db()
    board(release, slot_on(create_train(slug="other"), day=0))

    assert "sql" in open_gates(release.pk)
    ruling = gate.may_depart(release, now=TUESDAY)
    assert any(one.code == "not-cleared" for one in ruling.objections)


def test_it_is_handed_in_with_a_finding_that_blocks(cast):
    release = create_release(team=cast.pay, by=cast.ada, submitted=False)
    change_of(by=cast.ada, stages={Stage.BACKFILL: Step(release=release.pk, sql=BLOCKED)})

    submit(release=release.pk, by=cast.ada, clock=clock_at())

    assert state(release) == "needs-work"


def test_no_policy_names_a_gate_so():
    rules = [Rule(name="All", gates=(PolicyGate(code="sql", role="team"),))]

    with pytest.raises(Refused) as refused:
        refuse_misshapen(rules)

    assert refused.value.code == "gate-code"
