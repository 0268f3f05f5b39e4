"""Services, data tables and initiatives."""

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.releases import actions
from releasetrain.releases.models import DataTable, Initiative, Service
from tests.factories import clock, create_service, create_table, create_train
from tests.riding import aboard, place_of, slot_on

TABLE = {"rows": 10, "row_bytes": 100, "indexes": 3, "random_indexes": 1, "free_disk_bytes": 10**9}


def code_of(verb, **said):
    with pytest.raises(Refused) as refused:
        verb(**said, clock=clock())
    return refused.value.code


@pytest.mark.parametrize("who", ["cleo", "ines"])
def test_release_managers_and_architects_add_services(cast, who):
    service = actions.add_service(name="API", team=cast.pay.pk, by=getattr(cast, who), clock=clock())

    assert (service.kind, service.team) == ("server", cast.pay)


@pytest.mark.parametrize("who", ["ada", "ben", "dov"])
def test_nobody_else_changes_the_catalogue(cast, who):
    by = getattr(cast, who)

    assert code_of(actions.add_service, name="API", team=cast.pay.pk, by=by) == "forbidden"
    assert code_of(actions.add_table, name="sale", database="main", by=by) == "forbidden"
    assert code_of(actions.add_initiative, name="QR", by=by) == "forbidden"


def test_a_client_names_its_platform(cast):
    said = {"name": "Till", "kind": "client", "team": cast.pay.pk, "by": cast.ines}

    assert code_of(actions.add_service, **said) == "platform-missing"
    assert actions.add_service(**said, platform="Android", clock=clock()).platform == "Android"


def test_a_service_has_its_name_for_itself(cast):
    create_service(name="API", team=cast.pay)

    assert code_of(actions.add_service, name=" API ", team=cast.inv.pk, by=cast.ines) == "taken"


def test_editing_a_service_leaves_whoever_rides_with_it(cast):
    service, slot = create_service(name="API", team=cast.pay), slot_on(create_train(), day=0)
    rides = aboard(slot, team=cast.pay, size="L", services=[service])

    actions.edit_service(
        service=service.pk, name="Web API", kind="server", platform="", team=cast.inv.pk, by=cast.ines, clock=clock()
    )

    assert place_of(rides) == slot.pk
    assert rides.services.get().name == "Web API"


def test_a_table_keeps_what_is_known_of_it(cast):
    table = actions.add_table(name="sale", database="main", **TABLE, by=cast.ines, clock=clock())

    assert {name: getattr(table, name) for name in TABLE} == TABLE


def test_a_table_is_there_once_per_database(cast):
    create_table(name="sale", database="main")

    assert code_of(actions.add_table, name="sale", database="main", by=cast.ines) == "taken"
    assert actions.add_table(name="sale", database="archive", by=cast.ines, clock=clock()).pk


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"rows": -1}, "out-of-range"),
        ({"indexes": 1, "random_indexes": 2}, "more-random-than-indexes"),
        ({"free_disk_bytes": -1}, "out-of-range"),
        ({"name": " "}, "missing"),
    ],
)
def test_what_a_table_cannot_be_is_refused(cast, facts, code):
    said = {"name": "sale", "database": "main", **TABLE, **facts}

    assert code_of(actions.add_table, **said, by=cast.ines) == code
    assert not DataTable.objects.exists()


def test_an_initiative_is_renamed(cast):
    initiative = actions.add_initiative(name="QR", by=cast.ines, clock=clock())

    actions.edit_initiative(initiative=initiative.pk, name="QR payments", by=cast.ines, clock=clock())

    assert Initiative.objects.get().name == "QR payments"


def test_pasted_services_and_tables_are_edited_by_name_and_twice_is_once(cast):
    service = {"name": "API", "kind": "server", "platform": "", "team": "inv"}
    create_service(name="API", team=cast.pay)

    for _ in range(2):
        actions.put_services({2: service}, by=cast.ines, clock=clock())
        actions.put_tables({2: {"name": "sale", "database": "main", **TABLE}}, by=cast.ines, clock=clock())

    assert Service.objects.get().team == cast.inv
    assert DataTable.objects.get().rows == 10


def test_a_pasted_service_of_an_unknown_team_is_refused(cast):
    with pytest.raises(Refused) as refused:
        actions.put_services(
            {2: {"name": "API", "kind": "server", "platform": "", "team": "XXX"}}, by=cast.ines, clock=clock()
        )

    assert {number: error.code for number, error in refused.value.details["lines"].items()} == {2: "unknown-team"}
