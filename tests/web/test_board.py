"""The board: who rides where, and what would happen to a chosen release."""

import pytest

from releasetrain.trains.models import DefaultTrain
from tests.factories import create_team, create_train
from tests.freezes import around, create_freeze
from tests.riding import aboard, create_release, create_waiver, slot_on

HTMX = {"HX-Request": "true"}
WHOLE_PAGE = "<!doctype html>"


def board(browser, scene, *, headers=None, **query):
    """Ask for the board of the scene's train."""
    return browser.get(f"/trains/{scene.train.slug}/", query, headers=headers)


def headers_of(answer) -> dict[int, str]:
    """What the header of each column says."""
    return {column.slot.pk: column.verdict.text if column.verdict else "" for column in answer.context["columns"]}


def cards_of(answer) -> dict[str, str]:
    """What each card says, wherever it stands."""
    rows = answer.context["rows"]
    cards = [card for row in rows for card in (*row.waiting, *(one for cell in row.cells for one in cell.cards))]
    return {card.release.code: card.word for card in cards}


def test_everyone_signed_in_sees_who_rides_and_who_waits(as_, cast, scene):
    answer = board(as_(cast.ines), scene)

    assert answer.status_code == 200
    assert cards_of(answer) == {scene.rides.code: "clear", scene.waits.code: "waits, today"}
    assert answer.text.count(f"{scene.rides.code}</b> QR payments") == 2  # in the table, and in the phone's list


def test_a_stranger_is_sent_to_sign_in_and_comes_back(client, scene):
    answer = board(client, scene, chosen=scene.waits.pk)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=%2Ftrains%2Fmain%2F%3Fchosen")


def test_a_fragment_asked_for_after_signing_out_sends_the_whole_page_to_sign_in(client, scene):
    answer = board(client, scene, headers={**HTMX, "HX-Current-URL": "http://testserver/trains/main/"})

    assert answer["HX-Redirect"] == "/sign-in/?next=%2Ftrains%2Fmain%2F"


def test_a_chosen_release_lights_every_column_with_what_would_happen(as_, cast, scene):
    answer = board(as_(cast.dov), scene, chosen=scene.waits.pk)

    said = headers_of(answer)
    assert said[scene.slots[0].pk] == f"{scene.rides.code} is large and rides alone. +2 more"
    assert said[scene.slots[1].pk] == "free, on time"
    assert [column.lit for column in answer.context["columns"]] == ["no", "free", "free"]
    assert f"Board {scene.waits.code} here" in answer.text


def test_a_late_slot_costs_days(as_, cast, scene):
    due = scene.slots[1].start_at.date()
    scene.waits.__class__.objects.filter(pk=scene.waits.pk).update(due=due)

    answer = board(as_(cast.dov), scene, chosen=scene.waits.pk)

    assert [column.lit for column in answer.context["columns"]] == ["no", "free", "cost"]
    assert headers_of(answer)[scene.slots[2].pk] == "free, 14 days late"


def test_who_may_not_book_gets_no_button_to_place_it(as_, cast, scene):
    answer = board(as_(cast.ada), scene, chosen=scene.waits.pk)

    assert "/place/" not in answer.text.split('id="board"')[1].split(">", 1)[1]


def test_htmx_gets_only_the_board(as_, cast, scene):
    answer = board(as_(cast.ada), scene, headers=HTMX)

    assert WHOLE_PAGE not in answer.text
    assert answer.text.lstrip().startswith('<div id="board"')
    assert "HX-Request" in answer["Vary"]
    assert answer["Cache-Control"] == "no-store"


