"""The set-up's pages of freezes: look at what one would make stand, then save it, suspend it, end it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from releasetrain.trains.models import Freeze, Suspension
from tests.factories import NOW, TUESDAY, create_service
from tests.freezes import around, create_freeze, create_suspension, fields
from tests.riding import days

LIST, NEW = "/setup/freezes/", "/setup/freezes/new/"


def form(**more):
    """A hard freeze of the day of the first departure, as the page sends it."""
    said = around()
    usual = {
        "name": "Year-end close",
        "hard": "hard",
        "reason": "Everybody shops.",
        "first_at": f"{said.first_at:%Y-%m-%dT%H:%M}",
        "last_at": f"{said.last_at:%Y-%m-%dT%H:%M}",
        "zone": "UTC",
        "again": "",
    }
    return usual | more


def edit_page(freeze):
    return f"/setup/freezes/{freeze.pk}/"


def text(answer):
    return answer.content.decode()


def test_everybody_reads_the_list_and_release_managers_see_the_way_to_add(as_, cast):
    create_freeze(fields(teams={cast.pay.pk}, services={create_service(name="register").pk}))

    seen, own = text(as_(cast.ben).get(LIST)), text(as_(cast.cleo).get(LIST))

    for words in ("Year-end", "20 Dec 2031 to 6 Jan 2032", "register and PAY", "Everybody shops.", "Sat 20 Dec 00:00"):
        assert words in seen
    assert NEW not in seen
    assert NEW in own


def test_without_any_it_says_what_would_be_here(as_, cast):
    assert "Nothing is frozen." in text(as_(cast.ben).get(LIST))


@pytest.mark.parametrize("who", ["ada", "ines"])
def test_forms_are_for_release_managers_alone(as_, cast, who):
    client, freeze = as_(getattr(cast, who)), create_freeze()

    assert client.get(NEW).status_code == 404
    assert client.post(NEW, form(do="save")).status_code == 404
    assert client.get(edit_page(freeze)).status_code == 404
    assert client.post(f"{edit_page(freeze)}end/", {"end-reason": "So."}).status_code == 404
    assert Freeze.objects.get().ended_at is None


def test_the_preview_names_both_sides_and_writes_nothing(as_, cast, scene):
    page = text(as_(cast.cleo).post(NEW, form(do="preview")))

    assert f"<b>{scene.rides.code}</b> QR payments" in page
    assert "Frozen: Year-end close, until Wed 26 Nov 00:00." in page
    assert "1 conflict" in page
    assert 'value="Year-end close"' in page
    assert not Freeze.objects.exists()


def test_the_preview_says_where_nothing_would_stand(as_, cast, scene):
    page = text(as_(cast.cleo).post(NEW, form(do="preview", first_at="2031-11-26T00:00", last_at="2031-11-27T00:00")))

    assert "nothing new" in page


def test_saving_freezes(as_, cast, scene):
    services = [scene.service.pk]

    answer = as_(cast.cleo).post(NEW, form(do="save", hard="soft", again="FREQ=YEARLY", services=services))

    kept = Freeze.objects.get()
    assert answer.status_code == 302
    assert (kept.name, kept.is_hard, kept.rule, kept.by) == ("Year-end close", False, "FREQ=YEARLY", cast.cleo)
    assert [one.pk for one in kept.services.all()] == services


def test_a_rule_of_its_own_is_taken_where_it_is_chosen(as_, cast):
    as_(cast.cleo).post(NEW, form(do="save", again="own", rule="FREQ=MONTHLY;BYDAY=-1FR"))

    assert Freeze.objects.get().rule == "FREQ=MONTHLY;BYDAY=-1FR"
    assert text(as_(cast.cleo).get(edit_page(Freeze.objects.get()))).count("FREQ=MONTHLY;BYDAY=-1FR") >= 2


@pytest.mark.parametrize("deed", ["preview", "save"])
@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"last_at": "2031-11-24T00:00"}, "id_last_at-said"),
        ({"first_at": "soon"}, "id_first_at-said"),
        ({"zone": "Mars"}, "id_zone-said"),
        ({"again": "own", "rule": "whenever"}, "id_rule-said"),
        ({"name": ""}, "id_name-said"),
    ],
)
def test_what_can_never_be_is_refused_at_its_field(as_, cast, deed, said, at):
    answer = as_(cast.cleo).post(NEW, form(do=deed, **said))

    assert answer.status_code == 422
    assert f'class="error" id="{at}"' in text(answer)
    assert not Freeze.objects.exists()


def test_a_double_click_adds_one(as_, cast):
    key = "5f3c9a1e-0f5a-4a41-8f43-0c1f6f3c2d11"

    for _ in range(2):
        assert as_(cast.cleo).post(NEW, form(do="save", key=key)).status_code == 302

    assert Freeze.objects.count() == 1


def test_an_edit_previews_what_goes_and_what_comes(as_, cast, scene):
    freeze = create_freeze(around(name="Sale"))
    said = form(revision=1, do="preview", first_at="2031-12-09T00:00", last_at="2031-12-10T00:00")

    page = text(as_(cast.cleo).post(edit_page(freeze), said))

    assert "What would no longer stand" in page
    assert f"<b>{scene.rides.code}</b>" in page
    assert "Frozen: Sale, until Wed 26 Nov 00:00." in page
    assert Freeze.objects.get().name == "Sale"


def test_a_second_tab_is_told_what_changed_and_may_save_again(as_, cast):
    freeze, client = create_freeze(around(name="Sale")), as_(cast.cleo)
    client.post(edit_page(freeze), form(revision=1, do="save", reason="Sales week."))

    answer = client.post(edit_page(freeze), form(revision=1, do="save", name="Another"))

    assert answer.status_code == 409
    assert "Saved meanwhile:" in text(answer)
    assert "Sales week." in text(answer)
    assert 'name="revision" value="2"' in text(answer)
    assert client.post(edit_page(freeze), form(revision=2, do="save", name="Another")).status_code == 302
    assert Freeze.objects.get().name == "Another"


def test_a_suspension_is_previewed_in_the_reader_s_zone_and_saved(as_, cast, scene):
    freeze, client = create_freeze(around()), as_(cast.cleo)
    cast.cleo.zone = "Europe/Berlin"
    cast.cleo.save()
    until = {"suspend-until": "2031-11-26T00:30", "suspend-reason": "A repair must go out."}

    page = text(client.post(f"{edit_page(freeze)}suspend/", {**until, "do": "preview"}))
    assert "What would no longer stand" in page
    assert not Suspension.objects.exists()

    client.post(f"{edit_page(freeze)}suspend/", {**until, "do": "suspend"})
    kept = Suspension.objects.get()
    assert kept.until == TUESDAY + timedelta(hours=1, minutes=30)
    assert "A repair must go out." in text(client.get(LIST))
    assert "A repair must go out." in text(client.get(edit_page(freeze)))


def test_a_suspension_without_a_reason_or_with_an_end_that_was_is_refused(as_, cast):
    page, client = f"{edit_page(create_freeze())}suspend/", as_(cast.cleo)

    for said in ({"suspend-until": "2031-11-26T00:30"}, {"suspend-until": "2011-11-26T00:30", "suspend-reason": "So."}):
        for deed in ("preview", "suspend"):
            assert client.post(page, {**said, "do": deed}).status_code == 422
    assert not Suspension.objects.exists()


def test_a_suspended_freeze_can_be_let_count_again(as_, cast):
    freeze = create_freeze()
    paused = create_suspension(freeze, by=cast.cleo, since=NOW, until=NOW + days(2))

    answer = as_(cast.cleo).post(f"{edit_page(freeze)}suspensions/{paused.pk}/end/")

    assert answer.status_code == 302
    assert not Suspension.objects.exists()
    assert as_(cast.cleo).post(f"{edit_page(freeze)}suspensions/{paused.pk}/end/").status_code == 404


def test_an_ended_freeze_is_folded_and_no_more_edited(as_, cast, scene):
    freeze, client = create_freeze(around(name="Sale")), as_(cast.cleo)
    page = f"{edit_page(freeze)}end/"

    assert scene.rides.code in text(client.post(page, {"end-reason": "It is off.", "do": "preview"}))
    assert client.post(page, {"end-reason": " ", "do": "end"}).status_code == 422
    assert client.post(page, {"end-reason": "It is off.", "do": "end"}).status_code == 302

    assert Freeze.objects.get().ended_at is not None
    assert "1 that has ended" in text(client.get(LIST))
    assert client.get(edit_page(freeze)).status_code == 404


def test_public_holidays_are_one_click(as_, cast):
    answer = as_(cast.cleo).post("/setup/freezes/holidays/", {"country": "DE"})

    assert answer.status_code == 302
    assert (Freeze.objects.get().holidays, Freeze.objects.get().is_hard) == ("DE", False)
    assert "each public holiday of DE" in text(as_(cast.cleo).get(LIST))
    assert as_(cast.cleo).post("/setup/freezes/holidays/", {"country": "DE"}).status_code == 422
    assert as_(cast.ines).post("/setup/freezes/holidays/", {"country": "FR"}).status_code == 404


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(as_, cast, django_assert_max_num_queries):
    for day in range(12):
        create_freeze(around(timezone.now() + days(day), name=f"Day {day}", trains=set()))
    ended = datetime(2020, 1, 1, tzinfo=NOW.tzinfo)
    Freeze.objects.filter(name="Day 3").update(ended_at=ended)

    client = as_(cast.cleo)
    with django_assert_max_num_queries(12):
        assert client.get(LIST).status_code == 200
