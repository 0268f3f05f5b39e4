"""The policy as a form: its buttons change only the form, the preview names releases, saving makes a version."""

import pytest

from releasetrain.domain import policies
from releasetrain.reviews.models import Policy, Questionnaire
from tests.riding import judged

PAGE = "/setup/policy/"


def form(seen=None, **more):
    """A policy of one rule, as the page sends it."""
    gate = {"code": "team", "role": "team", "quorum": "1", "days": "3", "rests_on": ["code", "data"]}
    return {
        "rules": "1",
        "seen": str(seen or Policy.objects.latest("pk").pk),
        "rule-0-name": "Every release",
        "rule-0-gates": "1",
        **{f"rule-0-gate-0-{name}": value for name, value in gate.items()},
        **more,
    }


@pytest.mark.parametrize("page", [PAGE, "/setup/questionnaire/"])
def test_only_release_managers_open_it(as_, cast, page):
    assert as_(cast.ines).get(page).status_code == 404 or as_(cast.ines).get(page).status_code == 403
    assert as_(cast.cleo).get(page).status_code == 200


def test_saving_makes_a_version(as_, cast):
    answer = as_(cast.cleo).post(PAGE, form(note="Less ceremony.", do="save"))

    kept = Policy.objects.latest("pk")
    assert answer.status_code == 302
    assert (kept.note, kept.made_by) == ("Less ceremony.", cast.cleo)
    assert policies.read(kept.rules)[0].gates[0].days == 3


def test_the_preview_names_open_releases_and_keeps_nothing(as_, cast, scene):
    judged(scene.rides)

    page = as_(cast.cleo).post(PAGE, form(do="preview")).content.decode()

    assert scene.rides.code in page
    assert "Team, Architecture, Test plan, Analytics" in page
    assert Policy.objects.count() == 1


def test_its_buttons_change_only_the_form(as_, cast):
    client = as_(cast.cleo)

    more = client.post(PAGE, form(do="add-rule")).content.decode()
    gates = client.post(PAGE, form(do="add-gate-0")).content.decode()
    less = client.post(PAGE, form(do="remove-gate-0-0")).content.decode()

    assert 'name="rules" value="2"' in more
    assert 'name="rule-0-gates" value="2"' in gates
    assert 'name="rule-0-gates" value="0"' in less
    assert Policy.objects.count() == 1


def test_what_cannot_be_is_refused_in_place(as_, cast):
    answer = as_(cast.cleo).post(PAGE, form(**{"rule-0-gate-0-code": "Team!"}))

    assert answer.status_code == 422
    assert "Team!" in answer.content.decode()


def test_a_second_tab_is_told(as_, cast):
    as_(cast.cleo).post(PAGE, form())

    assert as_(cast.cleo).post(PAGE, form(seen=1)).status_code == 409


def test_questions_and_weights_are_saved_as_a_version(as_, cast):
    client = as_(cast.cleo)
    page = client.get("/setup/questionnaire/").context
    said = {name: value for name, _label, value in page["weights"]} | {"rows": page["rows"], "seen": page["seen"]}

    answer = client.post(
        "/setup/questionnaire/", {**said, "questions": "undo: Undone how?\n  0 flag: a flag\n  50 no: not"}
    )

    kept = Questionnaire.objects.latest("pk").scale
    assert answer.status_code == 302
    assert kept["questions"][0]["choices"][1] == {"code": "no", "points": 50, "words": "not"}


def test_a_line_that_cannot_be_read_is_named(as_, cast):
    client = as_(cast.cleo)
    page = client.get("/setup/questionnaire/").context
    said = {name: value for name, _label, value in page["weights"]} | {"rows": page["rows"], "seen": page["seen"]}

    answer = client.post("/setup/questionnaire/", {**said, "questions": "undo: Undone how?\n  many flag: a flag"})

    assert answer.status_code == 422
    assert Questionnaire.objects.count() == 1
