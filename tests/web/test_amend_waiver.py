"""Changing a waiver from the page of a release it is about; and the waive page where nothing can be waived."""

import pytest

from releasetrain.trains.models import Waiver
from tests.riding import create_release, create_waiver


@pytest.fixture
def waiver(cast, scene):
    facts = {f"slot:{scene.slots[0].pk}"}
    return create_waiver("large-rides-alone", scene.rides, scene.waits, by=cast.cleo, facts=facts)


def amend(browser, release, waiver, **said):
    return browser.post(f"/releases/{release.pk}/waivers/{waiver.pk}/amend/", said)


def test_its_end_and_its_reason_are_changed(as_, cast, scene, waiver):
    answer = amend(as_(cast.cleo), scene.rides, waiver, reason="Watched together.", until="2031-12-24")

    assert answer.status_code == 302
    changed = Waiver.objects.get()
    assert (changed.reason, f"{changed.until:%Y-%m-%d}") == ("Watched together.", "2031-12-24")


def test_a_change_without_a_reason_is_refused_in_place(as_, cast, scene, waiver):
    answer = amend(as_(cast.cleo), scene.rides, waiver, reason=" ", until="2031-12-24")

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert Waiver.objects.get().until is None


def test_only_a_release_manager_changes_it(as_, cast, scene, waiver):
    assert amend(as_(cast.ada), scene.rides, waiver, reason="Mine.").status_code == 404


def test_through_another_releases_address_it_is_not_found(as_, cast, scene, waiver):
    other = create_release(team=cast.pay)

    assert amend(as_(cast.cleo), other, waiver, reason="Sneaky.").status_code == 404


def test_a_draft_says_that_it_cannot_board_instead_of_that_it_can(as_, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    page = as_(cast.cleo).get(f"/releases/{draft.pk}/waive/{scene.slots[0].pk}/").text

    assert "It is a draft. Submit it first." in page
    assert "it can simply board" not in page
