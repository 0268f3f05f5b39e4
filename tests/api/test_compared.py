"""What a script may know of a conflict: both sides' ways out, what came of waivers, and the rules."""

from releasetrain.domain.conflicts import RULES
from releasetrain.trains.models import Waiver
from tests.factories import NOW
from tests.riding import create_release, create_waiver


def test_either_side_has_its_ways_out_with_their_cost(by, cast, scene):
    scene.slots[0].capacity = 20
    scene.slots[0].save()

    answer = by(cast.dov).get(f"/releases/{scene.waits.code}/conflicts/{scene.slots[0].pk}")

    assert [one["code"] for one in answer.data["conflicts"]] == ["large-rides-alone", "large-overlap"]
    movers = {one["release"]: [way["slot"] for way in one["ways"]] for one in answer.data["remedies"]}
    assert movers == {code: [slot.pk for slot in scene.slots[1:]] for code in (scene.waits.code, scene.rides.code)}
    first = answer.data["remedies"][0]["ways"][0]
    assert (first["do"], first["cost"], first["displaces"], first["others_late"]) == ("book", "free, on time", 0, 0)


def test_where_nothing_stands_nothing_is_named(by, cast, scene):
    answer = by(cast.dov).get(f"/releases/{scene.waits.code}/conflicts/{scene.slots[1].pk}")

    assert answer.data == {"conflicts": [], "remedies": [], "swaps": []}


def test_a_draft_of_another_team_is_not_found(by, cast, scene):
    draft = create_release(team=cast.pay, submitted=False)

    assert by(cast.dov).get(f"/releases/{draft.code}/conflicts/{scene.slots[0].pk}").status_code == 404


def test_a_slot_that_does_not_exist_is_not_found(by, cast, scene):
    assert by(cast.dov).get(f"/releases/{scene.waits.code}/conflicts/999").status_code == 404


def test_a_refusal_says_what_each_way_would_cost(by, cast, scene):
    answer = by(cast.dov).post(f"/releases/{scene.waits.code}/book", slot=scene.slots[0].pk)

    first = answer.data["details"]["remedies"][0]
    assert (answer.status_code, first["do"], first["cost"]) == (409, "book", "free, on time")


def test_waivers_say_what_happened_afterwards(by, cast, scene):
    waiver = create_waiver("large-overlap", scene.rides, scene.waits, by=cast.cleo, facts=[])
    Waiver.objects.filter(pk=waiver.pk).update(ended_at=NOW, ended_by=cast.cleo)
    create_waiver("capacity", scene.waits, scene.slots[0], by=cast.cleo, facts=[])

    (found,) = by(cast.dov).get("/waivers", code="large-overlap").data["results"]

    assert (found["id"], found["covers"]) == (waiver.pk, False)
    assert found["ended_at"] is not None
    assert found["afterwards"] == [
        {"release": scene.rides.code, "came": "coming"},
        {"release": scene.waits.code, "came": "never"},
    ]


def test_every_rule_is_told(by, cast):
    answer = by(cast.dov).get("/rules")

    assert [one["code"] for one in answer.data] == list(RULES)
    assert answer.data[0]["says"] == "A large release shares its slot with no other."
