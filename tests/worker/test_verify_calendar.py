"""The nightly check leaves what it finds in the log."""

from releasetrain.boarding.verifying import Finding
from releasetrain.worker import tasks


def test_a_finding_is_logged_as_an_error(monkeypatch, caplog):
    found = Finding(code="no-place", facts={"release": 7}, is_broken=True)
    monkeypatch.setattr(tasks.verifying, "findings", lambda *, now: [found])

    tasks.verify_calendar()

    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("ERROR", "the calendar is not whole: no-place {'release': 7}")
    ]


def test_a_whole_calendar_leaves_nothing(transactional_db, caplog):
    tasks.verify_calendar()

    assert not caplog.records
