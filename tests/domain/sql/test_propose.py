"""The guided form proposes the SQL of all stages; what it proposes passes the review, and does what it says."""

import itertools
from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import assume, given
from hypothesis import strategies as st

from releasetrain.domain.errors import Refused
from releasetrain.domain.sql import Script, Severity, Subject, judge
from releasetrain.domain.sql.proposing import propose
from releasetrain.domain.sql.wishes import Wish
from releasetrain.domain.stages import Stage

WISH = Wish(table="orders", old="old_code", new="new_code", type="bigint", expression="old_code::bigint")
WAYS = [
    replace(WISH, is_required=required, by_trigger=trigger, has_index=index)
    for required, trigger, index in itertools.product((False, True), repeat=3)
]


def _harms(wish: Wish, stage: Stage, sql: str, scripts: dict[Stage, str]) -> list[str]:
    others = tuple(Script(stage=one, sql=text) for one, text in scripts.items() if one is not stage)
    known = {"table": wish.table, "old": wish.old, "new": wish.new, "others": others, "in_transaction": False}
    found = judge(sql, Subject(stage=stage, has_sync_trigger=wish.by_trigger, **known))
    return [one.rule for one in found if one.severity is not Severity.CLEAR]


@pytest.mark.parametrize("wish", WAYS, ids=str)
def test_what_is_proposed_passes_the_review_in_every_stage(wish: Wish) -> None:
    scripts = dict(propose(wish))

    assert [_harms(wish, stage, sql, scripts) for stage, sql in scripts.items()] == [[], [], [], []]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20))
def test_any_name_is_quoted(name: str) -> None:
    assume(name.strip() not in ("", "old"))

    scripts = propose(replace(WISH, old="old", expression="old", new=name))

    added = judge(scripts[Stage.EXPAND], Subject(stage=Stage.EXPAND, table="orders"))
    assert [one.rule for one in added if one.severity is Severity.BLOCKS] == []


@pytest.mark.parametrize(
    ("field", "said", "code"),
    [
        ("type", "bigint; DROP TABLE orders", "no-type"),
        ("type", "", "no-type"),
        ("expression", "1; DROP TABLE orders", "no-expression"),
        ("expression", "x) FROM y --", "no-expression"),
        ("expression", "gen_random_uuid()", "unsteady-expression"),
        ("new", "old_code", "same-field"),
        ("new", "  ", "no-name"),
    ],
)
def test_what_is_no_name_type_or_expression_is_refused_at_its_field(field: str, said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        propose(replace(WISH, **{field: said}))

    assert (refused.value.code, refused.value.details["field"]) == (code, field)


@pytest.mark.django_db
def test_the_proposal_moves_the_data_while_old_code_goes_on_writing() -> None:
    scripts = propose(replace(WISH, by_trigger=True))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE orders (id bigint PRIMARY KEY, old_code text NOT NULL)")
        cursor.execute("INSERT INTO orders SELECT n, n::text FROM generate_series(1, 50) n")

        cursor.execute(scripts[Stage.EXPAND])
        cursor.execute("INSERT INTO orders (id, old_code) VALUES (51, '51')")
        cursor.execute("UPDATE orders SET old_code = '520' WHERE id = 51")
        cursor.execute(scripts[Stage.BACKFILL].replace("$1", "0").replace("$2", "100"))
        cursor.execute("UPDATE orders SET old_code = '7000' WHERE id = 7")
        cursor.execute("SELECT count(*) FROM orders WHERE new_code IS DISTINCT FROM old_code::bigint")
        assert cursor.fetchone() == (0,)

        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(scripts[Stage.RELAX])
        cursor.execute("INSERT INTO orders (id, new_code) VALUES (52, 52)")
        cursor.execute(scripts[Stage.DROP])
        cursor.execute("SELECT id, new_code FROM orders WHERE id IN (7, 51, 52) ORDER BY id")
        assert cursor.fetchall() == [(7, 7000), (51, 520), (52, 52)]
