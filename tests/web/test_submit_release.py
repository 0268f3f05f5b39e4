"""Handing a draft in from its page."""

from tests.riding import ask_for, create_release, place_of, request_of


def submit(browser, release):
    """Press "Submit"."""
    return browser.post(f"/releases/{release.pk}/submit/")


def test_a_small_one_boards_by_itself_and_its_page_says_so(as_, cast, scene):
    draft = create_release(team=cast.pay, submitted=False, train=scene.train)

    answer = as_(cast.ada).post(f"/releases/{draft.pk}/submit/", follow=True)

    assert place_of(draft) == scene.slots[1].pk
    assert f"{draft.code} is submitted and aboard." in answer.text


def test_one_whose_slot_is_taken_asks_for_it(as_, cast, scene):
    draft = create_release(team=cast.inv, size="L", services=[scene.service], submitted=False)
    ask_for(draft, slot=scene.slots[0], wish="this")

    answer = as_(cast.dov).post(f"/releases/{draft.pk}/submit/", follow=True)

    assert place_of(draft) is None
    assert request_of(draft).slot == scene.slots[0]
    assert "asks for its slot; see what is in its way" in answer.text


def test_a_second_click_is_told_and_changes_nothing(as_, cast, scene):
    draft = create_release(team=cast.pay, submitted=False, train=scene.train)
    submit(as_(cast.ada), draft)

    answer = submit(as_(cast.ada), draft)

    assert answer.status_code == 422
    assert "It is submitted already." in answer.text
    assert draft.bookings.count() == 1


def test_another_team_does_not_submit(as_, cast, scene):
    draft = create_release(team=cast.pay, submitted=False, train=scene.train)

    assert submit(as_(cast.dov), draft).status_code == 404
    assert submit(as_(cast.dov), scene.rides).status_code == 403
    draft.refresh_from_db()
    assert draft.submitted_at is None


def test_it_is_only_posted_to(as_, cast, scene):
    assert as_(cast.ada).get(f"/releases/{scene.rides.pk}/submit/").status_code == 405
