"""Each event's mail: what happened and by whom, what it means, old and new side by side, one link."""


import pytest

from releasetrain.boarding.actions import riding
from tests.factories import clock
from tests.notices.conftest import mails_to, work


@pytest.fixture(autouse=True)
def everything_at_once(cast, monkeypatch):
    """Only what mails say is looked at here: whatever is told is told at once."""
    from releasetrain.domain import telling

    monkeypatch.setattr(telling, "_TEAM", dict.fromkeys(telling.Kind, telling.How.AT_ONCE))


def mail_to(person):
    """The one mail that somebody got."""
    work()
    (found,) = mails_to(person)
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