def test_another_teams_draft_cannot_be_chosen(as_, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert board(as_(cast.ada), scene, chosen=draft.pk).status_code == 404
    assert board(as_(cast.dov), scene, chosen=draft.pk).status_code == 200


def test_a_request_is_dashed_and_names_the_rule_in_its_way(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", services=[scene.service], slot=scene.slots[0])

    answer = board(as_(cast.ada), scene)

    assert cards_of(answer)[asks.code] == "asks: large-rides-alone, +2 more"
    assert headers_of(answer)[scene.slots[0].pk] == f"{asks.code} asks"


def test_a_standing_conflict_is_the_slots_worst_news(as_, cast, scene):
    riders = [aboard(scene.slots[1], team=team, size="M") for team in (cast.pay, cast.inv) for _ in range(2)]

    answer = board(as_(cast.ada), scene)

    assert headers_of(answer)[scene.slots[1].pk] == "The slot is full: 2 points too many."
    assert {cards_of(answer)[one.code] for one in riders} == {"capacity"}


def test_a_waived_release_says_so(as_, cast, scene):
    other = aboard(scene.slots[0], team=cast.inv, size="S")
    create_waiver("large-rides-alone", scene.rides, other, by=cast.cleo, facts=[f"slot:{scene.slots[0].pk}"])

    answer = board(as_(cast.ada), scene)

    assert cards_of(answer)[other.code] == "clear, waived"


def test_the_view_goes_back_and_on_by_six_departures(as_, cast, scene):
    later = [slot_on(scene.train, day=28 + 7 * week) for week in range(1, 9)]

    first = board(as_(cast.ada), scene)
    on = board(as_(cast.ada), scene, since=f"{later[3].start_at:%Y-%m-%d}")

    assert [column.slot for column in first.context["columns"]] == [*scene.slots, *later[:3]]
    assert first.context["board"].later == later[3]
    assert [column.slot for column in on.context["columns"]] == later[3:]
    assert on.context["board"].earlier == scene.slots[0]


def test_one_team_can_be_looked_at_alone(as_, cast, scene):
    answer = board(as_(cast.ada), scene, team="INV")

    assert [row.team.code for row in answer.context["rows"]] == ["INV"]


def test_a_team_with_nothing_is_one_line(as_, cast, scene):
    DefaultTrain.objects.create(team=create_team(code="CRM"), train=scene.train)

    answer = board(as_(cast.ada), scene)

    assert [team.code for team in answer.context["folded"]] == ["CRM"]


def test_a_train_without_departures_says_what_would_be_here(as_, cast, scene):
    create_train(slug="empty")

    answer = as_(cast.cleo).get("/trains/empty/")

    assert "No departures in view" in answer.text
    assert "Give it a timetable" in answer.text


def test_a_train_that_does_not_exist_is_not_found(as_, cast):
    assert as_(cast.ada).get("/trains/nowhere/").status_code == 404


def test_the_first_page_is_the_board_of_ones_own_train(as_, cast, scene):
    other = create_train(slug="other")
    cast.inv.default_train.train = other
    cast.inv.default_train.save()

    assert as_(cast.dov).get("/")["Location"] == "/trains/other/"
    assert as_(cast.ada).get("/")["Location"] == "/trains/main/"


def test_the_first_page_is_the_set_up_while_there_is_no_train(as_, cast):
    assert as_(cast.cleo).get("/")["Location"] == "/setup/"


@pytest.mark.parametrize(
    "query",
    [
        {"since": "abc"},
        {"since": "2031-99-99"},
        {"since": "0001-01-01"},
        {"since": "9999-12-31"},
        {"team": "NOBODY"},
        {"chosen": ""},
    ],
)
def test_an_address_that_makes_no_sense_shows_the_board_of_today(as_, cast, scene, query):
    answer = board(as_(cast.ada), scene, **query)

    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["0", "999999999999999999999", "-1", "abc", "²", "4" * 5000])
def test_a_release_that_cannot_be_is_not_found(as_, cast, scene, number):
    assert board(as_(cast.ada), scene, chosen=number).status_code == 404


@pytest.mark.parametrize("query", [{"since": "\x00"}, {"team": "A\x00"}, {"chosen": "\x00"}, {"\x00": "1"}])
def test_what_nobody_can_type_is_not_answered(as_, cast, scene, query):
    assert board(as_(cast.ada), scene, **query).status_code == 400


@pytest.mark.parametrize("since", ["", "2032-06-01"])
def test_a_release_manager_sees_at_home_what_stands_in_view_or_not(as_, cast, scene, since):
    """C5: what the world makes stand is shown where release managers are all day."""
    create_freeze(around(scene.slots[0].start_at), by=cast.cleo)

    seen = board(as_(cast.cleo), scene, since=since)

    assert seen.context["stands"] == 1
    assert "1 conflict stands" in seen.text
    assert "/conflicts/" in seen.text


def test_nobody_else_is_asked_to_resolve_it(as_, cast, scene):
    create_freeze(around(scene.slots[0].start_at), by=cast.cleo)

    assert board(as_(cast.ada), scene).context["stands"] == 0
