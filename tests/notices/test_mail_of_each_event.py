"""Each event's mail: what happened and by whom, what it means, old and new side by side, one link."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from releasetrain.boarding import queries
from releasetrain.boarding.actions import riding
from releasetrain.boarding.actions.asking import ask
from releasetrain.boarding.actions.drafting import edit
from releasetrain.boarding.actions.submitting import submit, withdraw
from releasetrain.boarding.actions.trains import edit_train, set_timetable
from releasetrain.boarding.actions.waiving import amend_waiver, end_waiver, key_of, waive
from releasetrain.domain import telling
from releasetrain.domain.sizes import Size
from releasetrain.domain.timetable import weekly
from releasetrain.notices import actions
from releasetrain.notices.models import Notice
from releasetrain.outbox.models import Message
from releasetrain.releases.models import Dependency
from releasetrain.rollouts import actions as rollouts
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Waiver
from tests.factories import NOW, TUESDAY, clock
from tests.notices.conftest import mails_to, work
from tests.riding import create_release, said


@pytest.fixture(autouse=True)
def everything_at_once(cast, monkeypatch):
    """Only what mails say is looked at here: whatever is told is told at once."""
    monkeypatch.setattr(telling, "_TEAM", dict.fromkeys(telling.Kind, telling.How.AT_ONCE))


def mail_to(person):
    """The one mail that somebody got."""
    work()
    (found,) = [mail for mail in mails_to(person) if "your turn" not in mail.subject]  # those are looked at elsewhere
    return found


def lines(mail) -> list[str]:
    """What stands above the link."""
    above = mail.body.split("http://")[0]
    return [line for line in above.splitlines() if line]


def html(mail) -> str:
    return mail.alternatives[0][0]


def test_moved(cast, scene):
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.other.code} Refunds moved to Sat 13 Dec 22:00"
    assert lines(mail) == [
        f"Cleo moved {scene.other.code} Refunds from Thu 4 Dec 22:00 to Sat 13 Dec 22:00.",
        "The door shuts Sat 13 Dec 18:00. Nothing to do.",
        "  departure  Thu 4 Dec 22:00  ->  Sat 13 Dec 22:00",
    ]
    assert f"http://127.0.0.1:8000/releases/{scene.other.pk}/" in mail.body
    assert f'href="http://127.0.0.1:8000/releases/{scene.other.pk}/"' in html(mail)
    assert "Thu 4 Dec 22:00</td>" in html(mail)


def test_boarded(cast, scene):
    labels = create_release(team=cast.pay, title="Labels", train=scene.train)
    riding.book(release=labels.pk, slot=scene.slots[1].pk, by=cast.cleo, clock=clock())

    mail = mail_to(cast.ben)

    assert mail.subject == f"{labels.code} Labels boards Thu 4 Dec 22:00"
    assert lines(mail) == [
        f"Cleo booked {labels.code} Labels on Thu 4 Dec 22:00.",
        "The door shuts Thu 4 Dec 18:00. Nothing to do.",
        "  departure  waits  ->  Thu 4 Dec 22:00",
    ]


def test_boarded_after_its_due_date(cast, scene):
    labels = create_release(team=cast.pay, title="Labels", train=scene.train, due=date(2031, 12, 1))
    riding.book(release=labels.pk, slot=scene.slots[1].pk, by=cast.cleo, clock=clock())

    assert "That is 3 days after its due date, 1 Dec." in lines(mail_to(cast.ben))


def test_boarded_because_room_came(cast, scene):
    asks = create_release(team=cast.inv, title="Labels", slot=scene.slots[0])
    riding.move(release=scene.rides.pk, slot=scene.slots[3].pk, by=cast.ada, clock=clock())

    mail = mail_to(cast.dov)

    assert mail.subject == f"{asks.code} Labels boards Tue 25 Nov 22:00"
    assert lines(mail)[0] == f"{asks.code} Labels boarded Tue 25 Nov 22:00: what stood in its way is gone."


def test_left(cast, scene):
    riding.leave(release=scene.other.pk, reason="The bank is late.", by=cast.cleo, clock=clock())

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.other.code} Refunds left Thu 4 Dec 22:00"
    assert lines(mail)[0] == f"Cleo took {scene.other.code} Refunds off Thu 4 Dec 22:00: “The bank is late.”"
    assert lines(mail)[1] == (
        "It waits again. The next departures that would do: Thu 4 Dec 22:00, Sat 13 Dec 22:00 and Mon 22 Dec 22:00."
    )
    assert lines(mail)[2] == "  departure  Thu 4 Dec 22:00  ->  waits"


def test_asked_for_what_cannot_be_yet(cast, scene):
    ask(release=scene.waits.pk, slot=scene.slots[0].pk, by=cast.dov, clock=clock())

    mail = mail_to(cast.cleo)

    assert mail.subject == f"{scene.waits.code} Stock counts asks for Tue 25 Nov 22:00"
    assert lines(mail)[0].startswith(f"Dov asked for Tue 25 Nov 22:00 for {scene.waits.code} Stock counts")
    assert f"{scene.rides.code} QR payments is large and rides alone." in lines(mail)
    assert "You can waive it, or move what stands in its way." in lines(mail)


def test_edited(cast, scene):
    fields = replace(said(scene.other), size=Size.LARGE, due=date(2031, 12, 24), services=frozenset({scene.service.pk}))
    edit(release=scene.other.pk, fields=replace(fields, size=Size.SMALL), revision=1, by=cast.ada, clock=clock())

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.other.code} Refunds edited: the size, the services and the due date"
    assert lines(mail) == [
        f"Ada edited the size, the services and the due date of {scene.other.code} Refunds.",
        "It rides Thu 4 Dec 22:00.",
        "  the size      M     ->  S",
        "  the services  none  ->  register",
        "  the due date  none  ->  Wed 24 Dec",
    ]


def test_an_edit_tells_old_and_new_of_that_edit_and_not_of_a_later_one(cast, scene):
    for number, title in enumerate(("First", "Second"), 1):
        fields = replace(said(scene.other), title=title)
        edit(release=scene.other.pk, fields=fields, revision=number, by=cast.ada, clock=clock())
    work()

    changes = sorted(line for mail in mails_to(cast.ben) for line in lines(mail) if "->" in line)

    assert changes == ["  the title  First  ->  Second", "  the title  Refunds  ->  First"]


def test_submitted(cast, scene):
    large = create_release(team=cast.pay, title="Ledger", size="L", submitted=False)
    submit(release=large.pk, by=cast.ada, clock=clock())

    mail = mail_to(cast.ben)

    assert mail.subject == f"{large.code} Ledger submitted"
    assert lines(mail)[1].startswith("It waits for a place. The next departures that would do: Sat 13 Dec")


def test_withdrawn_is_told_once_with_the_place_it_gave_back(cast, scene):
    withdraw(release=scene.other.pk, reason="Not this year.", by=cast.ada, clock=clock())

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.other.code} Refunds withdrawn"
    assert lines(mail) == [
        f"Ada withdrew {scene.other.code} Refunds: “Not this year.”",
        "Its place on Thu 4 Dec 22:00 is free again.",
    ]


def waived(cast, scene) -> Waiver:
    found = queries.standing_conflicts(scene.waits.pk, slot=scene.slots[1].pk, now=NOW)
    reasons = {key_of(one): "The teams watch together." for one in found}
    waive(release=scene.waits.pk, slot=scene.slots[1].pk, reasons=reasons, by=cast.cleo, clock=clock())
    return Waiver.objects.get(code="large-rides-alone")


def test_waived(cast, scene):
    waived(cast, scene)

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.waits.code} Stock counts: large-rides-alone waived"
    pair = f"{scene.other.code} Refunds and {scene.waits.code} Stock counts"
    assert lines(mail) == [
        f"Cleo waived “large-rides-alone” between {pair}: “The teams watch together.”",
        "It holds without an end.",
        "It rides Thu 4 Dec 22:00.",
    ]


def test_a_waiver_that_changed_tells_both(cast, scene):
    waiver = waived(cast, scene)
    work()
    until = TUESDAY + timedelta(days=30)
    amend_waiver(waiver=waiver.pk, until=until, reason="Only this time.", by=cast.cleo, clock=clock())
    work()

    mail = mails_to(cast.ben)[-1]

    assert mail.subject == f"{scene.other.code} Refunds: waiver of large-rides-alone changed"
    assert lines(mail)[-2:] == [
        "  until   without an end             ->  Thu 25 Dec 22:00",
        "  reason  The teams watch together.  ->  Only this time.",
    ]


def test_a_waiver_taken_back(cast, scene):
    waiver = waived(cast, scene)
    riding.leave(release=scene.waits.pk, reason="x", by=cast.cleo, clock=clock())
    end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock())
    work()

    mail = mails_to(cast.ben)[-1]

    assert mail.subject == f"{scene.other.code} Refunds: waiver of large-rides-alone taken back"
    assert "What it covered stands again; nobody is moved for it." in lines(mail)


def test_departed(cast, scene):
    start, end = TUESDAY + timedelta(minutes=2), TUESDAY + timedelta(minutes=41)
    rollouts.departed(release=scene.rides.pk, started_at=start, finished_at=end, by=cast.cleo, clock=clock(end))

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.rides.code} QR payments departed"
    assert "departed at Tue 25 Nov 22:02 and was through at Tue 25 Nov 22:41." in lines(mail)[0]
    assert lines(mail)[1] == "It soaks until Sun 30 Nov 22:41. Nothing to do."


def test_not_departed(cast, scene):
    rollouts.not_departed(release=scene.rides.pk, reason="No disk.", by=cast.cleo, clock=clock(TUESDAY))

    mail = mail_to(cast.ben)

    assert mail.subject == f"{scene.rides.code} QR payments did not depart Tue 25 Nov 22:00"
    assert lines(mail)[0].endswith("did not depart Tue 25 Nov 22:00: “No disk.”")
    assert lines(mail)[1].startswith("It waits again.")


def test_rolled_back_is_told_to_those_who_need_it_too(cast, scene):
    Dependency.objects.create(release=scene.waits, on=scene.rides)
    rollouts.rolled_back(release=scene.rides.pk, reason="Wrong sums.", by=cast.cleo, clock=clock(TUESDAY))
    work()

    (own,), (needing,) = mails_to(cast.ben), mails_to(cast.dov)

    assert lines(own)[1:] == ["Submit it again when it is ready."]
    assert lines(needing)[1:] == [
        "It waits until its team submits it again.",
        f"{scene.waits.code} Stock counts needs it.",
    ]


def test_a_train_and_its_timetable(cast, scene):
    fields = replace(TrainFields.of(scene.train), capacity=12, cut_off_time=time(17, 30))
    edit_train(train=scene.train.pk, fields=fields, by=cast.cleo, clock=clock())
    timetable = [weekly(weekday=day, at=time(22, 0), minutes=60) for day in (1, 3)]
    set_timetable(train=scene.train.pk, timetable=timetable, by=cast.cleo, clock=clock())
    work()

    edited, timetable = sorted(mails_to(cast.ben), key=lambda mail: mail.subject)

    assert edited.subject == "Train Main service has another timetable"
    assert lines(edited)[-1] == "  the timetable  none  ->  Tue and Thu 22:00"
    assert timetable.subject == "Train Main service was edited"
    assert lines(timetable)[-2:] == ["  capacity     10     ->  12", "  cut-off, at  18:00  ->  17:30"]
    assert "http://127.0.0.1:8000/trains/main/" in timetable.body


def test_a_time_is_the_readers_own(cast, scene):
    cast.ben.zone = "Asia/Tokyo"
    cast.ben.save()
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())

    assert mail_to(cast.ben).subject.endswith("moved to Sun 14 Dec 07:00")


def test_a_mail_speaks_the_language_its_reader_chose(cast, scene):
    actions.choose(cells={}, language="ru", by=cast.ben, clock=clock())
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())

    mail = mail_to(cast.ben)

    assert "Сб" in mail.subject
    assert '<html lang="ru"' in html(mail)


def test_a_mail_is_small_loads_nothing_and_has_no_style_but_in_place(cast, scene):
    fields = replace(said(scene.other), description="word <b>&</b> " * 2000, title="A <script>alert(1)</script>")
    edit(release=scene.other.pk, fields=fields, revision=1, by=cast.ada, clock=clock())

    page = html(mail_to(cast.ben))

    assert len(page.encode()) < 30_000
    assert not any(tag in page for tag in ("<script", "<style", "<img", "<link", "src=", "url("))
    assert "A &lt;script&gt;" in page


def test_a_line_end_in_a_title_makes_no_second_header(cast, scene):
    scene.other.title = "Refunds\r\nBcc: everybody@example.com"
    scene.other.save()
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())

    mail = mail_to(cast.ben)

    assert "\n" not in mail.subject
    assert mail.recipients() == [cast.ben.email]
    assert mail.message()["Bcc"] is None


def test_what_a_mail_carries(cast, scene):
    riding.move(release=scene.other.pk, slot=scene.slots[2].pk, by=cast.cleo, clock=clock())

    mail = mail_to(cast.ben)

    notice = Notice.objects.get(person=cast.ben)
    message = Message.objects.get(event="mail.send", payload__notice=str(notice.pk))
    assert mail.extra_headers == {
        "Message-ID": f"<{message.pk}@127.0.0.1>",
        "X-Delivery-Id": str(message.pk),
        "List-Unsubscribe": "<http://127.0.0.1:8000/me/notices/>",
        "Auto-Submitted": "auto-generated",
    }
