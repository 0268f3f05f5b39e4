"""The feed: what a calendar program reads with a token in the address, and who else does not."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from releasetrain.audit import actions as audit
from releasetrain.audit.models import Entry, OneTimeKey
from releasetrain.domain.scopes import Scope
from releasetrain.notices import actions
from releasetrain.notices.models import Token
from releasetrain.releases.models import Release, Revision
from releasetrain.teams import actions as teams
from releasetrain.trains.models import Booking, Slot, Train
from tests.api.conftest import Caller, by
from tests.factories import NOW, create_slot, create_train
from tests.riding import aboard
from tests.web.test_calendar import freeze

__all__ = ["by"]
PAGE, FEED = "/calendar/feed/", "/calendar/feed.ics"
KEY = re.compile(r'name="key" value="([^"]+)"')
ADDRESS = re.compile(r'id="address" value="([^"]+)"')
SOON = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)


@pytest.fixture
def train(scene) -> Train:
    return scene.train


@pytest.fixture
def slot(train) -> Slot:
    return create_slot(train=train, start_at=SOON)


def secret_of(person, *scopes) -> str:
    return actions.make_token(name="phone", scopes=scopes or [Scope.FEED], days=9, by=person, clock=timezone.now)[1]


def read(person, **query) -> Calendar:
    """The feed as a program reads it."""
    answer = Client().get(FEED, {"token": secret_of(person), **query})
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def event(person, slot, **query):
    """What the feed says of a departure."""
    found = [one for one in read(person, **query).walk("VEVENT") if one["uid"].split("@")[0].endswith(slot.occurrence)]
    return found[0]


def test_it_is_made_on_its_page_and_its_address_shown_once(as_, cast, slot):
    browser = as_(cast.ada)
    page = browser.get(PAGE, {"train": "main", "team": "PAY"})
    assert '<option value="main" selected>' in page.text

    key = KEY.search(page.text)[1]
    answer = browser.post(PAGE, {"name": "phone", "train": "main", "team": "", "key": key})

    address = unescape(ADDRESS.search(answer.text)[1])
    assert address.startswith("http://testserver/calendar/feed.ics?token=rtp_")
    assert address.endswith("&train=main")
    assert Client().get(address).headers["Referrer-Policy"] == "no-referrer"
    assert address not in unescape(browser.get(PAGE).text)


def test_its_secret_is_kept_nowhere_and_logged_nowhere(as_, cast, slot, caplog):
    browser = as_(cast.ada)
    key = KEY.search(browser.get(PAGE).text)[1]
    with caplog.at_level("INFO"):
        address = unescape(ADDRESS.search(browser.post(PAGE, {"name": "phone", "key": key}).text)[1])
        Client().get(address)
        Client().get(address.replace("token=", "token=x"))
    lines = [record.msg for record in caplog.records if record.name == "releasetrain.requests"]
    secret = address.partition("token=")[2]

    kept = (Token.objects.values(), Entry.objects.values(), OneTimeKey.objects.values())
    assert not any(secret in str(list(rows)) for rows in kept)
    assert [line["path"] for line in lines].count("/calendar/feed.ics") == 2
    assert secret not in str(lines)
    assert secret not in caplog.text


def test_a_double_click_makes_one_address(as_, cast, slot):
    browser = as_(cast.ada)
    key = KEY.search(browser.get(PAGE).text)[1]

    one, other = (ADDRESS.search(browser.post(PAGE, {"name": "phone", "key": key}).text)[1] for _ in range(2))

    assert one == other
    assert Token.objects.count() == 1


def test_a_name_is_needed(as_, cast, slot):
    answer = as_(cast.ada).post(PAGE, {"name": ""})

    assert answer.status_code == 422
    assert Token.objects.count() == 0


@pytest.mark.parametrize("token", ["", "rtp_unknown", "\u00e9", "x" * 5000])
def test_a_stranger_finds_nothing(client, slot, token):
    answer = client.get(FEED, {"token": token})

    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_session_opens_no_feed(as_, cast, slot):
    assert as_(cast.cleo).get(FEED).status_code == 404


@pytest.mark.parametrize("scopes", [[Scope.READ], [Scope.FEED, Scope.READ], list(Scope)])
def test_a_token_that_is_good_for_more_never_stands_in_an_address(cast, slot, scopes):
    assert Client().get(FEED, {"token": secret_of(cast.ada, *scopes)}).status_code == 404


@pytest.mark.parametrize("path", ["/calendar", "/releases", "/trains", "/me"])
def test_the_feed_s_token_opens_nothing_of_the_api(cast, slot, path):
    answer = Caller(secret=secret_of(cast.cleo)).get(path)

    assert (answer.status_code, answer.data["code"]) == (401, "bad-token")


def test_the_feed_s_token_makes_and_revokes_no_token(cast, slot):
    caller = Caller(secret=secret_of(cast.cleo))

    assert caller.post("/tokens", name="x", scopes=["read"], days=3).status_code == 401
    assert caller.delete(f"/tokens/{Token.objects.get().pk}").status_code == 401
    assert Token.objects.get().revoked_at is None


def test_a_script_makes_one_too(by, cast, slot):
    made = by(cast.ada).post("/tokens", name="phone", scopes=["feed"], days=30)

    assert made.status_code == 201
    assert Client().get(FEED, {"token": made.data["secret"]}).status_code == 200


def test_revoked_it_is_over_at_once_and_one_stays_on_its_page(as_, cast, slot):
    secret = secret_of(cast.ada)

    answer = as_(cast.ada).post(f"/me/tokens/{Token.objects.get().pk}/revoke/")

    assert answer["Location"] == PAGE
    assert Client().get(FEED, {"token": secret}).status_code == 404


def test_it_dies_with_its_person_and_with_its_time(cast, slot):
    secret = secret_of(cast.ben)
    old = secret_of(cast.ada)
    Token.objects.filter(user=cast.ada).update(made_at="2020-01-01 00:00Z", expires_at="2020-01-02 00:00Z")

    teams.deactivate_person(person=cast.ben.pk, by=cast.cleo, clock=timezone.now)

    assert [Client().get(FEED, {"token": one}).status_code for one in (secret, old)] == [404, 404]


def test_the_tokens_page_offers_no_feed(as_, cast):
    assert 'value="feed"' not in as_(cast.ada).get("/me/tokens/").text


def test_a_departure_is_an_event_in_utc_that_keeps_nobody_busy(cast, slot):
    Train.objects.update(zone="Asia/Tokyo")
    rides = aboard(slot, team=cast.pay, size="L", title="QR payments; all, of them", at=timezone.now())

    found = event(cast.ines, slot)

    assert (found["dtstart"].dt, found["dtend"].dt) == (slot.start_at, slot.end_at)
    assert found["dtstart"].to_ical().endswith(b"Z")
    assert found["summary"] == "Train main 6/10 · 1 L"
    assert "(Asia/Tokyo)" in found["description"]
    assert f"PAY {rides.code} QR payments; all, of them (L)" in found["description"]
    assert found["url"].endswith(f"/slots/{slot.pk}/")
    assert (found["status"], found["transp"]) == ("CONFIRMED", "TRANSPARENT")


def test_its_name_stays_when_its_row_is_made_anew(cast, slot):
    before = event(cast.ines, slot)["uid"]
    train, occurrence = slot.train, slot.occurrence
    slot.delete()

    again = create_slot(train=train, start_at=SOON)

    assert (again.occurrence, event(cast.ines, again)["uid"]) == (occurrence, before)


def test_two_trains_at_one_time_are_two_events(cast, slot):
    create_slot(train=create_train(slug="other"), start_at=SOON)

    assert len({one["uid"] for one in read(cast.ines).walk("VEVENT")}) == 2


def changed(person, slot) -> tuple[int, datetime]:
    found = event(person, slot)
    assert found["dtstamp"].dt == found["last-modified"].dt
    return int(found["sequence"]), found["last-modified"].dt


def test_every_change_raises_its_sequence_and_nothing_lowers_it(cast, slot):
    now = NOW + timedelta(days=1)  # after the riders were written down
    seen = [changed(cast.ines, slot)]

    rides = aboard(slot, team=cast.pay, at=now)
    seen.append(changed(cast.ines, slot))
    Booking.objects.filter(release=rides).update(left_at=now + timedelta(minutes=1), left_because={"code": "left"})
    seen.append(changed(cast.ines, slot))
    audit.record("slot.skipped", subject=f"slot:{slot.pk}", by=cast.cleo.pk, at=now + timedelta(minutes=2))
    seen.append(changed(cast.ines, slot))
    audit.record("train.held", subject=f"train:{slot.train_id}", by=cast.cleo.pk, at=now + timedelta(minutes=3))
    seen.append(changed(cast.ines, slot))

    assert [number for number, _at in seen] == [0, 1, 2, 3, 4]
    assert [at for _number, at in seen] == sorted({at for _number, at in seen})


def test_an_edit_of_a_rider_is_a_later_time(cast, slot):
    rides = aboard(slot, team=cast.pay, at=timezone.now())
    before = changed(cast.ines, slot)
    later = before[1] + timedelta(minutes=7)
    first = rides.revisions.get()
    Revision.objects.create(release=rides, number=2, changed=["title"], at=later, fields=first.fields, editors=[])

    assert changed(cast.ines, slot) == (before[0], later)


def test_what_is_skipped_is_cancelled_and_what_is_held_or_frozen_is_doubtful(cast, slot, train):
    day = SOON.date()
    held = {"held_at": SOON, "held_by": cast.cleo, "held_because": "Payments are down."}
    Train.objects.filter(pk=train.pk).update(**held)
    found = event(cast.ines, slot)
    assert (found["status"], found["summary"]) == ("TENTATIVE", "Train main 0/10 (held)")
    assert "held: Payments are down. (Cleo)" in found["description"]

    Train.objects.update(held_at=None, held_by=None, held_because="")
    freeze(by=cast.cleo, first=f"{day}", last=f"{day + timedelta(days=1)}")
    assert event(cast.ines, slot)["status"] == "TENTATIVE"

    Slot.objects.update(skipped_at=SOON, skipped_by=cast.cleo, skipped_because="Nothing to ship.")
    assert event(cast.ines, slot)["status"] == "CANCELLED"


def test_it_is_narrowed_to_a_train_and_to_a_team(cast, slot):
    other = create_slot(train=create_train(slug="other", name="Night"), start_at=SOON)
    rides = aboard(other, team=cast.inv, at=timezone.now())

    assert [one["summary"] for one in read(cast.ines, train="other").walk("VEVENT")] == ["Night 1/10"]
    assert [one["summary"] for one in read(cast.ines, team="INV").walk("VEVENT")] == [f"Night: {rides.code}"]
    assert read(cast.ines, team="INV")["x-wr-calname"] == "Team INV"
    token = secret_of(cast.ines)
    assert Client().get(FEED, {"token": token, "train": "none"}).status_code == 404


def test_it_reaches_two_months_back_and_a_year_on(cast, train):
    for days in (-61, -59, 390, 410):
        create_slot(train=train, start_at=SOON - timedelta(days=3) + timedelta(days=days))

    assert len(read(cast.ines).walk("VEVENT")) == 2


def test_lines_are_folded_at_75_bytes_and_end_as_they_must(cast, slot):
    aboard(slot, team=cast.pay, title="Überweisungen в рублях, 决不; line\nbreak \\ and more " * 2)

    body = Client().get(FEED, {"token": secret_of(cast.ines)}).content

    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert all(line.decode() is not None for line in lines)  # no sign is cut in two
    assert b"\n".join(lines).count(b"\r") == 0


def test_what_somebody_wrote_never_becomes_a_line_of_its_own(cast, slot):
    title = "x\r\nBEGIN:VEVENT\r\nUID:evil\r\nEND:VEVENT"
    Release.objects.filter(pk=aboard(slot, team=cast.pay).pk).update(title=title)
    Train.objects.update(name="Main\r\nSTATUS:CANCELLED")

    found = read(cast.ines).walk("VEVENT")

    assert len(found) == 1
    assert found[0]["status"] == "CONFIRMED"


def test_who_asks_again_is_told_in_few_questions_that_nothing_changed(cast, slot, train):
    client, query = Client(), {"token": secret_of(cast.ines)}
    tag = client.get(FEED, query).headers["ETag"]

    with CaptureQueriesContext(connection) as asked:
        again = client.get(FEED, query, headers={"If-None-Match": tag})

    assert (again.status_code, len(asked) <= 3) == (304, True)
    other = {**query, "train": "main"}
    assert client.get(FEED, other, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_asks_again_after_a_change_is_told_it(cast, slot):
    client, query = Client(), {"token": secret_of(cast.ines)}
    tag = client.get(FEED, query).headers["ETag"]

    Train.objects.update(name="Another")
    again = client.get(FEED, query, headers={"If-None-Match": tag})

    assert "SUMMARY:Another 0/10" in again.text


def test_many_departures_ask_as_little_as_few(cast, train, slot):
    query = {"token": secret_of(cast.ines)}
    few = questions(query)
    for hours in range(1, 60):
        aboard(create_slot(train=train, start_at=SOON + timedelta(hours=2 * hours)), team=cast.pay)

    assert questions(query) == few <= 14


def questions(query) -> int:
    Client().get(FEED, query)
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(FEED, query).status_code == 200
    return len(asked)


def test_its_use_is_noted_and_no_cache_of_others_keeps_it(cast, slot):
    answer = Client().get(FEED, {"token": secret_of(cast.ines)})

    assert answer.headers["Cache-Control"] == "private,no-cache"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert Token.objects.get().last_used_at <= timezone.now()
    assert "Set-Cookie" not in answer.headers


def test_only_reading_is_taken(cast, slot):
    client = Client(enforce_csrf_checks=False)

    assert client.post(f"{FEED}?token={secret_of(cast.ines)}").status_code == 405


def test_times_are_never_local(cast, slot):
    events = read(cast.ines).walk("VEVENT")

    for name in ("dtstart", "dtend", "dtstamp", "last-modified"):
        assert all(re.fullmatch(rb"\d{8}T\d{6}Z", one[name].to_ical()) for one in events), name
    assert len(events) == 1
