"""Who is told what, and how: the table of defaults, choices, own deeds, drafts, and a digest's morning."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from releasetrain.domain import telling
from releasetrain.domain.permissions import Person, Role, Standing
from releasetrain.domain.telling import Capacity, Happening, How, Kind, Listener, Sort, Told, who_is_told

PAY, INV, POS = 1, 2, 3
BEN = Person(id=1, teams={PAY: Standing.MEMBER})
ADA = Person(id=2, teams={PAY: Standing.LEAD})
DOV = Person(id=3, teams={INV: Standing.MEMBER})
CLEO = Person(id=4, roles=frozenset({Role.RELEASE_MANAGER}))
INES = Person(id=5, roles=frozenset({Role.ARCHITECT}))
GONE = Person(id=6, teams={PAY: Standing.MEMBER}, is_active=False)
PIPELINE = Person(id=7, teams={PAY: Standing.SERVICE})
BOTH = Person(id=8, teams={PAY: Standing.MEMBER}, roles=frozenset({Role.RELEASE_MANAGER}))
EVERYBODY = (BEN, ADA, DOV, CLEO, INES, GONE, PIPELINE)
ON_PAY, AS_MANAGER = Capacity.team(PAY), Capacity.role(Role.RELEASE_MANAGER)


def told(kind, people=EVERYBODY, *, by=None, chose=None, **facts):
    """How each is told who is, by id; ``chose``: what everybody chose."""
    happening = Happening(kind=kind, by=by, teams=frozenset({PAY}), **facts)
    return who_is_told(happening, [Listener(person=person, chose=chose or {}) for person in people])


@pytest.mark.parametrize(
    ("kind", "team", "manager", "needs"),
    [
        (Kind.PLACES, How.AT_ONCE, How.NO, How.DAILY),
        (Kind.REQUESTS, How.DAILY, How.AT_ONCE, How.NO),
        (Kind.EDITS, How.DAILY, How.NO, How.NO),
        (Kind.SUBMISSIONS, How.DAILY, How.NO, How.DAILY),
        (Kind.WAIVERS, How.AT_ONCE, How.AT_ONCE, How.NO),
        (Kind.DEPARTURES, How.DAILY, How.NO, How.NO),
        (Kind.TROUBLE, How.AT_ONCE, How.AT_ONCE, How.AT_ONCE),
        (Kind.TRAINS, How.DAILY, How.DAILY, How.NO),
    ],
)
def test_who_never_chose_is_told_by_the_table(kind, team, manager, needs):
    found = told(kind, needed_by=frozenset({INV}))

    how = [found[person.id].how if person.id in found else How.NO for person in (BEN, ADA, CLEO, DOV)]
    assert how == [team, team, manager, needs]


def test_the_table_knows_every_kind_and_every_event_has_one():
    assert set(telling._TEAM) == set(Kind)
    assert set(telling.KINDS.values()) == set(Kind)


@pytest.mark.parametrize("person", [GONE, PIPELINE, DOV, INES])
def test_who_is_gone_a_service_or_not_concerned_is_not_told(person):
    assert told(Kind.PLACES, [person]) == {}


def test_nobody_is_told_of_their_own_deed():
    assert told(Kind.PLACES, [BEN, ADA], by=ADA.id).keys() == {BEN.id}


def test_a_choice_wins_over_the_default():
    assert told(Kind.PLACES, [BEN], chose={ON_PAY: How.NO}) == {}
    assert told(Kind.EDITS, [BEN], chose={ON_PAY: How.AT_ONCE})[BEN.id].how is How.AT_ONCE
    assert told(Kind.EDITS, [INES], chose={Capacity.role(Role.ARCHITECT): How.DAILY})[INES.id].how is How.DAILY


def test_of_two_reasons_the_stronger_way_wins_and_there_is_one():
    assert told(Kind.REQUESTS, [BOTH]) == {BOTH.id: Told(how=How.AT_ONCE, capacity=AS_MANAGER)}
    assert told(Kind.PLACES, [BOTH]) == {BOTH.id: Told(how=How.AT_ONCE, capacity=ON_PAY)}


def test_of_two_equal_reasons_the_nearest_is_named():
    assert told(Kind.WAIVERS, [BOTH])[BOTH.id].capacity == ON_PAY


def test_what_is_quiet_bothers_nobody_who_did_not_ask_for_it():
    assert told(Kind.PLACES, is_quiet=True) == {}
    assert told(Kind.PLACES, [BEN], is_quiet=True, chose={ON_PAY: How.DAILY})[BEN.id].how is How.DAILY


def test_a_draft_is_told_to_its_team_only():
    found = told(
        Kind.EDITS,
        [BEN, DOV, INES],
        is_draft=True,
        needed_by=frozenset({INV}),
        chose=dict.fromkeys([ON_PAY, Capacity(Sort.NEEDS), Capacity.role(Role.ARCHITECT)], How.AT_ONCE),
    )

    assert found.keys() == {BEN.id}


def test_who_left_the_team_or_lost_the_role_is_told_no_more():
    moved_on = Person(id=BEN.id, teams={POS: Standing.MEMBER})

    assert telling.is_still(ON_PAY, BEN, teams=[PAY])
    assert not telling.is_still(ON_PAY, moved_on, teams=[PAY])
    assert not telling.is_still(AS_MANAGER, moved_on, teams=[PAY])
    assert not telling.is_still(ON_PAY, GONE, teams=[PAY])


@pytest.mark.parametrize("capacity", [ON_PAY, AS_MANAGER, Capacity(Sort.NEEDS), Capacity.needs(INV)])
def test_a_capacity_is_read_as_it_was_written(capacity):
    assert Capacity.read(str(capacity)) == capacity


def test_news_of_a_week_ago_is_none():
    now = datetime(2031, 11, 24, 10, tzinfo=UTC)

    assert telling.is_news(now - timedelta(days=6, hours=23), now=now)
    assert not telling.is_news(now - timedelta(days=7), now=now)


@pytest.mark.parametrize(
    ("zone", "hour", "now", "day"),
    [
        ("UTC", 8, "2031-11-24T07:59", None),
        ("UTC", 8, "2031-11-24T08:00", date(2031, 11, 24)),
        ("Asia/Tokyo", 8, "2031-11-23T23:10", date(2031, 11, 24)),
        ("America/New_York", 8, "2031-11-24T08:10", None),
        ("Europe/Berlin", 2, "2031-03-30T00:50", None),  # 01:50, ten minutes before the gap
        ("Europe/Berlin", 2, "2031-03-30T01:00", date(2031, 3, 30)),  # 03:00: two o'clock is passed over
        ("Europe/Berlin", 2, "2031-10-26T00:00", date(2031, 10, 26)),  # 02:00, the first time
        ("Europe/Berlin", 2, "2031-10-26T01:00", date(2031, 10, 26)),  # 02:00 again, the same day
        ("Europe/Berlin", 0, "2031-11-23T23:00", date(2031, 11, 24)),
    ],
)
def test_a_digest_is_due_from_the_persons_own_hour_on(zone, hour, now, day):
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert telling.digest_day(instant, zone=ZoneInfo(zone), hour=hour) == day
