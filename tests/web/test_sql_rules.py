"""Every rule of the SQL review has a page with what it finds, and what passes."""

import pytest

from releasetrain.domain.sql.examples import EXAMPLES
from releasetrain.domain.sql.registry import RULES, Harm
from releasetrain.schema.findings import HEAVY
from releasetrain.sql_wording import title


def test_the_list_names_them_all(as_, cast):
    shown = as_(cast.dov).get("/rules/sql/").content.decode()

    assert all(f'href="/rules/sql/{code}/"' in shown for code in RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page_that_tells_it_and_shows_an_example(as_, cast, code):
    answer = as_(cast.dov).get(f"/rules/sql/{code}/")
    shown = answer.content.decode()

    assert answer.status_code == 200
    assert title(code) in answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    if any(one.rule == code for one in EXAMPLES):
        assert 'class="sql"' in shown
        assert f'class="rule" href="/rules/sql/{code}/"' in shown


def test_there_is_none_for_what_is_no_rule(as_, cast):
    assert as_(cast.dov).get("/rules/sql/no-such-rule/").status_code == 404


def test_what_counts_as_a_heavy_lock_is_a_rule_about_locks():
    assert {RULES[one].harm for one in HEAVY} == {Harm.LOCKS}
