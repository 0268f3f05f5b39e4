"""Changing what a release says."""

import pytest

from releasetrain.releases.models import Release
from tests.riding import aboard, place_of, request_of


def read(browser, release) -> dict[str, object]:
    """Open the form and return what its fields hold."""
    form = browser.get(f"/releases/{release.pk}/edit/").context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


def save(browser, release, values, **changed):
    """Send the form with some fields changed."""
    return browser.post(f"/releases/{release.pk}/edit/", {**values, **changed})


@pytest.fixture
def small(cast, scene):
    """A small release of INV that rides alone in the second slot."""
    return aboard(scene.slots[1], team=cast.inv, size="S", title="Labels", by=cast.dov)


def test_what_was_typed_is_saved(as_, cast, scene, small):
    browser = as_(cast.dov)

    answer = save(browser, small, read(browser, small), title="Labels in colour", services=[scene.service.pk])

    small.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"/releases/{small.pk}/")
    assert small.title == "Labels in colour"
    assert list(small.services.all()) == [scene.service]


def test_saving_what_is_there_already_changes_nothing(as_, cast, scene, small):
    browser = as_(cast.dov)

    save(browser, small, read(browser, small))

    small.refresh_from_db()
    assert small.revision == 1


def test_a_second_tab_is_told_what_changed_and_what_it_typed_stays(as_, cast, scene, small):
    browser = as_(cast.dov)
    first, second = read(browser, small), read(browser, small)
    save(browser, small, first, title="Labels in colour", size="M", services=[scene.service.pk])

    answer = save(browser, small, second, title="Labels in grey", description="As agreed")

    assert answer.status_code == 409
    assert answer.context["changed_by"] == cast.dov
    assert {(str(name), said) for name, said in answer.context["changed"]} == {
        ("the title", "Labels in colour"),
        ("the size", "medium"),
        ("the services", "register"),
    }
    assert 'value="Labels in grey"' in answer.text
    assert "As agreed" in answer.text
    assert Release.objects.get(pk=small.pk).title == "Labels in colour"


def test_saving_again_puts_it_in_place_of_what_the_other_tab_said(as_, cast, scene, small):
    browser = as_(cast.dov)
    first, second = read(browser, small), read(browser, small)
    save(browser, small, first, title="Labels in colour")
    told = save(browser, small, second, title="Labels in grey")

    save(browser, small, second, title="Labels in grey", revision=told.context["latest_revision"])

    assert Release.objects.get(pk=small.pk).title == "Labels in grey"


def test_an_edit_that_would_break_a_rule_names_it_and_offers_to_ask_again(as_, cast, scene, small):
    other = aboard(scene.slots[1], team=cast.pay, size="S", title="Refunds")
    browser = as_(cast.dov)

    answer = save(browser, small, read(browser, small), size="L")

    assert answer.status_code == 422
    assert f"{small.code} is large and rides alone; {other.code} Refunds is aboard." in answer.text
    assert 'name="ask_again"' in answer.text
    assert Release.objects.get(pk=small.pk).size == "S"


def test_asking_again_gives_the_place_back_and_asks_for_it(as_, cast, scene, small):
    aboard(scene.slots[1], team=cast.pay, size="S")
    browser = as_(cast.dov)

    save(browser, small, read(browser, small), size="L", ask_again="1")

    assert place_of(small) is None
    assert request_of(small).slot == scene.slots[1]
    assert Release.objects.get(pk=small.pk).size == "L"


def test_a_release_cannot_need_itself(as_, cast, scene, small):
    browser = as_(cast.dov)

    answer = save(browser, small, read(browser, small), needs=small.code)

    assert answer.status_code == 422
    assert "A release cannot need itself." in answer.text
    assert not small.needs.exists()


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(as_, cast, scene, small):
    browser = as_(cast.dov)

    answer = save(browser, small, read(browser, small), due="soon", title="Labels in colour")

    assert answer.status_code == 422
    assert 'value="Labels in colour"' in answer.text
    assert "Enter a valid date." in answer.text


def test_another_team_does_not_find_the_form_of_a_submitted_release(as_, cast, scene, small):
    assert as_(cast.ada).get(f"/releases/{small.pk}/edit/").status_code == 404
    assert save(as_(cast.ada), small, {"title": "Mine now"}).status_code == 404
