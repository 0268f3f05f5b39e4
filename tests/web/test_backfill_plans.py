"""A change's page: four plans of its backfill side by side, one of them chosen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.schema.models import ChosenPlan
from releasetrain.trains.models import Booking
from releasetrain.web.changes.versions import MOVERS
from tests.factories import NOW, create_table
from tests.freezes import create_low_load
from tests.measured import create_change, create_measurement, create_plan, facts
from tests.riding import aboard


@pytest.fixture
def change(cast, scene):
    """PAY's expand rides in the first departure, its backfill in the second, two weeks later."""
    table = create_table(name="payment_document", rows=0)
    create_measurement(table, by=cast.ines, said=facts(server="docs-03"))
    create_low_load()
    return create_change(expand=scene.rides, backfill=aboard(scene.slots[1], team=cast.pay), table=table)


def page(browser, change, query=""):
    return browser.get(f"/changes/{change.pk}/{query}")


def choose(browser, change, **said):
    return browser.post(f"/changes/{change.pk}/plan/", {"kind": "passes", **said})


def columns(answer):
    return {one.way.forecast.plan.kind.value: one for one in answer.context["backfill"]["columns"]}


def test_four_plans_stand_side_by_side_with_their_reasons_and_verdicts(as_, cast, change):
    answer = page(as_(cast.dov), change)

    said = columns(answer)
    assert [one.verdict for one in said.values()] == [
        "104\u00a0GB too much",
        "not by Tue 9 Dec",
        "fits, would do best",
        "346\u00a0GB too much",
    ]
    assert said["one-pass"].reasons[0] == "6 indexes in random order, 144\u00a0GB"
    assert (said["one-pass"].growth, said["passes"].growth) == ("+100 %, +90 %", "+12 %, +2 %")
    assert (said["passes"].disk, said["passes"].nights) == ("29\u00a0GB of 310\u00a0GB free", "1 – 3")
    assert "Choose" not in answer.text  # Dov is on another team


def test_the_facts_it_rests_on_stand_above(as_, cast, change):
    answer = page(as_(cast.ines), change)

    line = dict(answer.context["backfill"]["line"])
    assert line["Rows"] == "1.0\u00a0bn of 220 B, 220\u00a0GB"
    assert line["Low load"] == "Mon–Fri 23:00–05:00"
    assert "Measure the table" in answer.text
    assert answer.context["backfill"]["from"].endswith("coefficients of PostgreSQL 15 on two cores, " + TIME)


TIME = "time ± 25 %, up to three times as long where rows stay on their page"


def test_where_nobody_said_how_big_it_is_there_is_no_forecast(as_, cast, db):
    answer = page(as_(cast.ada), create_change())

    assert "there is no forecast" in answer.text
    assert "Measure the table" not in answer.text  # Ada cannot


def test_sizes_of_the_set_up_do_with_a_word_about_it(as_, cast, db):
    table = create_table(rows=10**6, row_bytes=200, indexes=3, random_indexes=1)

    answer = page(as_(cast.ada), create_change(table=table))

    assert "sizes from the set-up, those of indexes guessed" in answer.text
    assert columns(answer)["one-pass"].verdict == "free disk is not known"


def test_whoever_may_edit_the_release_chooses(as_, cast, change):
    answer = choose(as_(cast.ben), change)

    assert answer["Location"] == f"/changes/{change.pk}/"
    kept = ChosenPlan.objects.get()
    assert (kept.kind, kept.passes, kept.batch_rows, kept.by) == ("passes", 10, 50_000, cast.ben)
    shown = columns(page(as_(cast.dov), change))["passes"]
    assert (shown.verdict, shown.is_marked) == ("fits, chosen by Ben", True)


def test_another_team_may_not(as_, cast, change):
    assert choose(as_(cast.dov), change).status_code == 403
    assert not ChosenPlan.objects.exists()


def test_a_plan_is_tried_without_writing(as_, cast, change):
    answer = page(as_(cast.dov), change, "?kind=passes&passes=20")

    assert columns(answer)["passes"].name == "20 interleaved passes"
    assert "Tried: 20 interleaved passes." in answer.text
    assert not ChosenPlan.objects.exists()


@pytest.mark.parametrize(
    "query", ["?kind=nonsense", "?kind=passes&passes=x", "?kind=passes&passes=1", "?kind=vacuum&vacuum_every=5"]
)
def test_nonsense_in_the_address_is_told_at_its_field(as_, cast, change, query):
    answer = page(as_(cast.dov), change, query)

    assert answer.status_code == 200
    assert answer.context["backfill"]["form"].errors


def test_a_plan_that_cannot_be_is_refused_in_place(as_, cast, change):
    answer = choose(as_(cast.ada), change, passes="1")

    assert answer.status_code == 422
    assert answer.context["backfill"]["form"].errors["passes"] == ["This must be from 2 to 100."]


def test_of_two_tabs_the_second_is_told_what_was_chosen_meanwhile(as_, cast, change):
    seen = page(as_(cast.ada), change).context["backfill"]["tab"]["seen"]
    create_plan(change, by=cast.ben)

    answer = choose(as_(cast.ada), change, kind="one-pass", seen=seen)

    assert answer.status_code == 409
    assert "Plan: 10 interleaved passes" in answer.text
    again = answer.context["backfill"]["tab"]["seen"]
    assert choose(as_(cast.ada), change, kind="one-pass", seen=again).status_code == 302


def test_a_change_without_a_backfill_is_refused_and_an_unknown_one_not_found(as_, cast, change):
    change.stages.filter(stage="backfill").delete()

    answer = choose(as_(cast.ines), change)

    assert "has no backfill: no release carries that stage." in answer.text
    assert as_(cast.ines).post("/changes/999/plan/", {"kind": "passes"}).status_code == 404


def test_a_draft_of_another_team_says_nothing_of_itself(as_, cast, change):
    carrier = change.stages.get(stage="backfill").release
    Booking.objects.filter(release=carrier).update(left_at=NOW, left_because={"code": "withdrawn"})
    type(carrier).objects.filter(pk=carrier.pk).update(submitted_at=None)

    answer = page(as_(cast.dov), change)

    assert carrier.code not in answer.text
    assert columns(answer)["one-pass"].verdict == "104\u00a0GB too much"


A_WAY_OUT = 15  # queries for each of the few whose ways out are shown


def test_it_asks_as_much_for_a_change_with_more_stages(as_, cast, scene, change, django_assert_max_num_queries):
    browser = as_(cast.ines)
    with CaptureQueriesContext(connection) as few:
        page(browser, change)
    for stage, slot in (("relax", scene.slots[2]), ("drop", scene.slots[2])):
        change.stages.create(stage=stage, release=aboard(slot, team=cast.inv), sql="SELECT 1;")

    with django_assert_max_num_queries(len(few) + A_WAY_OUT * MOVERS):
        page(browser, change)
