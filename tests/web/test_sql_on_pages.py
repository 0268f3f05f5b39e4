"""What the review finds stands at the lines of the SQL: on the release, on "waiting on me", on the change."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.boarding.actions.changing import Step
from releasetrain.domain.stages import Stage
from releasetrain.reviews.actions.accepting import Warned, accept
from releasetrain.schema.models import Acceptance, KnownSchema, SchemaStage
from releasetrain.web.sql.lines import sql_lines
from tests.factories import clock, create_train
from tests.riding import board, create_release, slot_on
from tests.scripts import BATCH, BLOCKED, FULL, INDEX, WARNED, carrying, change_of, found, stage_of

WHY = "It is small at night."


@pytest.fixture
def train(cast):
    return create_train(default_of=[cast.pay, cast.inv])


@pytest.fixture
def warned(cast, train):
    return carrying(WARNED, by=cast.ada, team=cast.pay, train=train)


@pytest.fixture
def blocked(cast, train):
    return carrying(BLOCKED, by=cast.ada, team=cast.pay, train=train)


def values(release) -> list[str]:
    return [f"{stage_of(release).pk}:{one['rule']}:{one['mark']}" for one in found(release, "warns")]


def page_of(client, release) -> str:
    return client.get(f"/releases/{release.pk}/").content.decode()


def yes(client, release, **form):
    return client.post(f"/releases/{release.pk}/accept/", {"warned": values(release), "reason": WHY, **form})


def held(release, by):
    said = [Warned(stage=stage_of(release).pk, rule=one["rule"], mark=one["mark"]) for one in found(release, "warns")]
    accept(release=release.pk, warned=said, reason=WHY, by=by, clock=clock(timezone.now()))
    return Acceptance.objects.first()


def test_a_finding_stands_under_its_line_with_its_rule(as_, cast, blocked):
    shown = page_of(as_(cast.ada), blocked)

    at = re.search(r'<li data-n="3" class="is-hit is-blocked"><code>(.*?)</li>', shown, re.S)
    assert "<b>VACUUM</b> <b>FULL</b> payment_document;" in at[1]
    assert "The table is written anew." in at[1]
    assert 'href="/rules/sql/rewrites-under-lock/"' in at[1]
    assert "1 blocked" in shown
    assert "1 allowed" in shown


def test_the_gate_leads_to_what_must_be_changed(as_, cast, blocked):
    shown = page_of(as_(cast.ada), blocked)

    assert "SQL review" in shown
    assert "1 finding in the SQL must be changed." in shown


def test_what_is_typed_as_sql_is_text_on_the_page(as_, cast, train):
    release = carrying("SELECT '<script>alert(1)</script>'; -- <b>", by=cast.ada, team=cast.pay, train=train)

    shown = page_of(as_(cast.ada), release)

    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_what_nobody_judged_yet_says_so(as_, cast, warned):
    SchemaStage.objects.update(findings=None)

    assert "Not judged yet" in page_of(as_(cast.ada), warned)


def test_an_architect_accepts_what_is_ticked(as_, cast, warned):
    assert 'id="accept"' in page_of(as_(cast.ines), warned)

    answer = yes(as_(cast.ines), warned)

    assert (answer.status_code, answer.url) == (302, f"/releases/{warned.pk}/#h-sql")
    shown = page_of(as_(cast.ada), warned)
    assert f"Accepted because “{WHY}” Ines," in shown
    assert 'id="accept"' not in shown


@pytest.mark.parametrize("who", ["ada", "ben", "dov", "cleo"])
def test_nobody_else_is_offered_to(as_, cast, warned, who):
    assert 'id="accept"' not in page_of(as_(getattr(cast, who)), warned)
    assert yes(as_(getattr(cast, who)), warned).status_code == 403


def test_a_refusal_stands_on_the_page_and_keeps_what_was_typed(as_, cast, warned):
    answer = yes(as_(cast.ines), warned, reason=" ")
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert "Say why" in shown
    assert re.search(rf'value="{re.escape(values(warned)[0])}" form="accept" checked', shown)
    assert yes(as_(cast.ines), warned, warned=["nonsense", "::", "9:x:y"]).status_code == 422


def test_it_is_taken_back(as_, cast, warned):
    one = held(warned, cast.ines)

    assert as_(cast.cleo).post(f"/acceptances/{one.pk}/take-back/").status_code == 403
    answer = as_(cast.ines).post(f"/acceptances/{one.pk}/take-back/")

    assert answer.status_code == 302
    assert "Accepted because" not in page_of(as_(cast.ada), warned)
    assert as_(cast.ines).post(f"/acceptances/{one.pk + 99}/take-back/").status_code == 404


def test_waiting_on_me_shows_the_findings_and_takes_the_yes_there(as_, cast, warned):
    shown = as_(cast.ines).get(f"/waiting/?case={warned.pk}&gate=architecture").content.decode()
    assert "An index on the column being filled." in shown
    assert 'name="next" value="inbox"' in shown

    answer = yes(as_(cast.ines), warned, next="inbox", gate="architecture")

    assert answer.url == f"/waiting/?case={warned.pk}&gate=architecture"
    assert "Accepted because" in as_(cast.ines).get(answer.url).content.decode()


def test_a_refusal_there_stands_there(as_, cast, warned):
    answer = yes(as_(cast.ines), warned, reason="", next="inbox", gate="architecture")

    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()


def test_who_wrote_sql_that_blocks_finds_it_waiting(as_, cast, blocked):
    shown = as_(cast.ada).get("/waiting/").content.decode()

    assert "SQL review: what is found in the SQL must be changed" in shown


def test_the_form_shows_what_is_found_while_it_is_typed(as_, cast, warned):
    row = stage_of(warned)
    form = {"steps-TOTAL_FORMS": 1, "steps-INITIAL_FORMS": 0, "steps-0-change": row.change_id}
    form |= {"steps-0-stage": "backfill", "steps-0-sql": BATCH + FULL, "of": warned.pk}

    shown = as_(cast.ada).post("/releases/live/", form).content.decode()

    assert "Line 3: The table is written anew." in shown
    assert "SQL review" in shown
    assert SchemaStage.objects.get().sql == WARNED


def test_the_change_shows_its_stages_and_is_edited_there(as_, cast, warned):
    change = stage_of(warned).change
    address = f"/changes/{change.pk}/"
    shown = as_(cast.ada).get(address).content.decode()
    assert "An index on the column being filled." in shown

    form = {"name": "Other", "old_field": "payment_purpose", "new_field": "purpose_id", "soak_hours": 48}
    answer = as_(cast.ada).post(f"{address}edit/", {**form, "key_field": "id", "wrapped": "yes"})

    assert (answer.status_code, answer.url) == (302, address)
    change.refresh_from_db()
    assert (change.name, change.soak_hours, change.wrapped) == ("Other", 48, True)


@pytest.mark.parametrize(
    ("who", "form", "status"),
    [
        ("ada", {"name": ""}, 422),
        ("ada", {"wrapped": "maybe"}, 422),
        ("dov", {}, 403),
        ("ada", {"seen_name": "x"}, 409),
    ],
)
def test_an_edit_that_is_refused_keeps_what_was_typed(as_, cast, warned, who, form, status):
    change = stage_of(warned).change
    said = {"name": "Mine", "old_field": "a", "new_field": "b", "soak_hours": 48, **form}

    answer = as_(getattr(cast, who)).post(f"/changes/{change.pk}/edit/", said)

    assert answer.status_code == status
    assert 'value="48"' in answer.content.decode()
    change.refresh_from_db()
    assert change.name == "Purpose"


def test_who_may_not_edit_it_is_shown_no_form(as_, cast, warned):
    address = f"/changes/{stage_of(warned).change_id}/"

    assert f'action="{address}edit/"' in as_(cast.ada).get(address).content.decode()
    assert f'action="{address}edit/"' not in as_(cast.dov).get(address).content.decode()


def test_how_the_table_looks_is_pasted_there(as_, cast, warned):
    address = f"/changes/{stage_of(warned).change_id}/"
    dump = "CREATE TABLE payment_document (\r\n id bigint\r\n);"

    answer = as_(cast.ada).post(f"{address}known-schema/", {"sql": dump, "seen": ""})

    assert answer.status_code == 302
    assert KnownSchema.objects.get().sql == dump.replace("\r\n", "\n")
    assert as_(cast.ben).post(f"{address}known-schema/", {"sql": "x", "seen": ""}).status_code == 409
    assert as_(cast.dov).post(f"{address}known-schema/", {"sql": "x"}).status_code == 403


def test_a_stage_of_a_draft_is_shown_to_its_team_alone(as_, cast, train):
    release = create_release(team=cast.pay, by=cast.ada, submitted=False)
    change = change_of(by=cast.ada, stages={Stage.BACKFILL: Step(release=release.pk, sql=INDEX)})

    assert "CONCURRENTLY" in as_(cast.ada).get(f"/changes/{change.pk}/").content.decode()
    assert "CONCURRENTLY" not in as_(cast.dov).get(f"/changes/{change.pk}/").content.decode()


def test_pages_ask_the_same_queries_however_much_is_found(as_, cast, train):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay, train=train)
    board(release, slot_on(train, day=0))
    client = as_(cast.ada)
    page_of(client, release)

    with CaptureQueriesContext(connection) as few:
        page_of(client, release)
    SchemaStage.objects.update(sql=BLOCKED * 20, findings=stage_of(release).findings * 20)
    with CaptureQueriesContext(connection) as many:
        page_of(client, release)

    assert len(few) == len(many)


def test_lines_are_marked_and_counted_as_the_review_counts_them():
    lines = sql_lines("-- one\nSELECT 'a\nselect' FROM \"from\"; /* two\nthree */\n\x0bSELECT 1")

    assert lines == [
        '<span class="note">-- one</span>',
        "<b>SELECT</b> &#x27;a",
        'select&#x27; <b>FROM</b> &quot;from&quot;; <span class="note">/* two</span>',
        '<span class="note">three */</span>',
        "\x0b<b>SELECT</b> 1",
    ]
