"""The queue of a train: open to everybody, in the order in which it is served (S3)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.releases.models import Release
from releasetrain.trains.models import Request
from tests.riding import ask_for, create_release
from tests.web.test_board import HTMX, WHOLE_PAGE, board

QUEUE = "/trains/main/queue/"


def lines(answer) -> list[tuple[str, str]]:
    """Who waits, and where they may expect to ride."""
    places = answer.context["places"]
    return [(one.release.code, one.expects and one.expects.pk) for one in places]


def test_everybody_sees_who_waits_and_what_they_may_expect(as_, cast, scene):
    urgent = create_release(team=cast.inv, train=scene.train, due=date(2031, 12, 1))

    answer = as_(cast.ines).get(QUEUE)

    assert lines(answer) == [(urgent.code, scene.slots[1].pk), (scene.waits.code, scene.slots[2].pk)]
    assert "the first that would do" in answer.text
    assert f"/slots/{scene.slots[1].pk}/" in answer.text


def test_what_asks_for_a_departure_says_which_and_that_something_is_in_the_way(as_, cast, scene):
    create_release(team=cast.inv, slot=scene.slots[0], size="L", services=[scene.service])

    answer = as_(cast.ada).get(QUEUE)

    assert "not while something stands against it there" in answer.text
    assert f'<a href="/slots/{scene.slots[0].pk}/"><time' in answer.text


def test_why_it_came_back_and_that_it_waits_to_be_cleared_are_told(as_, cast, scene):
    Request.objects.filter(release=scene.waits).update(because={"code": "bumped"}, only_cleared=True)

    assert "bumped; served again once cleared" in as_(cast.dov).get(QUEUE).text


def test_a_day_that_has_passed_is_seen(as_, cast, scene):
    Release.objects.filter(pk=scene.waits.pk).update(due=date(2020, 1, 2))

    assert 'class="late-due is-blocked"' in as_(cast.dov).get(QUEUE).text


def test_the_wish_of_a_draft_is_not_there(as_, cast, scene):
    draft = create_release(team=cast.inv, submitted=False, title="A secret plan")
    ask_for(draft, train=scene.train)

    assert "A secret plan" not in as_(cast.cleo).get(QUEUE).text


def test_an_empty_queue_says_what_would_be_here(as_, cast, scene):
    Request.objects.all().delete()

    assert "Nobody waits." in as_(cast.ada).get(QUEUE).text


def test_a_train_that_is_not_there_is_not_found(as_, cast, scene):
    assert as_(cast.ada).get("/trains/none/queue/").status_code == 404


def test_a_fragment_is_the_queue_alone(as_, cast, scene):
    answer = as_(cast.ada).get(QUEUE, headers=HTMX)

    assert WHOLE_PAGE not in answer.text
    assert 'id="queue"' in answer.text


def test_a_long_queue_asks_as_little_as_a_short_one(as_, cast, scene):
    browser = as_(cast.ada)
    few = questions(browser)
    for _ in range(30):
        create_release(team=cast.pay, train=scene.train, services=[scene.service])

    assert questions(browser) == few


def questions(browser) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(QUEUE).status_code == 200
    return len(asked)


@pytest.mark.parametrize(("zone", "day"), [("UTC", "9 Dec"), ("Asia/Tokyo", "10 Dec")])
def test_a_waiting_card_of_the_board_says_when_in_the_reader_s_zone(as_, cast, scene, zone, day):
    cast.dov.zone = zone
    cast.dov.save()

    answer = board(as_(cast.dov), scene)

    assert f'<span class="due">→ {day}</span>' in answer.text
    assert 'href="/trains/main/queue/"' in answer.text


def test_a_waiting_card_without_anything_to_expect_says_when_it_is_due(as_, cast, scene):
    Release.objects.filter(pk=scene.waits.pk).update(due=date(2033, 5, 4), earliest=date(2033, 5, 1))

    assert '<span class="due">due 4 May</span>' in board(as_(cast.dov), scene).text


def test_the_queue_follows_its_train(as_, cast, scene):
    answer = as_(cast.dov).get(QUEUE)

    assert answer.context["live"].topics == f"train:{scene.train.pk} large setup"
    assert timezone.now() >= answer.context["now"]
