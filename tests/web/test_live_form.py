"""While the form is filled in its side shows risk, gates and conflicts; nothing is written, and nothing breaks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.audit.models import Entry
from releasetrain.releases.models import Release, Revision
from releasetrain.reviews.models import Review
from releasetrain.schema.models import SchemaChange
from tests.factories import create_service, create_table

LIVE = "/releases/live/"


def side(client, **said):
    answer = client.post(LIVE, said)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_small_one_needs_its_team_and_names_the_expected_departure(as_, cast, scene):
    shown = side(as_(cast.dov), team=cast.inv.pk, title="Labels", size="S")

    assert "Team" in shown
    assert "Architecture" not in shown
    assert "Tue 9 Dec 22:00, the expected departure" in shown
    assert "Nothing is in its way there." in shown


def test_a_large_one_needs_four_gates_and_is_told_what_is_in_its_way(as_, cast, scene):
    said = {"size": "L", "services": scene.service.pk, "wants": "this", "slot": scene.slots[0].pk}

    shown = side(as_(cast.dov), team=cast.inv.pk, **said)

    assert all(name in shown for name in ("Team", "Architecture", "Test plan", "Analytics"))
    assert f"{scene.rides.code} QR payments is large and rides alone." in shown
    assert "large-rides-alone" in shown


def test_risk_says_which_source_counts_and_why(as_, cast, scene):
    table, change = create_table(rows=1_000_000_000), SchemaChange.objects.create(name="C", table=create_table())
    rows = {"steps-TOTAL_FORMS": 1, "steps-INITIAL_FORMS": 0, "steps-0-change": change.pk, "steps-0-stage": "backfill"}

    shown = side(as_(cast.dov), team=cast.inv.pk, tables=table.pk, **{"answer-undo": "never"}, **rows)

    assert "80 high, from facts" in shown
    assert "stage backfill" in shown
    assert "1.0 bn rows" in shown
    assert "How is it undone?" in shown


@pytest.mark.parametrize("said", [{}, {"size": "XL", "services": "nonsense", "due": "soon", "needs": "?", "slot": "x"}])
def test_what_cannot_be_read_yet_is_passed_over(as_, cast, scene, said):
    assert "Risk" in side(as_(cast.dov), team=cast.inv.pk, **said)


def test_nothing_is_written(as_, cast, scene):
    before = [model.objects.count() for model in (Release, Revision, Review, Entry)]

    side(as_(cast.dov), team=cast.inv.pk, title="Labels", size="L")
    side(as_(cast.ada), of=scene.rides.pk, title="Other", size="S")

    assert [model.objects.count() for model in (Release, Revision, Review, Entry)] == before


def test_a_release_of_another_team_is_not_there(as_, cast, scene):
    assert as_(cast.dov).post(LIVE, {"of": scene.rides.pk}).status_code == 404


def test_its_queries_do_not_grow_with_what_is_said(as_, cast, scene):
    client = as_(cast.dov)
    services = [create_service(team=cast.pay).pk for _ in range(12)]

    def asked(**said):
        with CaptureQueriesContext(connection) as counted:
            side(client, team=cast.inv.pk, **said)
        return len(counted)

    assert asked(size="L", services=services) <= asked(size="S", services=services[:1]) + 2
    assert asked(size="L", services=services) <= 40
