"""The demo: the article's company and the OpenStack cycle, by any weekday, once however often it is told."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from releasetrain.boarding import queries
from releasetrain.boarding.actions import importing
from releasetrain.boarding.actions.closing import close_due
from releasetrain.boarding.journeys import journey
from releasetrain.boarding.models import ImportRun
from releasetrain.demo import company
from releasetrain.demo.filling import ask_for_openstack, fill
from releasetrain.domain.states import State
from releasetrain.notices.models import KeptMail, Notice
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaStage
from releasetrain.teams.models import Team, User
from releasetrain.teams.queries import demo_cast
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Outcome, Request, Slot, Train
from tests.factories import NOW, release_manager

pytestmark = pytest.mark.django_db
A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WEEK = [NOW + timedelta(days=day) for day in range(7)]
# While a departure is going on, and just before midnight where the train runs.
ODD = [NOW.replace(day=25, hour=19, minute=30), NOW.replace(day=30, hour=20, minute=59)]


def told(now=NOW):
    fill(clock=lambda: now)


def imported(now=NOW):
    for run in ImportRun.objects.order_by("asked_at", "file_name"):
        importing.run_import(run=run.pk, clock=lambda: now)


def standing_pairs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM standing_large_pairs(ARRAY(SELECT id FROM releases_release))")
        return cursor.fetchall()


def standing_conflicts(now):
    riding = Booking.objects.filter(left_at=None, slot__start_at__gt=now).exclude(slot__kind=Slot.Kind.PAST)
    ids = list(riding.values_list("release_id", flat=True))
    return trains.picture(releases=ids, slots=set(), now=now).blocking_of(ids)


def numbers():
    models = (Release, Booking, Request, Outcome, Slot, Team, User, Train, SchemaStage, ImportRun)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.parametrize("now", [*WEEK, *ODD], ids=lambda now: f"{now:%a %H:%M}")
def test_by_any_weekday_every_release_is_where_the_story_says_and_nothing_stands(now):
    told(now)

    states = Counter(journey(release, now=now).state for release in Release.objects.all())
    over = states.pop(State.DONE, 0) + states.pop(State.SOAKING, 0)
    assert over == 6
    assert states == {
        State.BOARDED: 3,  # the later stages of the large change are still reviewed
        State.CLEARED: 23,  # one of them was bumped to where it rides
        State.ASKING: 1,
        State.WAITING: 2,
        State.DRAFT: 4,
        State.WITHDRAWN: 1,
        State.ROLLED_BACK: 1,
    }
    assert standing_pairs() == []
    assert standing_conflicts(now) == []


def test_of_two_large_ones_that_want_one_slot_one_rides_and_one_asks_with_the_rules_codes():
    told()

    rides = Release.objects.get(title="QR payments: move the old payments")
    asks = Release.objects.get(title="Batch numbers")
    slot = queries.booking_of(rides.pk).slot
    assert queries.request_or_none(asks.pk).slot == slot
    found = queries.standing_conflicts(asks.pk, slot=slot.pk, now=NOW)
    assert {one.code for one in found} == {"large-rides-alone", "large-overlap", "capacity"}


@pytest.mark.parametrize("now", [NOW, ODD[0]], ids=lambda now: f"{now:%a %H:%M}")
def test_what_has_left_is_closed_as_it_was_then_and_the_worker_finds_nothing_missed(now):
    told(now)
    before = numbers()

    close_due(clock=lambda: now + A_MINUTE)

    assert not Slot.objects.filter(closed_because=Slot.Closing.MISSED).exists()
    assert numbers() == before


def test_one_release_was_bumped_at_the_last_cut_off_and_rides_the_next():
    told()

    bumped = Booking.objects.get(left_because__code="bumped")
    assert bumped.release.title == "Invoices by mail"
    assert queries.booking_of(bumped.release_id).slot.start_at > NOW


def test_told_twice_is_told_once():
    told()
    before = numbers()

    told()

    assert numbers() == before


def test_told_again_in_a_later_week_changes_nothing_but_the_slots_that_opened():
    told()
    before = numbers()

    told(NOW + timedelta(days=9))

    assert {**numbers(), "Slot": 0} == {**before, "Slot": 0}


def test_what_people_did_since_is_left_as_it_is():
    told()
    Release.objects.filter(title="Price labels").update(title="Price labels, edited")

    told()

    assert Release.objects.filter(title__startswith="Price labels, edited").count() == 1
    assert not Release.objects.filter(title="Price labels").exists()


def test_the_stages_of_the_schema_change_are_a_soak_apart():
    told()

    slots = {
        stage.stage: queries.booking_of(stage.release_id).slot
        for stage in SchemaStage.objects.select_related("release")
    }
    order = [slots[name] for name in ("expand", "backfill", "relax", "drop")]
    for earlier, later in pairwise(order):
        assert later.start_at - earlier.end_at >= timedelta(hours=120)


def test_the_cash_register_is_released_a_day_after_the_main_edits():
    told()

    checkout = queries.booking_of(Release.objects.get(title__startswith="Checkout").pk).slot
    server = queries.booking_of(Release.objects.get(title="QR payments: move the old payments").pk).slot
    assert checkout.start_at >= server.end_at + timedelta(hours=24)


def test_everybody_of_the_story_can_sign_in_and_nobody_has_a_password_to_guess():
    told()

    cast = {person.name for person in demo_cast()}
    assert {"Ada", "Ben", "Cleo", "Dov", "Ines", "Mara", "Yuri"} <= cast
    with_password = [person.name for person in demo_cast() if person.has_usable_password()]
    assert with_password == ["Cleo"]  # the first account must have one; nobody was told it


def test_every_team_of_the_company_has_a_lead_and_a_train():
    told()

    for team in Team.objects.all():
        assert team.memberships.filter(standing="lead").exists()
        assert team.default_train.train.slug == "main"


@pytest.mark.parametrize("now", [WEEK[0], WEEK[3], WEEK[5]], ids=lambda now: f"{now:%a}")
def test_on_workday_and_weekend_the_openstack_cycle_comes_in_as_history_and_plan(now):
    ask_for_openstack(company.set_up(now=now), lambda: now)
    imported(now)

    train = Train.objects.get(slug="openstack-2024-1")
    past = Booking.objects.filter(slot__train=train, slot__kind=Slot.Kind.PAST)
    riding = Booking.objects.filter(slot__train=train, left_at=None).exclude(slot__kind=Slot.Kind.PAST)
    queue = Request.objects.filter(train=train, ended_at=None)
    assert set(ImportRun.objects.values_list("state", flat=True)) == {ImportRun.State.DONE}
    assert past.count() + riding.count() + queue.count() == 403
    assert riding.count() > 100
    assert past.count() > 100
    assert standing_pairs() == []
    assert standing_conflicts(now) == []


def test_a_company_that_is_there_already_keeps_its_people_and_lets_cleo_in():
    boss = release_manager(name="Boss")

    told()

    assert User.objects.get(pk=boss.pk).name == "Boss"
    assert User.objects.get(email="cleo@demo.example").roles.get().role == "release-manager"


def test_who_can_sign_in_is_printed(capsys):
    told(timezone.now())

    call_command("demo", "--who")

    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["Ada", "ada@demo.example"] and "PAY lead" in line for line in lines)


def test_the_demo_does_not_enter_a_production_database(settings):
    settings.DEMO_MODE = False

    with pytest.raises(CommandError):
        call_command("demo")

    assert not User.objects.exists()


def test_after_a_start_there_are_mails_to_read(monkeypatch):
    monkeypatch.setattr(settings, "EMAIL_BACKEND", settings.ENVIRONMENT.mail.backend)
    told(timezone.now())
    while outbox.drain_lane(outbox.INSIDE, clock=lambda: timezone.now() + A_SECOND).tried:
        pass
    outbox.drain_lane("mail.send", clock=lambda: timezone.now() + A_SECOND)

    ben = set(KeptMail.objects.filter(person__name="Ben").values_list("subject", flat=True))

    assert any("Currency rates twice a day moved to" in subject for subject in ben)
    assert KeptMail.objects.filter(person__name="Cleo", subject__contains="Batch numbers asks for").exists()
    assert 5 <= KeptMail.objects.count() <= 120
    assert Notice.objects.filter(person__name="Ben", event="release.edited", how="daily").exists()
