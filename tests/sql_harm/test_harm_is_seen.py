"""Every harm that a rule claims is seen in PostgreSQL, and is not there once the words are heeded."""

import pytest

from releasetrain.domain.sql import Severity
from tests.sql_harm.catalogue import SCENARIOS

every = pytest.mark.parametrize("scenario", SCENARIOS, ids=str)


@every
def test_the_review_finds_it_and_the_database_shows_it(scenario, play):
    found = scenario.found()
    scene = play(scenario.tables)

    assert {one.rule for one in found} == {scenario.rule} | scenario.beside
    assert {one.severity for one in found if one.rule == scenario.rule} == {scenario.expected_severity()}
    scenario.shows.see(scene, scenario.bad)


@every
def test_the_remedy_passes_the_review_and_spares_the_harm(scenario, play):
    found = scenario.found_in_remedy()
    scene = play(scenario.tables)

    assert [one for one in found if one.severity is Severity.BLOCKS] == []
    assert {one.rule for one in found} <= scenario.may_warn
    scenario.shows.see_spared(scene, scenario.remedy)
