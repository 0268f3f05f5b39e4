"""Who may follow what: a topic that is not for somebody is not there for them."""

import pytest

from releasetrain.teams import queries as teams
from releasetrain.web.live.topics import followable
from tests.riding import create_release

pytestmark = pytest.mark.django_db
OPEN = ["train:1", "slot:7", "plan:3", "plans", "large", "setup"]


@pytest.fixture
def draft(cast):
    return f"release:{create_release(team=cast.pay, submitted=False).pk}"


def test_trains_departures_and_names_are_everybodys(cast):
    assert followable(OPEN, teams.person(cast.dov)) == set(OPEN)


def test_nobody_follows_nothing(cast):
    assert followable(OPEN, None) == set()


def test_who_was_deactivated_follows_nothing(cast):
    cast.dov.is_active = False
    cast.dov.save()

    assert followable(OPEN, teams.person(cast.dov)) == set()


def test_a_draft_is_followed_by_its_team_and_release_managers_alone(cast, draft):
    who = {name: followable([draft], teams.person(getattr(cast, name))) == {draft} for name in ("ben", "cleo", "dov")}

    assert who == {"ben": True, "cleo": True, "dov": False}


def test_a_submitted_release_is_followed_by_all(cast):
    topic = f"release:{create_release(team=cast.pay).pk}"

    assert followable([topic], teams.person(cast.dov)) == {topic}


@pytest.mark.parametrize(
    "words", ["", "all", "train:", "train:0", "train:1 ", "train:-1", "release:9" + "9" * 30, "person:1", "train:١"]
)
def test_nonsense_and_what_is_only_told_cannot_be_followed(cast, words):
    assert followable([words], teams.person(cast.cleo)) == set()


def test_only_so_many_topics_are_read(cast):
    assert len(followable([f"train:{number}" for number in range(1, 1000)], teams.person(cast.cleo))) == 20
