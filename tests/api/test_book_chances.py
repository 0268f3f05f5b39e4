"""What the rules say of every coming slot: what the board lights for a chosen release."""

from datetime import date

from tests.api.asked import queries_of
from tests.factories import create_train
from tests.riding import create_release, slot_on


def test_each_slot_says_why_not_and_how_late(by, cast, scene):
    type(scene.waits).objects.filter(pk=scene.waits.pk).update(due=date(2031, 12, 2))

    here, later, _last = by(cast.dov).get(f"/releases/RT-{scene.waits.pk}/chances").data

    assert (here["would_do"], here["days_late"]) == (False, 0)
    assert {one["code"] for one in here["conflicts"]} == {"large-rides-alone", "large-overlap", "capacity"}
    assert all(one["message"] for one in here["conflicts"])
    assert (later["would_do"], later["days_late"], later["conflicts"]) == (True, 7, [])


def test_before_its_earliest_day_a_slot_says_so(by, cast, scene):
    type(scene.waits).objects.filter(pk=scene.waits.pk).update(earliest=date(2031, 12, 1))

    first = by(cast.dov).get(f"/releases/RT-{scene.waits.pk}/chances").data[0]

    assert (first["would_do"], first["refusal"]) == (False, "before-earliest")


def test_another_train_can_be_asked_about(by, cast, scene):
    night = slot_on(create_train(slug="night"), day=3)

    answer = by(cast.dov).get(f"/releases/RT-{scene.waits.pk}/chances", train="night")

    assert [one["slot"] for one in answer.data] == [night.pk]


def test_a_train_that_is_not_there_is_not_found(by, cast, scene):
    assert by(cast.dov).get(f"/releases/RT-{scene.waits.pk}/chances", train="none").status_code == 404


def test_another_teams_draft_is_not_there(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert by(cast.ada).get(f"/releases/RT-{draft.pk}/chances").status_code == 404


def test_many_slots_ask_as_much_as_few_and_no_more_than_sixty_are_told(by, cast, scene):
    caller, path = by(cast.dov), f"/releases/RT-{scene.waits.pk}/chances"
    few = queries_of(caller, path)
    for day in range(1, 70):
        slot_on(scene.train, day=60 + day)

    assert queries_of(caller, path) == few
    assert len(caller.get(path).data) == 60
