"""Mails of reviews say which gate, what changed, and what it means; to whom it concerns and nobody else."""

from dataclasses import replace

import pytest
from django.core import mail

from releasetrain.boarding.actions.drafting import edit
from releasetrain.domain.verdicts import Kind
from releasetrain.notices.models import Notice
from releasetrain.reviews.actions.saying import answer, ask, give_verdict
from tests.factories import clock, create_table
from tests.notices.conftest import mails_to, work
from tests.riding import judged, said


@pytest.fixture
def reviewed(cast, scene):
    """The large release of PAY, as it waits for its four gates; nobody was told yet."""
    judged(scene.rides)
    work()
    Notice.objects.all().delete()
    mail.outbox.clear()
    return scene.rides


def say(release, by, gate, kind=Kind.APPROVE, **facts):
    revision = type(release).objects.get(pk=release.pk).revision
    give_verdict(release=release.pk, gate=gate, kind=kind, revision=revision, by=by, clock=clock(), **facts)


def lines(of):
    return [line for line in of.body.split("http://")[0].splitlines() if line]


def test_whose_turn_it_is_is_told_and_no_other(cast, scene):
    judged(scene.rides)
    work()

    (letter,) = mails_to(cast.ines)
    assert letter.subject.startswith(f"{scene.rides.code} QR payments: your turn, ")
    assert "Architecture" in letter.subject
    assert "It stands on your page “Waiting on me”." in letter.body
    assert mails_to(cast.cleo) == []
    assert mails_to(cast.dov) == []


def test_a_stale_verdict_is_asked_again_with_what_changed(cast, reviewed):
    say(reviewed, cast.ines, "architecture")
    fields = replace(said(reviewed), tables=frozenset({create_table(name="payment_document").pk}))
    edit(release=reviewed.pk, fields=fields, revision=1, by=cast.ada, clock=clock())
    work()

    (letter,) = [mail for mail in mails_to(cast.ines) if "your turn" in mail.subject]
    assert lines(letter)[0] == f"Ada changed {reviewed.code} QR payments, and Architecture is asked again."
    assert "  the tables  none  ->  payment_document" in lines(letter)


def test_a_verdict_is_told_to_the_team_with_gate_and_note(cast, reviewed):
    say(reviewed, cast.ines, "architecture", Kind.NEEDS_WORK, note="How is it undone?")
    work()

    (letter,) = mails_to(cast.ada)
    assert letter.subject == f"{reviewed.code} QR payments: Architecture said that it needs work"
    assert lines(letter)[0].endswith("“How is it undone?”")
    assert "It is asked again once what it rests on is changed, or somebody answers." in lines(letter)


def test_a_question_goes_to_the_team_and_its_answer_to_the_reviewers(cast, reviewed):
    ask(release=reviewed.pk, gate="architecture", note="Which index?", by=cast.ines, clock=clock())
    answer(release=reviewed.pk, gate="architecture", note="The old one.", by=cast.ada, clock=clock())
    work()

    asked = [mail.subject for mail in mails_to(cast.ben) if "question" in mail.subject]
    (answered,) = mails_to(cast.ines)
    assert asked == [f"{reviewed.code} QR payments: a question about Architecture"]
    assert answered.subject == f"{reviewed.code} QR payments: an answer, your turn, Architecture"
    assert "“The old one.”" in answered.body


def test_when_the_last_gate_clears_the_team_is_told_once(cast, scene):
    judged(scene.other)
    work()
    say(scene.other, cast.ben, "team")
    work()

    cleared = [mail for mail in mails_to(cast.ada) if mail.subject.endswith("is cleared")]
    assert [mail.subject for mail in cleared] == [f"{scene.other.code} Refunds is cleared"]
