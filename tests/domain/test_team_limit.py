"""C: a team watches over so many of its releases in one slot."""

from releasetrain.domain.conflicts.rules.room import over_team_limit
from releasetrain.domain.conflicts.values import Side
from tests.domain.claims import claim, slot


def test_a_team_watches_over_two_in_a_slot():
    assert over_team_limit(claim(1, team=7), booked=[claim(2, team=7)]) == []


def test_a_third_is_a_conflict_with_the_slot():
    (found,) = over_team_limit(claim(1, team=7), booked=[claim(2, team=7), claim(3, team=7)])

    assert (found.a, found.b) == (Side.release(1), Side.slot(1))
    assert found.basis.facts == {"release:1", "release:2", "release:3"}
    assert found.basis.amounts == {"releases": 1}


def test_the_limit_is_the_teams_own():
    careful = claim(1, team=7, team_limit=1)

    assert over_team_limit(careful, booked=[claim(2, team=7, team_limit=1)])
    assert over_team_limit(claim(1, team=7, team_limit=3), booked=[claim(2, team=7), claim(3, team=7)]) == []


def test_other_teams_and_other_slots_do_not_count():
    others = [claim(2, team=8), claim(3, team=9), claim(4, slot(2), team=7), claim(5, slot(2), team=7)]

    assert over_team_limit(claim(1, team=7), booked=others) == []
