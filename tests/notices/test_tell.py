"""An event becomes a notice for each who is told, once, whatever happens in between."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.boarding import queries
from releasetrain.boarding.actions import riding
from releasetrain.boarding.actions.asking import ask
from releasetrain.boarding.actions.drafting import draft
from releasetrain.boarding.actions.waiving import key_of, waive
from releasetrain.domain.permissions import Role, Standing
from releasetrain.notices.models import Notice
from releasetrain.outbox.models import Message
from releasetrain.releases.fields import ReleaseFields
from releasetrain.teams.models import Membership, RoleHolder, User
from releasetrain.worker import telling
from tests.factories import clock, create_user, release_manager
from tests.notices.conftest import inside, mails_to, notices_of, work


def move(cast, scene, *, by=None, at=None):
    """Cleo moves a release of PAY."""
    when = clock(at) if at else clock()
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=by or cast.cleo, clock=when)


def test_the_team_is_told_and_nobody_else(cast, scene):
    move(cast, scene)
    work()

    assert notices_of(cast.ben) == notices_of(cast.ada) == [("booking.moved", "at-once")]
    assert notices_of(cast.dov) == notices_of(cast.ines) == notices_of(cast.cleo) == []


def test_nobody_is_told_of_their_own_deed(cast, scene):
    move(cast, scene, by=cast.ada)
    work()

    assert mails_to(cast.ada) == []
    assert len(mails_to(cast.ben)) == 1


def test_who_is_told_for_two_reasons_gets_one_mail(cast, scene):
    Membership.objects.create(team=cast.inv, person=cast.ben)
    Membership.objects.create(team=cast.pay, person=cast.dov)
    RoleHolder.objects.create(role=Role.RELEASE_MANAGER.value, person=cast.ben)
    move(cast, scene)
    work()

    assert len(mails_to(cast.ben)) == 1


def test_a_small_release_that_boards_as_it_is_submitted_bothers_nobody(cast, scene):
    draft(team=cast.pay.pk, fields=ReleaseFields(title="Labels"), by=cast.ada, clock=clock(), submit=True)
    work()

    assert set(Notice.objects.values_list("event", "person")) == {("review.asked", cast.ben.pk)}  # whose turn it is
    assert Message.objects.filter(event="booking.made", done_at__isnull=False).count() == 1


def test_what_an_import_books_is_told_to_nobody(cast, scene):
    telling.tell("booking.made", new_id(), {"release": scene.rides.pk, "because": {"code": "imported"}, "by": 1})

    assert Notice.objects.count() == 0


def test_what_happened_a_week_ago_is_no_news(cast, scene):
    move(cast, scene)
    payload = Message.objects.get(event="booking.moved").payload
    later = datetime.fromisoformat(payload["at"]) + timedelta(days=7)

    telling.tell("booking.moved", new_id(), payload, now=later)
    assert Notice.objects.count() == 0
    telling.tell("booking.moved", new_id(), payload, now=later - timedelta(minutes=1))
    assert Notice.objects.count() == 2


def new_id():
    """An id such as a message has."""
    return Message().pk


def test_while_mail_is_off_nobody_is_told(cast, scene, settings):
    settings.MAIL_IS_ON = False
    move(cast, scene)
    work()

    assert (Notice.objects.count(), len(mail.outbox)) == (0, 0)


def deactivate(cast):
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)


def take_off_the_team(cast):
    Membership.objects.filter(person=cast.ben).delete()


@pytest.mark.parametrize("happens", [deactivate, take_off_the_team])
def test_who_may_not_be_told_any_more_gets_no_mail(cast, scene, happens):
    move(cast, scene)
    inside()

    happens(cast)
    work()

    notice = Notice.objects.get(person=cast.ben)
    assert mails_to(cast.ben) == []
    assert (notice.mailed_at, notice.dropped_at is None) == (None, False)
    assert len(mails_to(cast.ada)) == 1  # the negative control: hers left


def test_a_message_that_is_done_twice_mails_once(cast, scene):
    move(cast, scene)
    work()
    Message.objects.filter(event="mail.send").update(done_at=None)
    work()

    assert len(mails_to(cast.ben)) == 1


def test_telling_two_hundred_asks_as_much_as_telling_one(cast, scene):
    move(cast, scene)
    payload = Message.objects.get(event="booking.moved").payload
    few = count_queries(payload)
    people = [User(name=f"P{n}", email=f"p{n}@example.com") for n in range(200)]
    members = User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(team=cast.pay, person=one, standing=Standing.MEMBER.value) for one in members
    )
    Notice.objects.all().delete()

    assert count_queries(payload) == few
    assert Notice.objects.count() == 202
    assert few <= 12


def count_queries(payload) -> int:
    with CaptureQueriesContext(connection) as found:
        telling.tell("booking.moved", new_id(), payload)
    return len(found)


def test_a_release_manager_is_told_of_a_request_only_while_it_asks(cast, scene):
    ask(release=scene.waits.pk, slot=scene.slots[0].pk, by=cast.dov, clock=clock())
    riding.book(release=scene.waits.pk, slot=scene.slots[3].pk, by=cast.dov, clock=clock())
    work()

    assert notices_of(cast.cleo) == []


def test_a_second_release_manager_hears_of_the_firsts_waiver(cast, scene):
    rita = release_manager(name="Rita")
    found = queries.standing_conflicts(scene.waits.pk, slot=scene.slots[1].pk, now=clock()())
    reasons = {key_of(one): "They watch together." for one in found}
    waive(release=scene.waits.pk, slot=scene.slots[1].pk, reasons=reasons, by=cast.cleo, clock=clock())
    work()

    assert notices_of(rita) == [("waiver.made", "at-once")]
    assert notices_of(cast.cleo) == []
    assert ("waiver.made", "at-once") in notices_of(cast.dov)
    assert notices_of(create_user(name="Nobody")) == []
