"""Two releases that change places from the board: the way out where neither could move alone."""

import pytest

from tests.riding import aboard, place_of


@pytest.fixture
def later(cast, scene):
    """A large release of another team, two weeks after the one that rides first."""
    return aboard(scene.slots[1], team=cast.inv, by=cast.dov, size="L", services=[scene.service], title="Batches")


def place(browser, scene, release, slot):
    return browser.post(f"/trains/{scene.train.slug}/place/", {"release": release.pk, "slot": slot.pk})


def swap(browser, scene, one, other):
    return browser.post(f"/trains/{scene.train.slug}/swap/", {"release": one.pk, "other": other.pk})


def test_a_refusal_offers_the_swap_that_would_do(as_, cast, scene, later):
    answer = place(as_(cast.cleo), scene, scene.rides, scene.slots[1])

    assert answer.status_code == 422
    assert answer.context["refused"].swaps == [later]


def test_a_swap_is_offered_to_nobody_who_may_not_move_both(as_, cast, scene, later):
    answer = place(as_(cast.ada), scene, scene.rides, scene.slots[1])

    assert answer.context["refused"].swaps == []


def test_both_change_places_in_one_step(as_, cast, scene, later):
    answer = swap(as_(cast.cleo), scene, scene.rides, later)

    assert answer.status_code == 302
    assert (place_of(scene.rides), place_of(later)) == (scene.slots[1].pk, scene.slots[0].pk)


def test_a_swap_that_somebody_may_not_make_changes_nothing(as_, cast, scene, later):
    answer = swap(as_(cast.ada), scene, scene.rides, later)

    assert answer.status_code == 403
    assert "You may not do that." in answer.text
    assert (place_of(scene.rides), place_of(later)) == (scene.slots[0].pk, scene.slots[1].pk)
