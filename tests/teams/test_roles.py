"""Give a role and take it away."""

import threading

import pytest
from django.db import connection

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.teams import queries
from releasetrain.teams.actions import deactivate_person, give_role, put_roles, take_role
from releasetrain.teams.models import RoleHolder
from tests.factories import clock, release_manager


def holders(role):
    return set(RoleHolder.objects.filter(role=role.value).values_list("person__name", flat=True))


def test_a_role_counts_at_once(cast):
    give_role(person=cast.ben.pk, role=Role.QA_LEAD, by=cast.cleo, clock=clock())

    assert queries.person(cast.ben).roles == {Role.QA_LEAD}


def test_giving_it_twice_is_once(cast):
    for _ in range(2):
        give_role(person=cast.ben.pk, role=Role.QA_LEAD, by=cast.cleo, clock=clock())

    assert RoleHolder.objects.filter(person=cast.ben).count() == 1


def test_somebody_deactivated_gets_no_role(cast):
    deactivate_person(person=cast.ben.pk, by=cast.cleo, clock=clock())

    with pytest.raises(Refused) as refused:
        give_role(person=cast.ben.pk, role=Role.QA_LEAD, by=cast.cleo, clock=clock())

    assert refused.value.code == "deactivated"


def test_a_role_that_is_taken_is_gone_at_once(cast):
    take_role(person=cast.ines.pk, role=Role.ARCHITECT, by=cast.cleo, clock=clock())

    assert queries.person(cast.ines).roles == set()


def test_the_last_release_manager_keeps_the_role(cast):
    with pytest.raises(Refused) as refused:
        take_role(person=cast.cleo.pk, role=Role.RELEASE_MANAGER, by=cast.cleo, clock=clock())

    assert refused.value.code == "last-release-manager"
    assert holders(Role.RELEASE_MANAGER) == {"Cleo"}


def test_a_deactivated_release_manager_is_not_another_one(cast):
    mara = release_manager(name="Mara")
    deactivate_person(person=mara.pk, by=cast.cleo, clock=clock())

    with pytest.raises(Refused) as refused:
        take_role(person=cast.cleo.pk, role=Role.RELEASE_MANAGER, by=cast.cleo, clock=clock())

    assert refused.value.code == "last-release-manager"


def test_with_another_release_manager_one_may_step_back(cast):
    release_manager(name="Mara")

    take_role(person=cast.cleo.pk, role=Role.RELEASE_MANAGER, by=cast.cleo, clock=clock())

    assert holders(Role.RELEASE_MANAGER) == {"Mara"}


@pytest.mark.parametrize("who", ["ada", "ines"])
def test_nobody_else_gives_or_takes_roles(cast, who):
    for verb in (give_role, take_role):
        with pytest.raises(Refused) as refused:
            verb(person=cast.ines.pk, role=Role.ARCHITECT, by=getattr(cast, who), clock=clock())

        assert refused.value.code == "forbidden"


def test_pasted_roles_are_all_given_or_none(cast):
    lines = {
        2: {"email": "ben@example.com", "role": Role.QA_LEAD},
        3: {"email": "no@example.com", "role": Role.QA_LEAD},
    }

    with pytest.raises(Refused) as refused:
        put_roles(lines, by=cast.cleo, clock=clock())

    assert {number: error.code for number, error in refused.value.details["lines"].items()} == {3: "unknown-address"}
    assert holders(Role.QA_LEAD) == set()


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_role_from_each_other_leave_one():
    cleo, mara = release_manager(name="Cleo"), release_manager(name="Mara")
    start, refusals = threading.Barrier(2), []

    def take(by, person):
        start.wait()
        try:
            take_role(person=person.pk, role=Role.RELEASE_MANAGER, by=by, clock=clock())
        except Refused as error:
            refusals.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=pair) for pair in ((cleo, mara), (mara, cleo))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(holders(Role.RELEASE_MANAGER)) == 1
    assert refusals == ["forbidden"]
