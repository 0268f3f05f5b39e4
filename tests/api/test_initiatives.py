"""Initiatives through the JSON door."""

from releasetrain.releases.models import Initiative


def test_an_initiative_is_added_changed_and_read(by, cast):
    added = by(cast.ines).post("/initiatives", name="Cashless")
    changed = by(cast.ines).patch(f"/initiatives/{added.data['id']}", name="No cash", seen={"name": "Cashless"})
    read = by(cast.ben).get("/initiatives")

    assert (added.status_code, changed.status_code) == (201, 200)
    assert read.data["results"] == [{"id": added.data["id"], "name": "No cash"}]


def test_what_is_known_stays_once(by, cast):
    answer = by(cast.ines).ask("POST", "/initiatives/lines", [{"name": "Cashless"}, {"name": "Cashless"}])

    assert answer.data == {"lines": 2}
    assert Initiative.objects.count() == 1


def test_the_same_key_adds_one(by, cast):
    answers = [by(cast.ines).post("/initiatives", key="k1", name="Cashless") for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_only_who_sets_up_the_catalogue_writes(by, cast):
    assert by(cast.ada).post("/initiatives", name="Cashless").status_code == 403
    assert not Initiative.objects.exists()
