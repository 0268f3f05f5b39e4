"""What is still missing."""

from django.utils import timezone

from releasetrain.boarding.actions.trains import add_train
from releasetrain.domain.timetable import weekly
from releasetrain.trains.fields import TrainFields
from tests.factories import create_service, create_train, create_user, release_manager


def steps(client):
    return [(step.noun.name, step.blocks) for step in client.get("/setup/").context["steps"]]


def test_in_an_empty_house_the_train_comes_first(as_, db):
    assert steps(as_(release_manager())) == [("trains", True), ("teams", True), ("roles", False), ("services", False)]


def test_a_train_without_departures_needs_a_timetable(as_, cast):
    create_train()

    assert steps(as_(cast.cleo))[0] == ("trains", True)


def test_where_everything_is_there_nothing_is_missing(as_, cast):
    daily = [
        weekly(weekday=day, at=timezone.now().time().replace(second=0, microsecond=0), minutes=1) for day in range(7)
    ]
    add_train(fields=TrainFields(name="Main"), timetable=daily, by=cast.cleo, clock=timezone.now)
    create_service(team=cast.pay)
    release_manager(name="Mara")

    answer = as_(cast.cleo).get("/setup/")

    assert answer.context["steps"] == []
    assert "Nothing is missing." in answer.text


def test_whoever_may_change_nothing_is_told_who_may(as_, db):
    assert "Nothing here is yours to change." in as_(create_user()).get("/setup/").text


def test_without_a_train_the_first_page_is_the_set_up(as_, cast):
    assert as_(cast.cleo).get("/").headers["Location"] == "/setup/"


def test_with_a_train_it_is_the_board_of_the_own_teams_train(as_, cast):
    create_train(slug="first")
    create_train(slug="mobile", default_of=[cast.pay])

    assert as_(cast.ada).get("/").headers["Location"] == "/trains/mobile/"
    assert as_(cast.dov).get("/").headers["Location"] == "/trains/first/"


def test_the_navigation_offers_only_pages_that_one_may_open(as_, cast):
    assert 'href="/imports' in as_(cast.cleo).get("/setup/").text
    assert 'href="/imports' not in as_(cast.ada).get("/setup/").text


def test_an_address_that_leads_nowhere_still_offers_the_way_back(as_, cast):
    answer = as_(cast.ada).get("/nowhere/")

    assert answer.status_code == 404
    assert 'href="/setup/"' in answer.text
