"""The page of schema changes."""

import pytest

from releasetrain.schema.models import SchemaChange, SchemaStage
from tests.factories import create_table
from tests.riding import create_release


@pytest.fixture
def change(cast, scene) -> SchemaChange:
    """One of PAY; its first stage rides, its second waits."""
    made = SchemaChange.objects.create(name="Purpose", table=create_table(name="payment_document"), old_field="old")
    SchemaStage.objects.create(change=made, stage="drop", release=create_release(team=cast.pay), heavy_lock=True)
    SchemaStage.objects.create(change=made, stage="expand", release=scene.rides)
    return made


def page(browser):
    return browser.get("/changes/")


def give_up(browser, change, reason="Not now."):
    return browser.post(f"/changes/{change.pk}/abandon/", {"reason": reason})


def test_it_shows_the_stages_in_order_and_where_they_ride(as_, cast, scene, change):
    answer = page(as_(cast.ines))

    (line,) = answer.context["lines"]
    assert [(stage.stage, slot) for stage, slot, _departed in line["stages"]] == [
        ("expand", scene.slots[0]),
        ("drop", None),
    ]
    assert "heavy lock" in answer.text


def test_without_any_it_says_what_would_be_here(as_, cast):
    assert "There is none yet." in page(as_(cast.ines)).text


def test_whoever_may_edit_its_releases_gives_it_up_with_a_reason(as_, cast, change):
    assert give_up(as_(cast.ben), change)["Location"] == "/changes/"

    change.refresh_from_db()
    assert (change.abandoned_because, change.abandoned_by) == ("Not now.", cast.ben)
    assert "Given up by Ben" in page(as_(cast.ines)).text


def test_without_a_reason_it_is_refused_in_place(as_, cast, change):
    answer = give_up(as_(cast.ben), change, reason=" ")

    assert answer.status_code == 422
    assert f'id="abandon-{change.pk}-said" role="alert"' in answer.text


def test_another_team_is_not_offered_it_and_may_not(as_, cast, change):
    assert "/abandon/" not in page(as_(cast.dov)).text
    assert give_up(as_(cast.dov), change).status_code == 403


def test_a_change_is_written_down_with_the_releases_that_carry_it(as_, cast, scene):
    table = create_table()
    said = {"name": "Purpose", "table": table.pk, "soak_hours": "120", "expand": scene.rides.pk}

    answer = as_(cast.ada).post("/changes/add/", said)

    assert answer["Location"] == "/changes/"
    assert SchemaStage.objects.get().release == scene.rides


def test_what_was_typed_is_kept_where_it_is_refused(as_, cast, scene, change):
    said = {"name": "Purpose", "table": change.table_id, "soak_hours": "120", "expand": scene.rides.pk}

    answer = as_(cast.ada).post("/changes/add/", said)

    assert answer.status_code == 422
    assert "Purpose is there already." in answer.text
    assert SchemaChange.objects.count() == 1


def test_the_page_asks_as_much_for_many_as_for_one(as_, cast, scene, change, django_assert_max_num_queries):
    browser = as_(cast.ada)
    page(browser)
    for number in range(8):
        more = SchemaChange.objects.create(name=f"More {number}", table=change.table)
        SchemaStage.objects.create(change=more, stage="expand", release=create_release(team=cast.pay))

    with django_assert_max_num_queries(16):
        page(browser)
