"""The page with what failed for good."""

import re
from uuid import uuid4

import pytest

from releasetrain.notices.models import Digest, Notice
from releasetrain.outbox.models import Message
from tests.factories import NOW, create_train

ADDRESS = "/dead-letters/"
SECRET = "a token nobody may read"


def dead(event="booking.made", **payload):
    facts = {"last_error": "ValueError: no such thing", "attempts": 12, "dead_at": NOW}
    return Message.objects.create(event=event, lane="inside", payload=payload, **facts)


def test_a_letter_says_what_it_was_about_in_words_and_why_it_died(as_, cast, scene):
    dead(release=scene.rides.pk, slot=scene.slots[0].pk, token=SECRET)

    answer = as_(cast.cleo).get(ADDRESS)

    assert answer.status_code == 200
    for words in (
        "A release boarded",
        f"RT-{scene.rides.pk}",
        scene.train.name,
        "ValueError: no such thing",
        "12 tries",
    ):
        assert words in answer.text
    assert SECRET not in answer.text


def test_a_letter_about_an_import_leads_to_it(as_, cast):
    run = uuid4()
    dead("import.requested", run=str(run))

    assert f"/imports/{run}/" in as_(cast.cleo).get(ADDRESS).text


def test_a_mail_says_to_whom_it_was_to_go_and_about_what(as_, cast, scene):
    facts = {"event": "booking.made", "how": "now", "capacity": "team:1", "at": NOW}
    told = Notice.objects.create(source=uuid4(), person=cast.ben, facts={"release": scene.rides.pk}, **facts)
    digest = Digest.objects.create(person=cast.dov, on=NOW.date(), made_at=NOW)
    dead("mail.send", notice=str(told.pk))
    dead("mail.digest", digest=digest.pk)

    answer = as_(cast.cleo).get(ADDRESS)

    assert f"to Ben, RT-{scene.rides.pk}" in answer.text
    assert "to Dov" in answer.text


def test_a_payload_that_is_not_understood_breaks_nothing(as_, cast):
    dead("x.y", release="no number", slot=[1], train={"a": 1}, run=7)

    assert as_(cast.cleo).get(ADDRESS).status_code == 200


def test_the_questions_do_not_grow_with_the_letters(as_, cast, scene, django_assert_max_num_queries):
    trains = [create_train(slug=f"t{n}") for n in range(20)]
    for train in trains:
        dead(release=scene.rides.pk, slot=scene.slots[0].pk, train=train.pk)
    browser = as_(cast.cleo)

    with django_assert_max_num_queries(11):
        browser.get(ADDRESS)


def test_one_is_sent_again_with_its_button(as_, cast):
    one, other = dead(), dead()
    browser = as_(cast.cleo)
    page = browser.get(ADDRESS).text
    row = page[page.index(f"letter-{one.pk}") :]
    form = dict(re.findall(r'name="(key|event|message)" value="([^"]+)"', row)[:3])

    answer = browser.post(ADDRESS + "again/", form, follow=True)

    assert "1 piece of work is sent again." in answer.text
    assert list(Message.objects.filter(dead_at__isnull=False)) == [other]


def test_all_of_an_event_are_sent_again_with_one_button(as_, cast):
    dead(), dead(), dead("import.requested")

    answer = as_(cast.cleo).post(ADDRESS + "again/", {"event": "booking.made", "key": uuid4()}, follow=True)

    assert "2 pieces of work are sent again." in answer.text
    assert Message.objects.get(dead_at__isnull=False).event == "import.requested"


@pytest.mark.parametrize("form", [{}, {"event": "booking.made", "message": "nonsense"}, {"event": "gone"}])
def test_what_nobody_means_sends_nothing(as_, cast, form):
    one = dead()

    answer = as_(cast.cleo).post(ADDRESS + "again/", form, follow=True)

    assert "Nothing of that is dead any more." in answer.text
    assert list(Message.objects.filter(dead_at__isnull=False)) == [one]


def test_who_does_not_run_the_product_finds_no_such_page(as_, cast):
    assert as_(cast.ada).get(ADDRESS).status_code == 404


def test_with_nothing_dead_the_page_says_so(as_, cast):
    assert "Nothing failed for good." in as_(cast.cleo).get(ADDRESS).text
