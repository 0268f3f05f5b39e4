"""Two tabs of one thing of the set-up: the second to save is told what the first one saved, and may save again."""

import re
from html import unescape

import pytest

from releasetrain.boarding.timetables import timetable_of
from releasetrain.releases.models import Service
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import Train
from tests.factories import create_initiative, create_service, create_table, create_train
from tests.web.test_setup_trains import SAID, rows

SEEN = re.compile(r'name="seen" value="([^"]+)"')
# Of each noun: a field, what the first tab saves in it and how the second reads that, what the second typed.
NOUNS = {
    "people": ("zone", "Asia/Tokyo", "Time zone: Asia/Tokyo", "Europe/Berlin"),
    "teams": ("slot_limit", 5, "Watches over in a slot: 5", 7),
    "services": ("platform", "iOS", "Platform: iOS", "Android"),
    "tables": ("free_disk_bytes", "2.5", "Free disk of its database, GB: 2.5", "7"),
    "initiatives": ("name", "Cash", "Name: Cash", "Cards"),
    "trains": ("cut_off_time", "12:30", "Cut-off at: 12:30", "09:15"),
}


@pytest.fixture
def manager(as_, cast):
    return as_(cast.cleo)


@pytest.fixture
def things(cast):
    """A row of every noun, and all that its form says."""
    service, table = create_service(name="API", team=cast.pay), create_table(name="sale")
    initiative, train = create_initiative(name="QR"), create_train(weekly=[(1, "22:00", 60)])
    numbers = {"rows": 1000, "row_bytes": 0, "indexes": 0, "random_indexes": 0, "free_disk_bytes": ""}
    return {
        "people": (cast.ada, {"name": "Ada", "email": "ada@example.com", "zone": "UTC"}),
        "teams": (cast.pay, {"code": "PAY", "name": "Team PAY", "slot_limit": 2}),
        "services": (service, {"name": "API", "kind": "server", "platform": "", "team": cast.pay.pk}),
        "tables": (table, {"name": "sale", "database": "main", **numbers}),
        "initiatives": (initiative, {"name": "QR"}),
        "trains": (train, {**SAID, "name": train.name, "slug": "main", "zone": "UTC"}),
    }


def seen(answer) -> str:
    """What the first form of the page carries."""
    return unescape(SEEN.search(answer.text)[1])


@pytest.mark.parametrize("noun", NOUNS)
def test_the_second_tab_is_told_what_the_first_saved_and_saving_again_wins(manager, things, noun):
    (row, said), (field, first, told, second) = things[noun], NOUNS[noun]
    address = f"/setup/{noun}/{row.pk}/"
    said = {**said, "seen": seen(manager.get(address))}
    assert manager.post(address, {**said, field: first}).status_code == 302
    saved = type(row).objects.filter(pk=row.pk).values(field).get()

    refused = manager.post(address, {**said, field: second})

    assert refused.status_code == 409
    assert "Somebody else changed this meanwhile." in refused.text
    assert told in unescape(refused.text)
    assert str(refused.context["form"][field].value()) == str(second), "what was typed is kept"
    assert type(row).objects.filter(pk=row.pk).values(field).get() == saved
    again = manager.post(address, {**said, field: second, "seen": seen(refused)})
    assert again.status_code == 302
    assert type(row).objects.filter(pk=row.pk).values(field).get() != saved


def test_a_field_that_the_second_did_not_touch_is_not_set_back_silently(manager, things):
    team, said = things["teams"]
    address = f"/setup/teams/{team.pk}/"
    said = {**said, "seen": seen(manager.get(address))}
    manager.post(address, {**said, "slot_limit": 5})

    answer = manager.post(address, {**said, "name": "Payments"})

    assert answer.status_code == 409
    assert Team.objects.filter(pk=team.pk, slot_limit=5, name="Team PAY").exists()


def test_who_says_the_same_as_the_first_is_not_refused(manager, things):
    team, said = things["teams"]
    address = f"/setup/teams/{team.pk}/"
    said = {**said, "slot_limit": 5, "seen": seen(manager.get(address))}
    manager.post(address, said)

    answer = manager.post(address, {**said, "name": "Payments"})

    assert answer.status_code == 302
    assert Team.objects.filter(pk=team.pk, slot_limit=5, name="Payments").exists()


def test_what_was_shown_first_stays_the_measure_after_another_refusal(manager, things):
    service, said = things["services"]
    address = f"/setup/services/{service.pk}/"
    said = {**said, "seen": seen(manager.get(address))}
    manager.post(address, {**said, "name": "Web API"})
    wrong = manager.post(address, {**said, "kind": "client"})

    answer = manager.post(address, {**said, "kind": "client", "platform": "Android", "seen": seen(wrong)})

    assert (wrong.status_code, answer.status_code) == (422, 409)
    assert Service.objects.get().name == "Web API"


def test_the_owner_is_told_by_name(manager, cast, things):
    service, said = things["services"]
    address = f"/setup/services/{service.pk}/"
    said = {**said, "seen": seen(manager.get(address))}
    manager.post(address, {**said, "team": cast.inv.pk})

    answer = manager.post(address, said | {"name": "Web API"})

    assert "Owner: INV Team INV" in answer.text


def test_a_timetable_has_a_second_tab_too(manager, things):
    train, _said = things["trains"]
    page, address = f"/setup/trains/{train.pk}/", f"/setup/trains/{train.pk}/timetable/"
    shown = unescape(SEEN.findall(manager.get(page).text)[1])
    manager.post(address, {**rows((3, "21:00", 60), initial=1), "seen": shown})

    refused = manager.post(address, {**rows((4, "20:00", 60), initial=1), "seen": shown})

    assert refused.status_code == 409
    assert "When it departs: Thu 21:00" in refused.text
    assert 'value="20:00"' in refused.text, "what was typed is kept"
    assert [one.weekday for one in timetable_of(train)] == [3]
    now_shown = unescape(SEEN.findall(refused.text)[1])
    manager.post(address, {**rows((4, "20:00", 60), initial=1), "seen": now_shown})
    assert [one.weekday for one in timetable_of(train)] == [4]


def test_the_trains_own_form_and_its_timetable_do_not_hinder_each_other(manager, things):
    train, said = things["trains"]
    page = f"/setup/trains/{train.pk}/"
    of_train, of_week = map(unescape, SEEN.findall(manager.get(page).text))
    manager.post(f"{page}timetable/", {**rows((3, "21:00", 60), initial=1), "seen": of_week})

    answer = manager.post(page, {**said, "capacity": 12, "seen": of_train})

    assert answer.status_code == 302
    assert Train.objects.get().capacity == 12


@pytest.mark.parametrize("carried", ["", "abc", "a:b:c"])
def test_what_carries_nothing_readable_saves_as_it_says(manager, things, carried):
    person, said = things["people"]

    answer = manager.post(f"/setup/people/{person.pk}/", {**said, "name": "Ada L", "seen": carried})

    assert answer.status_code == 302
    assert User.objects.get(pk=person.pk).name == "Ada L"


def test_a_new_train_carries_nothing(manager):
    assert not SEEN.search(manager.get("/setup/trains/new/").text)
