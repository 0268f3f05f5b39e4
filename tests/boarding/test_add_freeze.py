"""Add a freeze: a fact of the world, never refused for what it makes stand, and it moves nobody (C5)."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.freezing import add_freeze, add_holidays
from releasetrain.boarding.actions.riding import move
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.trains.freeze_fields import FreezeFields
from releasetrain.trains.models import Freeze
from tests.factories import NOW, clock, create_slot, create_train
from tests.freezes import around, fields
from tests.riding import aboard, place_of


def test_a_freeze_is_kept_as_it_was_said(cast):
    train = create_train()
    said = fields(zone="Europe/Berlin", is_hard=False, rule="freq=yearly", trains={train.pk}, teams={cast.pay.pk})

    made = add_freeze(fields=said, by=cast.cleo, clock=clock())

    kept = FreezeFields.of(Freeze.objects.get(pk=made.pk))
    assert kept.changed_from(said) == ["rule"]
    assert kept.rule == "FREQ=YEARLY"
    assert (made.at, made.by) == (NOW, cast.cleo)


def test_it_makes_conflicts_stand_and_moves_nobody(cast):
    slot = create_slot()
    rider = aboard(slot, team=cast.pay)

    add_freeze(fields=around(), by=cast.cleo, clock=clock())

    assert place_of(rider) == slot.pk
    assert [(one.conflict.code, one.release, one.severity) for one in standing(NOW)] == [("frozen", rider.pk, "blocks")]


def test_whoever_stands_in_it_may_still_move_out_but_nobody_in(cast):
    train = create_train()
    frozen, free = (
        create_slot(train=train),
        create_slot(train=train, start_at=around().last_at.replace(tzinfo=NOW.tzinfo)),
    )
    inside, outside = aboard(frozen, team=cast.pay), aboard(free, team=cast.inv)
    add_freeze(fields=around(), by=cast.cleo, clock=clock())

    move(release=inside.pk, slot=free.pk, by=cast.cleo, clock=clock())
    with pytest.raises(Refused) as refused:
        move(release=outside.pk, slot=frozen.pk, by=cast.cleo, clock=clock())

    assert place_of(inside) == free.pk
    assert [one.code for one in refused.value.conflicts] == ["frozen"]


def test_it_is_written_in_the_log(cast):
    made = add_freeze(fields=fields(), by=cast.cleo, clock=clock())

    entry = Entry.objects.get(subject=f"freeze:{made.pk}")
    assert (entry.verb, entry.by, entry.facts["name"]) == ("freeze.added", cast.cleo, "Year-end")


def test_a_double_click_adds_one(cast):
    key = uuid4()

    first, second = (add_freeze(fields=fields(), by=cast.cleo, clock=clock(), key=key) for _ in range(2))

    assert first == second
    assert Freeze.objects.count() == 1


@pytest.mark.parametrize("who", ["ada", "ben", "ines"])
def test_only_release_managers_freeze(cast, who):
    with pytest.raises(Refused, match="forbidden"):
        add_freeze(fields=fields(), by=getattr(cast, who), clock=clock())


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"name": " "}, "missing", "name"),
        ({"reason": ""}, "missing", "reason"),
        ({"last_at": None}, "missing", "last_at"),
        ({"last_at": datetime(2031, 12, 20)}, "ends-before-it-begins", "last_at"),
        ({"last_at": datetime(2033, 1, 1)}, "too-long-a-freeze", "last_at"),
        ({"zone": "Mars/Olympus"}, "unknown-zone", "zone"),
        ({"holidays": "ATLANTIS"}, "unknown-calendar", "holidays"),
        ({"rule": "FREQ=HOURLY"}, "rule-too-fine", "rule"),
        ({"rule": "whenever"}, "rule-unreadable", "rule"),
        ({"trains": {999}}, "no-such-train", "trains"),
        ({"services": {999}}, "no-such-service", "services"),
        ({"teams": {999}}, "no-such-team", "teams"),
    ],
)
def test_what_can_never_be_is_refused(cast, said, code, field):
    with pytest.raises(Refused) as refused:
        add_freeze(fields=fields(**said), by=cast.cleo, clock=clock())

    assert (refused.value.code, refused.value.details.get("field")) == (code, field)
    assert not Freeze.objects.exists()


def test_of_two_live_freezes_each_has_a_name_of_its_own(cast):
    add_freeze(fields=fields(), by=cast.cleo, clock=clock())

    with pytest.raises(Refused, match="taken"):
        add_freeze(fields=fields(), by=cast.cleo, clock=clock())


def test_of_a_freeze_of_holidays_only_the_first_day_counts(cast):
    said = fields(holidays="de-by", first_at=datetime(2031, 12, 20, 15), last_at=None, rule="FREQ=DAILY")

    kept = FreezeFields.of(add_freeze(fields=said, by=cast.cleo, clock=clock()))

    assert (kept.holidays, kept.rule) == ("DE-BY", "")
    assert (kept.first_at, kept.last_at) == (datetime(2031, 12, 20), datetime(2031, 12, 21))


def test_the_public_holidays_of_a_country_are_one_click(cast):
    train = create_train(zone="Europe/Berlin")
    christmas = create_slot(train=train, start_at=datetime(2031, 12, 25, 12, tzinfo=NOW.tzinfo))
    ordinary = create_slot(train=train, start_at=christmas.start_at + timedelta(days=5))
    rider, _other = aboard(christmas, team=cast.pay), aboard(ordinary, team=cast.inv)

    made = add_holidays(country="DE", by=cast.cleo, clock=clock())

    assert (made.is_hard, made.zone, made.name) == (False, "Europe/Berlin", "Public holidays of DE")
    assert made.first_at == datetime.combine(NOW.date(), time()).strftime("%Y-%m-%dT%H:%M")
    assert [(one.release, one.severity) for one in standing(NOW)] == [(rider.pk, "warns")]


@pytest.mark.parametrize(("country", "code"), [("", "missing"), ("ATLANTIS", "unknown-calendar")])
def test_a_country_without_a_calendar_is_refused(cast, country, code):
    with pytest.raises(Refused, match=code):
        add_holidays(country=country, by=cast.cleo, clock=clock())


def test_only_release_managers_freeze_holidays(cast):
    with pytest.raises(Refused, match="forbidden"):
        add_holidays(country="DE", by=cast.ines, clock=clock())
