"""Every rule is explained: to whoever meets it, waives it, or reads the page of rules."""

import pytest

from releasetrain.domain.conflicts import RULES
from releasetrain.rule_wording import BASIS, GRADES, REMEDIES, SIDES, WORDS


@pytest.mark.parametrize("code", RULES)
def test_a_rule_says_what_it_wants_and_what_a_waiver_of_it_lets_pass(code):
    rule, words = RULES[code], WORDS[code]

    assert str(words.says).endswith(".")
    assert words.because
    assert bool(words.waived) == rule.waivable


@pytest.mark.parametrize("code", RULES)
def test_its_sides_its_basis_and_its_ways_out_have_words(code):
    rule = RULES[code]

    assert rule.grade in GRADES
    assert set(rule.sides) <= SIDES.keys()
    assert set(rule.basis) <= BASIS.keys()
    assert set(rule.remedies) <= REMEDIES.keys()


def test_nothing_is_explained_that_is_no_rule():
    assert WORDS.keys() == RULES.keys()
