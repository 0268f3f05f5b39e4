"""No rule may block for a harm that nobody has seen."""

from releasetrain.domain.sql import Severity
from releasetrain.domain.sql.registry import RULES, Harm
from tests.sql_harm.catalogue import NOT_SHOWN, SCENARIOS
from tests.sql_harm.proofs import Answers, Decodes, Fails, HoldsVacuumBack, Queues, ShutsOut

SHOWN_BY = {
    Harm.LOCKS: (ShutsOut, Queues, HoldsVacuumBack, Answers),
    Harm.BREAKS: (Answers, Decodes),
    Harm.LOSES: (Answers, ShutsOut),
    Harm.FAILS: (Fails, Answers),
}
BLOCKING = [rule for rule in RULES.values() if rule.severity is Severity.BLOCKS and rule.harm in SHOWN_BY]


def test_every_rule_that_blocks_has_its_harm_shown_or_a_reason_why_not():
    shown = {one.rule for one in SCENARIOS}

    assert {rule.code for rule in BLOCKING} - shown == NOT_SHOWN.keys()
    assert shown - RULES.keys() == set()


def test_what_is_shown_is_the_harm_that_the_rule_claims():
    others = [str(one) for one in SCENARIOS if not isinstance(one.shows, SHOWN_BY[RULES[one.rule].harm])]

    assert others == []


def test_no_scenario_is_there_twice():
    assert len({str(one) for one in SCENARIOS}) == len(SCENARIOS)
