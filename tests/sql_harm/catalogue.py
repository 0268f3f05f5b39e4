"""All scenarios, and the rules whose harm no single database shows."""

from tests.sql_harm import adding, code, constraints, dropping, indexes, locking, writing

SCENARIOS = [
    one for family in (adding, constraints, indexes, dropping, writing, locking, code) for one in family.SCENARIOS
]
NOT_SHOWN: dict[str, str] = {}
