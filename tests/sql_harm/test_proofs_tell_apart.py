"""The controls: a proof sees no harm where there is none, and is not content where there is one."""

import psycopg
import pytest

from tests.sql_harm.catalogue import SCENARIOS

# One of each kind of proof, and of each way to hold a change where its locks are.
TOLD = {
    "constraint-scans: REFERENCES at a new column that has a default",
    "volatile-default: clock_timestamp()",
    "rewrites-under-lock: VACUUM FULL",
    "changes-every-row: UPDATE",
    "drop-index-not-concurrent: it waits for readers, and everybody behind it",
    "copies-rows: INSERT ... SELECT holds vacuum back",
    "default-on-target: the guarded backfill moves nothing",
    "concurrently-in-transaction: CREATE INDEX CONCURRENTLY",
    "enum-value-added: old code cannot decode what new code writes",
}
SAMPLE = [one for one in SCENARIOS if str(one) in TOLD]
DISCONTENT = (AssertionError, psycopg.Error, pytest.fail.Exception)


@pytest.mark.parametrize("scenario", SAMPLE, ids=str)
def test_no_harm_is_seen_in_the_remedy(scenario, play):
    scene = play(scenario.tables)

    with pytest.raises(DISCONTENT):
        scenario.shows.see(scene, scenario.remedy)


@pytest.mark.parametrize("scenario", SAMPLE, ids=str)
def test_the_statement_itself_does_not_pass_for_harmless(scenario, play):
    scene = play(scenario.tables)

    with pytest.raises(DISCONTENT):
        scenario.shows.see_spared(scene, scenario.bad)


def test_every_control_is_there():
    assert {str(one) for one in SAMPLE} == TOLD
