"""The list of releases."""

import pytest

from tests.riding import create_release


def titles(answer) -> list[str]:
    """The titles in the list, in its order."""
    return [line.release.title for line in answer.context["lines"]]


def releases(browser, **query):
    """Ask for the list."""
    return browser.get("/releases/", query)


def test_the_latest_stands_first_with_its_state_and_slot(as_, cast, scene):
    answer = releases(as_(cast.ines))

    assert titles(answer) == ["Stock counts", "QR payments"]
    assert [str(line.state) for line in answer.context["lines"]] == ["waiting", "cleared"]


@pytest.mark.parametrize("words", ["qr pay", "REGISTER", "rt-{number}", "{number}"])
def test_it_is_found_by_title_service_and_code(as_, cast, scene, words):
    answer = releases(as_(cast.ines), q=words.format(number=scene.rides.pk))

    assert "QR payments" in titles(answer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"team": "PAY"}, ["QR payments"]),
        ({"show": "mine"}, ["A plan", "Stock counts"]),
        ({"show": "drafts"}, ["A plan"]),
        ({"show": "waiting"}, ["Stock counts"]),
        ({"show": "riding"}, ["QR payments"]),
        ({"team": "NOBODY"}, []),
        ({"show": "nonsense"}, ["A plan", "Stock counts", "QR payments"]),
        ({"before": "abc"}, ["A plan", "Stock counts", "QR payments"]),
        ({"before": "9" * 30}, ["A plan", "Stock counts", "QR payments"]),
        ({"q": "RT-" + "9" * 30}, []),
        ({"q": "%_\\"}, []),
    ],
)
def test_it_is_narrowed(as_, cast, scene, query, found):
    create_release(team=cast.inv, title="A plan", submitted=False, train=scene.train)

    assert titles(releases(as_(cast.dov), **query)) == found


def test_drafts_are_their_teams_and_the_release_managers(as_, cast, scene):
    create_release(team=cast.inv, title="A plan", submitted=False)

    assert "A plan" not in titles(releases(as_(cast.ada)))
    assert "A plan" in titles(releases(as_(cast.dov)))
    assert "A plan" in titles(releases(as_(cast.cleo)))


def test_it_goes_on_where_the_page_ended(as_, cast, scene):
    for number in range(60):
        create_release(team=cast.pay, title=f"No {number}")

    first = releases(as_(cast.ada), team="PAY")
    second = releases(as_(cast.ada), team="PAY", before=first.context["more"])

    assert len(first.context["lines"]) == 50
    assert titles(second)[-1] == "QR payments"
    assert not set(titles(first)) & set(titles(second))
    assert second.context["more"] is None


def test_a_list_without_releases_offers_the_first_step(as_, cast):
    assert "No release yet." in releases(as_(cast.ada)).text
    assert "No release matches." in releases(as_(cast.ada), q="x").text


def test_what_somebody_searched_is_never_markup(as_, cast, scene):
    assert "<script>alert" not in releases(as_(cast.ada), q="<script>alert(1)</script>").text
