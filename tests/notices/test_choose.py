"""What somebody wants to be told: kept, checked, logged, and followed."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.domain.telling import Capacity, How, Kind, Sort, default
from releasetrain.notices import actions, queries
from releasetrain.notices.models import Choice, MailHabit
from releasetrain.teams.queries import person
from tests.factories import clock, create_cast, create_user
from tests.support.threads import in_threads


@pytest.fixture
def cast(db):
    return create_cast()


@pytest.fixture
def on_pay(cast) -> Capacity:
    return Capacity.team(cast.pay.pk)


def told(user):
    return queries.how_told(person(user))


def test_who_never_chose_is_told_by_the_defaults(cast):
    assert told(cast.ben) == {(kind, column): default(kind, column) for kind, column in told(cast.ben)}
    assert {column for _kind, column in told(cast.cleo)} == {Capacity.role(Role.RELEASE_MANAGER)}


def test_a_choice_is_kept_and_logged(cast, on_pay):
    actions.choose(cells={(Kind.EDITS, on_pay): How.AT_ONCE}, hour=6, by=cast.ben, clock=clock())

    assert told(cast.ben)[Kind.EDITS, on_pay] is How.AT_ONCE
    assert MailHabit.objects.get(person=cast.ben).hour == 6
    entry = Entry.objects.get(verb="notices.chosen")
    assert entry.facts == {"chosen": {f"edits team:{cast.pay.pk}": "at-once"}, "habits": {"hour": 6}}


def test_what_is_left_out_stays(cast, on_pay):
    actions.choose(cells={(Kind.EDITS, on_pay): How.AT_ONCE}, by=cast.ben, clock=clock())
    actions.choose(cells={(Kind.PLACES, on_pay): How.NO}, by=cast.ben, clock=clock())

    assert told(cast.ben)[Kind.EDITS, on_pay] is How.AT_ONCE


def test_the_default_chosen_again_follows_the_default(cast, on_pay):
    for how in (How.NO, How.DAILY):
        actions.choose(cells={(Kind.EDITS, on_pay): how}, by=cast.ben, clock=clock())

    assert Choice.objects.count() == 0


def test_saying_the_same_again_is_not_logged(cast, on_pay):
    for _ in range(2):
        actions.choose(cells={(Kind.EDITS, on_pay): How.NO}, hour=8, by=cast.ben, clock=clock())

    assert Entry.objects.filter(verb="notices.chosen").count() == 1


def test_nobody_chooses_for_a_team_or_a_role_that_is_not_theirs(cast, on_pay):
    for column in (Capacity.team(cast.inv.pk), Capacity.role(Role.RELEASE_MANAGER)):
        with pytest.raises(Refused) as refused:
            actions.choose(cells={(Kind.EDITS, column): How.NO}, by=cast.ben, clock=clock())
        assert refused.value.code == "no-such-choice"
    assert Choice.objects.count() == 0


@pytest.mark.parametrize(("habit", "code"), [({"hour": 24}, "out-of-range"), ({"language": "tlh"}, "no-such-choice")])
def test_an_hour_or_a_language_that_is_none_is_refused(cast, habit, code):
    with pytest.raises(Refused) as refused:
        actions.choose(cells={}, by=cast.ben, clock=clock(), **habit)

    assert refused.value.code == code


def test_who_is_deactivated_chooses_nothing(cast):
    gone = create_user(name="Gone", is_active=False)

    with pytest.raises(Refused) as refused:
        actions.choose(cells={}, hour=7, by=gone, clock=clock())

    assert refused.value.code == "forbidden"


def test_all_of_it_daily_leaves_off_what_is_off(cast, on_pay):
    actions.choose(cells={(Kind.WAIVERS, on_pay): How.NO}, by=cast.ben, clock=clock())

    actions.choose_all(how=How.DAILY, by=cast.ben, clock=clock())

    now = told(cast.ben)
    assert set(now.values()) == {How.DAILY, How.NO}
    assert now[Kind.PLACES, on_pay] is now[Kind.TROUBLE, Capacity(Sort.NEEDS)] is How.DAILY
    assert now[Kind.WAIVERS, on_pay] is How.NO


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_choice(cast, on_pay):
    cells = {(kind, on_pay): How.NO for kind in Kind if kind is not Kind.HOLDS}  # which is no already

    errors = in_threads(4, lambda: actions.choose(cells=cells, hour=6, by=cast.ben, clock=clock()))

    assert errors == []
    assert Choice.objects.count() == len(cells)
