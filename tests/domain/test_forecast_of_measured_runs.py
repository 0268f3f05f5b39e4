"""M4: the forecast gives back the measured runs, within the errors that are stated of it (ADR 19).

Sizes, HOT share and log: mostly within 5 %, the worst by name. Time: 25 % either way, and up to three times as long
where rows stay on their pages; runs that other work disturbed lie outside, and are counted.
"""

import pytest

from tests.domain.runs import Measured, runs

EVERY = pytest.mark.parametrize("run", runs(), ids=lambda run: run.name)
CLOSE = 0.05
# What is known to be farther off: the run's number, and by how much at the most.
WAL_OFF = {11: 0.06, 15: 0.06, 18: 0.15, 31: 0.07, 33: 0.48, 37: 0.07, 39: 0.08}
INDEX_OFF = {16: 0.06, 18: 0.16, 27: 0.06, 30: 0.06, 37: 0.10, 40: 0.07}
DISTURBED = {0, 11, 14, 16, 26, 27, 28}  # other work ran beside them: outside the range, within twice of it


def off(said: float, measured: float) -> float:
    return abs(said / measured - 1)


def within(run: Measured, known: dict[int, float]) -> float:
    return known.get(run.number, CLOSE)


@EVERY
def test_the_log_is_what_was_measured(run):
    expected = run.forecast().wal_a_row * run.told["rows"]

    assert off(expected, run.told["wal_upd"]) <= within(run, WAL_OFF)


@EVERY
def test_as_many_rows_stay_on_their_page(run):
    assert abs(run.forecast().hot_share - run.told["hot"] / run.told["upd"]) <= 0.03


@EVERY
def test_the_heap_grows_as_far(run):
    assert off(run.forecast().heap_x, run.told["heap1"] / run.told["heap0"]) <= CLOSE


@EVERY
def test_the_indexes_grow_as_far(run):
    assert off(run.forecast().index_x, run.told["idx1"] / run.told["idx0"]) <= within(run, INDEX_OFF)


@EVERY
def test_the_time_lies_in_the_range(run):
    said = run.forecast()

    if run.number in DISTURBED:
        assert said.least_seconds / 2 <= run.seconds <= 2 * said.most_seconds
    else:
        assert said.least_seconds <= run.seconds <= said.most_seconds


def test_the_runs_it_was_not_fitted_to_lie_in_the_range_every_one():
    held_out = [run for run in runs() if run.told.get("held")]

    assert len(held_out) == 5
    assert not DISTURBED & {run.number for run in held_out}


def test_outside_of_it_lies_one_in_six():
    found = [(run.forecast(), run.seconds) for run in runs()]

    outside = [said for said, took in found if not said.least_seconds <= took <= said.most_seconds]
    assert (len(outside), len(found)) == (len(DISTURBED), 41)


@EVERY
def test_as_many_checkpoints_are_met_as_were_counted(run):
    if run.told.get("prerepack"):
        return  # the one that was counted came from repacking
    counted = run.told["ckpts"] + (0 if run.forced_checkpoints else 1)

    assert run.forecast().checkpoints == counted
