"""Each rule's page shows a script that the rule finds and one that it lets pass: both are true."""

import pytest

from releasetrain.domain.sql import Severity, judge
from releasetrain.domain.sql.examples import EXAMPLES, Example
from releasetrain.domain.sql.registry import RULES

# What no text shows: the process that judges says these.
BESIDE = {"too-slow", "too-long", "parser-died"}
PRAISE = {"bounded-batch", "watched-by-gate"}
WITHOUT_A_STAGE = {"mixes-stages"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.rule)
def test_the_rule_finds_its_example(example: Example) -> None:
    found = judge(example.found, example.subject(example.stage))

    assert example.rule in {one.rule for one in found}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.rule)
def test_what_does_the_same_without_harm_passes(example: Example) -> None:
    found = judge(example.passes, example.subject(example.passes_in or example.stage))

    assert [one for one in found if one.severity is not Severity.CLEAR] == []


def test_every_rule_has_an_example_or_cannot_have_one() -> None:
    shown = {example.rule for example in EXAMPLES}

    assert shown | BESIDE | PRAISE | WITHOUT_A_STAGE == set(RULES)


@pytest.mark.parametrize("rule", sorted(PRAISE))
def test_what_is_praised_passes_and_is_said(rule: str) -> None:
    praised = {
        one.rule
        for example in EXAMPLES
        for one in judge(example.passes, example.subject(example.passes_in or example.stage))
        if one.severity is Severity.CLEAR
    }

    assert rule in praised
