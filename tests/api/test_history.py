"""The log of a release through the JSON door."""

from tests.api.asked import queries_of
from tests.riding import create_release


def moved(caller, scene, times: int) -> None:
    """Move the release that rides to and fro."""
    for turn in range(times):
        caller.post(f"/releases/RT-{scene.rides.pk}/move", slot=scene.slots[1 - turn % 2].pk)


def test_each_deed_is_told_in_words_with_who_and_when(by, cast, scene):
    caller = by(cast.ada)
    moved(caller, scene, 1)

    (line,) = caller.get(f"/releases/RT-{scene.rides.pk}/history").data["results"]

    assert (line["by"], line["verb"]) == ("Ada", "booking.moved")
    assert line["message"] == "moved it from Tue 25 Nov 22:00 to Tue 9 Dec 22:00"


def test_it_is_read_page_by_page_latest_first(by, cast, scene):
    caller = by(cast.ada)
    moved(caller, scene, 3)

    first = caller.get(f"/releases/RT-{scene.rides.pk}/history", limit=2).data
    second = caller.get(first["next"].split("/api/v1")[1]).data

    told = [line["at"] for line in (*first["results"], *second["results"])]
    assert (len(told), told) == (3, sorted(told, reverse=True))
    assert second["next"] is None


def test_a_long_log_asks_as_much_as_a_short_one(by, cast, scene):
    caller, path = by(cast.ada), f"/releases/RT-{scene.rides.pk}/history"
    moved(caller, scene, 1)
    short = queries_of(caller, path)
    moved(caller, scene, 8)

    assert queries_of(caller, path) == short


def test_another_teams_draft_is_not_there(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert by(cast.ada).get(f"/releases/RT-{draft.pk}/history").status_code == 404
    assert by(cast.dov).get(f"/releases/RT-{draft.pk}/history").status_code == 200
