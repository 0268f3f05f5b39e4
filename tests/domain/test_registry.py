"""The registry of rules: every code of the specification's table, with what pages and scripts must know of it."""

from releasetrain.conflict_wording import SENTENCES
from releasetrain.domain.conflicts import RULES
from releasetrain.domain.conflicts.rule import Grade, Remedy

NEVER_WAIVED = {"held", "stage-order", "old-version-running", "backfill-unfinished", "dependency", "not-cleared"}
CODES = NEVER_WAIVED | {
    "large-rides-alone",
    "large-overlap",
    "same-table",
    "capacity",
    "team-limit",
    "frozen",
    "cut-off",
    "soak",
    "peak-hours",
    "disk-headroom",
}


def test_every_code_of_the_table_has_its_rule_and_no_other_is_there():
    assert set(RULES) == CODES


def test_what_is_never_waived_says_so():
    assert {code for code, rule in RULES.items() if not rule.waivable} == NEVER_WAIVED


def test_every_rule_has_its_sentence():
    assert set(SENTENCES) == CODES


def test_a_rule_that_can_be_waived_names_waiving_among_its_ways_out():
    for rule in RULES.values():
        assert (Remedy.WAIVE in rule.remedies) is rule.waivable, rule.code


def test_every_rule_has_a_way_out_a_side_and_a_basis():
    for rule in RULES.values():
        assert all((rule.remedies, rule.sides, rule.basis)), rule.code


def test_ranks_are_an_order():
    ranks = [rule.rank for rule in RULES.values()]

    assert ranks == sorted(set(ranks))


def test_what_warns_before_its_departure_is_graded_so():
    late = {code for code, rule in RULES.items() if rule.grade is Grade.AT_DEPARTURE}

    assert late == {"held", "old-version-running", "backfill-unfinished"}
