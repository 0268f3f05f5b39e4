"""What stands on the whole calendar, by departure, blocking first, with the ways out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.trains.models import Freeze, Slot
from tests.factories import create_train
from tests.freezes import around, create_freeze
from tests.riding import aboard, days, slot_on

PAGE = "/conflicts/"


def text(answer):
    return answer.content.decode()


def test_an_empty_calendar_says_what_would_be_here(as_, cast):
    page = text(as_(cast.ben).get(PAGE))

    assert "Nothing blocks a departure to come." in page
    assert "nothing blocks" in page


def test_it_stands_in_the_navigation(as_, cast):
    page = text(as_(cast.ben).get(PAGE))

    assert '<a href="/conflicts/" data-go="conflicts" aria-current="page">' in page


def test_each_conflict_is_a_sentence_with_both_names_and_its_rule(as_, cast, scene):
    create_freeze(around(name="Sale"))

    page = text(as_(cast.ben).get(PAGE))

    assert f"<b>{scene.rides.code}</b> QR payments" in page
    assert "Frozen: Sale, until Wed 26 Nov 00:00." in page
    assert '<a class="rule" href="/rules/#frozen">frozen</a>' in page
    assert "1 blocks" in page


def test_the_ways_out_are_those_of_the_reader(as_, cast, scene):
    freeze = create_freeze(around(name="Sale"))
    waive = f"/releases/{scene.rides.pk}/waive/{scene.slots[0].pk}/"
    suspend = f"/setup/freezes/{freeze.pk}/#suspensions"

    of_all, of_cleo = text(as_(cast.ben).get(PAGE)), text(as_(cast.cleo).get(PAGE))

    assert f"/trains/main/?chosen={scene.rides.pk}" in of_all
    assert waive not in of_all
    assert suspend not in of_all
    assert waive in of_cleo
    assert suspend in of_cleo


def test_what_only_warns_is_folded_below_what_blocks(as_, cast, scene):
    warned = aboard(scene.slots[1], team=cast.inv, title="Labels")
    create_freeze(around(name="Sale"))
    create_freeze(around(scene.slots[1].start_at, name="Holiday", is_hard=False))

    page = text(as_(cast.ben).get(PAGE))

    assert page.index("Frozen: Sale") < page.index("Only warns") < page.index("Softly frozen: Holiday")
    assert f"<b>{warned.code}</b> Labels" in page
    assert "1 warns" in page


def test_departures_of_all_trains_are_told_in_order(as_, cast, scene):
    other = slot_on(create_train(slug="other", name="Apps"), day=-1)
    early = aboard(other, team=cast.inv)
    create_freeze(around(other.start_at, rule="FREQ=DAILY"))

    departures = as_(cast.ben).get(PAGE).context["blocking"]

    told = [(one.slot.pk, [each.release.pk for each in one.conflicts]) for one in departures]
    assert told == [(other.pk, [early.pk]), (scene.slots[0].pk, [scene.rides.pk])]


def test_who_follows_gets_the_part_alone(as_, cast, scene):
    headers = {"HX-Request": "true"}

    answer = as_(cast.ben).get(PAGE, headers=headers)

    assert text(answer).lstrip().startswith('<div id="conflicts"')
    assert f'data-live="large setup train:{scene.train.pk}"' in text(answer)


def test_an_unchanged_page_is_not_sent_again(as_, cast, scene):
    client = as_(cast.ben)
    tag = client.get(PAGE)["ETag"]

    assert client.get(PAGE, headers={"If-None-Match": tag}).status_code in (200, 304)  # the minute may have turned


def test_the_database_is_asked_the_same_number_of_questions(as_, cast, scene, django_assert_max_num_queries):
    for day in range(1, 13):
        aboard(slot_on(scene.train, day=day + 30), team=cast.inv)
    create_freeze(around(name="Sale", rule="FREQ=DAILY"))
    client = as_(cast.cleo)

    with django_assert_max_num_queries(18):
        assert text(client.get(PAGE)).count("Frozen: Sale") == 13


@pytest.fixture
def soon(scene):
    """The scene's departures lie around the real now."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for number, slot in enumerate(scene.slots):
        start = now + days(2 + 7 * number)
        facts = {"start_at": start, "end_at": start + timedelta(hours=1), "cut_off_at": start - timedelta(hours=4)}
        Slot.objects.filter(pk=slot.pk).update(**facts)
        slot.refresh_from_db()
    return scene


def header(page, slot):
    """The header of a departure's column."""
    return page.split(f'id="slot-{slot.pk}"')[1].split("</th>")[0]


def test_a_frozen_departure_is_hatched_and_says_by_what_until_when(as_, cast, soon):
    slot = soon.slots[1]
    create_freeze(around(slot.start_at, name="Sale"))

    page = text(as_(cast.ben).get("/trains/main/"))

    last = slot.start_at.strftime("%a %-d %b")
    assert f"frozen: Sale, until {last}" in header(page, slot)
    assert "is-blocked" in header(page, slot)
    assert page.count("is-frozen") == 3  # its column, its header, and the same in the list


def test_a_soft_freeze_says_so_and_hatches_nothing(as_, cast, soon):
    slot = soon.slots[1]
    create_freeze(around(slot.start_at, name="Sale", is_hard=False))

    page = text(as_(cast.ben).get("/trains/main/"))

    assert "softly frozen: Sale" in header(page, slot)
    assert "is-waiting" in header(page, slot)
    assert "is-frozen" not in page


@pytest.mark.parametrize("scope", ["services", "teams", "trains"])
def test_a_freeze_of_some_or_of_another_train_freezes_no_column(as_, cast, soon, scope):
    ids = {"services": soon.service.pk, "teams": cast.pay.pk, "trains": create_train(slug="other").pk}
    create_freeze(around(soon.slots[1].start_at, name="Sale", **{scope: {ids[scope]}}))

    page = text(as_(cast.ben).get("/trains/main/"))

    assert "is-frozen" not in page
    assert "Sale" not in header(page, soon.slots[1])


def test_a_chosen_card_is_told_by_the_freeze_s_name_where_it_may_not_ride(as_, cast, soon):
    slot = soon.slots[1]
    create_freeze(around(slot.start_at, name="Sale"))

    page = text(as_(cast.ben).get(f"/trains/main/?chosen={soon.waits.pk}"))

    assert "Frozen: Sale" in header(page, slot)
    assert 'data-verdict="no"' in header(page, slot)


def test_a_suspended_or_ended_freeze_freezes_no_column(as_, cast, soon):
    create_freeze(around(soon.slots[1].start_at, name="Sale"))
    Freeze.objects.update(ended_at=timezone.now())

    assert "is-frozen" not in text(as_(cast.ben).get("/trains/main/"))
