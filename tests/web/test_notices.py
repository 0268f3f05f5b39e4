"""The page of what one is told, and the page of the mails that were kept."""

import pytest
from django.utils import timezone

from releasetrain.domain.telling import Capacity, How, Kind
from releasetrain.notices import queries
from releasetrain.notices.models import KeptMail
from releasetrain.outbox.models import Message
from releasetrain.teams.queries import person
from tests.factories import create_user


def cells(user, **said):
    """What the form sends if nothing is touched but ``said``."""
    told = queries.how_told(person(user))
    return {"hour": "8", **{f"{kind.value} {column}": how.value for (kind, column), how in told.items()}, **said}


def kept(user, number=1, **facts):
    known = {"subject": f"Moved {number}", "text": "as text", "html": "<p style='margin: 0'>as HTML</p>"}
    message_id = f"<{user.pk}-{number}@here>"
    return KeptMail.objects.create(
        message_id=message_id, to=user.email, person=user, at=timezone.now(), **{**known, **facts}
    )


def test_the_matrix_has_a_row_per_kind_and_a_column_per_team_and_role(as_, cast):
    page = as_(cast.ben).get("/me/notices/").text

    assert page.count("<select") == len(Kind) * 2 + 1
    assert "Team PAY" in page
    assert "Requests that need somebody" in page


def test_a_choice_is_kept(as_, cast):
    name = f"edits team:{cast.pay.pk}"

    answer = as_(cast.ben).post("/me/notices/", cells(cast.ben, **{name: "at-once", "hour": "6"}))

    assert answer.status_code == 302
    assert queries.how_told(person(cast.ben))[Kind.EDITS, Capacity.team(cast.pay.pk)] is How.AT_ONCE
    assert queries.habit_of(cast.ben.pk).hour == 6


def test_one_click_makes_it_all_daily(as_, cast):
    as_(cast.ben).post("/me/notices/daily/")

    assert set(queries.how_told(person(cast.ben)).values()) == {How.DAILY, How.NO}


@pytest.mark.parametrize("wrong", [{"hour": "25"}, {"hour": ""}, {"edits": "maybe"}])
def test_nonsense_is_refused_in_place(as_, cast, wrong):
    said = {f"edits team:{cast.pay.pk}" if name == "edits" else name: value for name, value in wrong.items()}

    answer = as_(cast.ben).post("/me/notices/", cells(cast.ben, **said))

    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_who_is_nothing_yet_reads_what_would_be_here(as_, db):
    assert "You are on no team and hold no role." in as_(create_user(name="Eve")).get("/me/notices/").text


def test_while_mail_is_off_the_page_says_so(as_, cast, settings):
    settings.MAIL_IS_ON = settings.MAIL_IS_KEPT = False

    assert "Mails are not sent:" in as_(cast.ben).get("/me/notices/").text


def test_ones_own_page_leads_there(as_, cast):
    assert 'href="/me/notices/"' in as_(cast.ben).get("/me/").text


def test_one_reads_ones_own_mails_and_a_release_manager_everybodys(as_, cast):
    mine, others = kept(cast.ben), kept(cast.dov, subject="Something else")

    page = as_(cast.ben).get("/mails/").text
    assert ("Moved 1" in page, "Something else" in page) == (True, False)
    assert as_(cast.ben).get(f"/mails/{others.pk}/").status_code == 404
    assert as_(cast.ben).get(f"/mails/{others.pk}/html/").status_code == 404

    page = as_(cast.cleo).get("/mails/").text
    assert ("Moved 1" in page, "Something else" in page) == (True, True)
    assert as_(cast.cleo).get(f"/mails/{mine.pk}/").status_code == 200


def test_a_mail_is_framed_without_a_script_and_with_a_law_of_its_own(as_, cast):
    mail = kept(cast.ben, html="<p style='margin: 0'>x</p><script>alert(1)</script>")

    page = as_(cast.ben).get(f"/mails/{mail.pk}/")
    framed = as_(cast.ben).get(f"/mails/{mail.pk}/html/")

    assert f'<iframe class="letter" src="/mails/{mail.pk}/html/"' in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    law = set(framed.headers["Content-Security-Policy"].split("; "))
    assert {"default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'"} <= law
    assert "script-src" not in framed.headers["Content-Security-Policy"]
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_where_mails_are_sent_there_is_no_such_page(as_, cast, settings):
    mail = kept(cast.ben)
    settings.MAIL_IS_KEPT = False

    for address in ("/mails/", f"/mails/{mail.pk}/", f"/mails/{mail.pk}/html/"):
        assert as_(cast.ben).get(address).status_code == 404
    assert "/mails/" not in as_(cast.ben).get("/me/").text


def test_mails_are_paged_with_the_same_few_queries(as_, cast, django_assert_max_num_queries):
    for number in range(60):
        kept(cast.ben, number)

    cleo = as_(cast.cleo)

    with django_assert_max_num_queries(10):
        page = cleo.get("/mails/").text

    assert page.count('id="mail-') == 50
    assert 'href="?page=2"' in page


def test_the_status_page_says_where_mails_go(client, db, settings):
    assert said(client) == ("clear", "is kept here to be read")

    settings.MAIL_IS_ON = settings.MAIL_IS_KEPT = False
    assert said(client) == ("waiting", "is not sent: EMAIL_URL is empty")


def said(client):
    return next((one.meaning, one.words) for one in client.get("/status").context["parts"] if one.name == "Mail")


def test_the_status_page_says_that_mails_wait(client, db, settings):
    settings.MAIL_IS_KEPT = False
    assert said(client) == ("clear", "is sent")

    Message.objects.create(event="mail.send", lane="mail.send", attempts=1, last_error="ConnectionRefusedError")
    meaning, words = said(client)
    assert (meaning, words.startswith("1 tried in vain, since")) == ("waiting", True)


def test_the_set_up_says_that_mails_are_not_sent(as_, cast, settings):
    assert "Mails are not sent:" not in as_(cast.cleo).get("/setup/").text

    settings.MAIL_IS_ON = False
    assert "Mails are not sent:" in as_(cast.cleo).get("/setup/").text
