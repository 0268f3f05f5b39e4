"""The daily mail: on each person's own morning, once, release by release."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from releasetrain.boarding.actions import riding
from releasetrain.domain.telling import Capacity, How, Kind
from releasetrain.notices import actions
from releasetrain.notices.models import Digest, MailHabit, Notice
from releasetrain.outbox.models import Message
from releasetrain.teams.models import Membership, User
from releasetrain.worker import telling
from tests.factories import NOW, clock
from tests.notices.conftest import mails_to, work
from tests.support.threads import in_threads

A_SECOND = timedelta(seconds=1)
MORNING = datetime(2031, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def daily(cast, scene):
    """Ben is told daily of two moves that Cleo made of two releases of his team; Ada of nothing."""
    places = {(Kind.PLACES, Capacity.team(cast.pay.pk)): How.DAILY}
    actions.choose(cells=places, by=cast.ben, clock=clock())
    actions.choose(cells=dict.fromkeys(places, How.NO), by=cast.ada, clock=clock())
    riding.move(release=scene.other.pk, slot=scene.slots[3].pk, by=cast.cleo, clock=clock())
    riding.move(release=scene.rides.pk, slot=scene.slots[1].pk, by=cast.cleo, clock=clock(NOW + A_SECOND))
    riding.move(release=scene.rides.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock(NOW + 2 * A_SECOND))
    work()
    return cast.ben


def collect(at) -> int:
    made = telling.collect_digests(now=at)
    work()
    return made


def test_nothing_comes_before_the_morning_and_one_mail_after(daily):
    assert collect(MORNING - timedelta(minutes=1)) == 0
    assert mails_to(daily) == []

    assert collect(MORNING) == 1
    assert collect(MORNING + timedelta(minutes=10)) == 0
    assert len(mails_to(daily)) == 1


def test_it_tells_each_release_with_old_and_new(daily, scene):
    collect(MORNING)

    (mail,) = mails_to(daily)
    assert mail.subject == f"Tue 25 Nov: 3 changes of {scene.other} and {scene.rides}"
    assert mail.body.count(f"http://127.0.0.1:8000/releases/{scene.rides.pk}/") == 1
    assert "  departure  Tue 25 Nov 22:00  ->  Thu 4 Dec 22:00" in mail.body
    assert "  departure  Thu 4 Dec 22:00  ->  Sat 13 Dec 22:00" in mail.body
    assert "Thu 4 Dec 22:00</td>" in mail.alternatives[0][0]


def test_it_carries_the_id_of_its_message(daily):
    collect(MORNING)

    (mail,) = mails_to(daily)
    message = Message.objects.get(event="mail.digest")
    assert mail.extra_headers["Message-ID"] == f"<{message.pk}@127.0.0.1>"


def test_what_comes_later_that_day_waits_for_the_next(daily, cast, scene):
    collect(MORNING)
    riding.move(release=scene.other.pk, slot=scene.slots[1].pk, by=cast.cleo, clock=clock(MORNING))
    work()

    assert collect(MORNING + timedelta(hours=15)) == 0
    assert collect(MORNING + timedelta(days=1)) == 1
    assert len(mails_to(daily)) == 2


def test_it_comes_on_the_persons_own_clock(daily):
    User.objects.filter(pk=daily.pk).update(zone="Asia/Tokyo")
    MailHabit.objects.create(person=daily, hour=7)

    assert collect(datetime(2031, 11, 24, 21, 59, tzinfo=UTC)) == 0
    assert collect(datetime(2031, 11, 24, 22, 0, tzinfo=UTC)) == 1  # 07:00 of the 25th in Tokyo
    assert f"{Digest.objects.get().on}" == "2031-11-25"


@pytest.mark.parametrize(
    ("night", "instants"),
    [
        ("2031-03-30", ["00:50", "01:00", "01:10", "02:00"]),  # two o'clock does not exist
        ("2031-10-26", ["00:00", "00:30", "01:00", "01:30", "02:00"]),  # two o'clock comes twice
    ],
)
def test_a_night_in_which_the_clock_is_changed_has_one_digest(daily, night, instants):
    User.objects.filter(pk=daily.pk).update(zone="Europe/Berlin")
    MailHabit.objects.create(person=daily, hour=2)

    made = []
    for at in instants:
        Notice.objects.update(digest=None)  # there is always something to tell
        made.append(collect(datetime.fromisoformat(f"{night}T{at}+00:00")))

    assert sum(made) == 1


def test_a_digest_that_is_done_twice_mails_once(daily):
    collect(MORNING)
    Message.objects.filter(event="mail.digest").update(done_at=None)
    work()

    assert len(mails_to(daily)) == 1


@pytest.mark.parametrize("gone", [True, False])
def test_who_left_the_team_meanwhile_gets_none(daily, gone):
    if gone:
        Membership.objects.filter(person=daily).delete()

    collect(MORNING)

    assert len(mails_to(daily)) == (0 if gone else 1)
    assert Notice.objects.filter(person=daily, dropped_at=None).exists() != gone


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_one(cast):
    Notice.objects.create(
        source=uuid4(), person=cast.ben, event="train.added", how="daily", capacity="role:architect", at=MORNING
    )
    made = []

    errors = in_threads(4, lambda: made.append(telling.collect_digests(now=MORNING)))

    assert errors == []
    assert sum(made) == 1
    assert (Digest.objects.count(), Message.objects.filter(event="mail.digest").count()) == (1, 1)


def test_a_day_of_a_hundred_things_is_still_a_mail_that_no_mailbox_cuts_off(cast, scene):
    text = {"release": scene.rides.pk, "title": "QR payments", "by": "Ada", "changed": ["description"]}
    facts = {**text, "changes": [["description", "<old> " * 300, "<new> " * 300]]}
    Notice.objects.bulk_create(
        Notice(
            source=uuid4(),
            person=cast.ben,
            event="release.edited",
            how="daily",
            at=MORNING,
            facts=facts,
            capacity=f"team:{cast.pay.pk}",
            teams=[cast.pay.pk],
        )
        for _ in range(100)
    )
    collect(MORNING)

    (mail,) = mails_to(cast.ben)
    assert mail.subject.startswith("Tue 25 Nov: 100 changes of")
    assert "And 84 more." in mail.body
    assert len(mail.alternatives[0][0].encode()) < 30_000, len(mail.alternatives[0][0].encode())
    assert not Notice.objects.filter(mailed_at=None).exists()
