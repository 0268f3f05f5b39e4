"""What people say on a gate from its page: kept, refused in place, or answered with the difference."""

from dataclasses import replace

import pytest
from django.utils import timezone

from releasetrain.boarding.actions.drafting import draft, edit
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import ReleaseFields
from releasetrain.reviews.models import Condition, Gate, Remark, Verdict
from releasetrain.trains.models import Grace
from tests.factories import clock
from tests.riding import judged, said


@pytest.fixture
def reviewed(scene):
    """The large release of PAY that Ada wrote, under review."""
    judged(scene.rides, at=timezone.now())
    return scene.rides


def speak(client, release, gate="architecture", **form):
    return client.post(f"/releases/{release.pk}/gates/{gate}/verdict/", {"revision": 1, **form})


def test_an_approval_is_kept_and_shown(as_, cast, reviewed):
    answer = speak(as_(cast.ines), reviewed, kind="approve")

    assert answer.status_code == 302
    assert Verdict.objects.get().by == cast.ines
    page = as_(cast.ada).get(f"/releases/{reviewed.pk}/").content.decode()
    assert "1 of 4 clear" in page
    assert "Rests on data and SQL, size." in page


def test_a_release_that_changed_meanwhile_answers_with_the_difference_and_keeps_what_was_typed(as_, cast, reviewed):
    fields = replace(said(reviewed), links=("https://git.example/7",), title="Other")
    edit(release=reviewed.pk, fields=fields, revision=1, by=cast.ada, clock=clock())

    answer = speak(as_(cast.ines), reviewed, kind="needs-work", note="Which index?")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "+https://git.example/7" in page
    assert "Which index?" in page
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("who", "gate", "form", "status"),
    [
        ("ben", "architecture", {"kind": "approve"}, 403),
        ("dov", "team", {"kind": "approve"}, 403),
        ("ada", "team", {"kind": "approve"}, 422),
        ("ines", "architecture", {"kind": "reject"}, 422),
        ("ines", "architecture", {"kind": "conditions"}, 422),
        ("ines", "architecture", {"kind": "nonsense"}, 422),
        ("ines", "architecture", {}, 422),
        ("ines", "nothing", {"kind": "approve"}, 404),
    ],
)
def test_what_is_refused_keeps_nothing(as_, cast, reviewed, who, gate, form, status):
    assert speak(as_(getattr(cast, who)), reviewed, gate, **form).status_code == status
    assert not Verdict.objects.exists()


def test_a_double_click_is_one_verdict(as_, cast, reviewed):
    page = as_(cast.ines).get(f"/releases/{reviewed.pk}/").content.decode()
    key = page.split('id="verdict-architecture"')[1].split('name="key" value="')[1].split('"')[0]

    first = speak(as_(cast.ines), reviewed, kind="approve", key=key)
    again = speak(as_(cast.ines), reviewed, kind="approve", key=key)

    assert (first.status_code, again.status_code) == (302, 302)
    assert Verdict.objects.count() == 1


def test_a_refusal_in_the_inbox_stays_there(as_, cast, reviewed):
    answer = speak(as_(cast.ines), reviewed, kind="reject", next="inbox")

    assert answer.status_code == 422
    assert 'id="inbox"' in answer.content.decode()
    assert "Say it in a note." in answer.content.decode()


def test_a_question_stops_the_clock_and_an_answer_gives_the_turn_back(as_, cast, scene):
    fields = ReleaseFields(title="Fees", size=Size.LARGE)
    release = draft(team=cast.pay.pk, fields=fields, by=cast.ada, clock=timezone.now, submit=True)
    as_(cast.ines).post(f"/releases/{release}/gates/architecture/question/", {"note": "Which index?"})
    asked = Gate.objects.get(release=release, code="architecture").turn
    as_(cast.ada).post(f"/releases/{release}/gates/architecture/answer/", {"note": "The old one."})

    assert asked == "author"
    assert Gate.objects.get(release=release, code="architecture").turn == "reviewer"


def test_reviewers_are_reminded_once_a_day(as_, cast, reviewed):
    address = f"/releases/{reviewed.pk}/gates/architecture/remind/"

    assert as_(cast.ada).post(address).status_code == 302
    assert as_(cast.ben).post(address).status_code == 422
    assert Remark.objects.filter(kind="reminder").count() == 1


def test_conditions_are_ticked_by_the_team(as_, cast, reviewed):
    speak(as_(cast.ines), reviewed, kind="conditions", conditions="Refund by hand.\n\nRollback tried.")
    one, other = Condition.objects.all()

    assert as_(cast.ada).post(f"/conditions/{one.pk}/tick/").status_code == 302
    assert as_(cast.dov).post(f"/conditions/{other.pk}/tick/").status_code == 403
    assert list(Condition.objects.filter(ticked_at=None)) == [other]


def test_grace_is_a_release_managers_and_ends_by_the_departure(as_, cast, scene, reviewed):
    address, until = f"/releases/{reviewed.pk}/grace/", scene.slots[0].start_at
    typed = {"until": f"{until:%Y-%m-%dT%H:%M}", "reason": "The bank signs tonight."}

    assert as_(cast.ada).post(address, typed).status_code == 403
    assert as_(cast.cleo).post(address, {**typed, "until": "2039-01-01T10:00"}).status_code == 422
    assert as_(cast.cleo).post(address, {**typed, "until": "soon"}).status_code == 422
    assert as_(cast.cleo).post(address, {**typed, "reason": " "}).status_code == 422
    assert as_(cast.cleo).post(address, typed).status_code == 302
    assert Grace.objects.get().until == until
    assert until > timezone.now()
