"""The calendar: a month, a week, with departures, freezes and what soaks."""

from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.trains.models import Booking, Database, Freeze, LowLoad, Slot, Suspension, Train
from tests.factories import NOW, TUESDAY, create_service, create_slot, create_table, create_team, create_train
from tests.riding import aboard, create_release, slot_on
from tests.web.test_board import HTMX, WHOLE_PAGE

ON = {"on": "2031-11-25"}


def shown(browser, **query):
    """Ask for the calendar around the first departure."""
    answer = browser.get("/calendar/", {**ON, **query})
    assert answer.status_code == 200
    return answer


def day_of(answer, on: date):
    """A day as it is drawn."""
    return next(day for week in answer.context["weeks"] for day in week if day.on == on)


def said_of(answer, on: date) -> list[str]:
    """What is said of the departures of a day."""
    return [word.full for line in day_of(answer, on).lines for word in line.words]


def freeze(*, by, first="2031-11-25", last="2031-11-27", name="Stocktaking", trains=(), services=(), teams=(), **facts):
    """A freeze of whole days, the last not among them."""
    known = {"name": name, "reason": "Counting.", "first_at": f"{first}T00:00", "last_at": f"{last}T00:00"}
    row = Freeze.objects.create(**known, at=NOW, by=by, **facts)
    row.trains.set(trains)
    row.services.set(services)
    row.teams.set(teams)
    return row


class Text(HTMLParser):
    """What is read on a page."""

    def __init__(self, html):
        super().__init__()
        self.said = []
        self.feed(html)

    def handle_data(self, data):
        self.said += data.split()


def text_of(answer) -> str:
    return " ".join(Text(answer.text).said)


def test_a_month_has_whole_weeks_from_monday_and_marks_the_days_of_others(as_, cast, scene):
    answer = shown(as_(cast.ines))

    days = [day for week in answer.context["weeks"] for day in week]
    assert (days[0].on, days[-1].on) == (date(2031, 10, 27), date(2031, 11, 30))
    assert [day.on.weekday() for day in days[:7]] == list(range(7))
    assert [day.is_other for day in days[:6]] == [True] * 5 + [False]


def test_a_departure_says_when_which_train_how_full_and_how_many_large(as_, cast, scene):
    assert "22:00 Train main 6/10 · 1 L" in text_of(shown(as_(cast.ines)))


@pytest.mark.parametrize(("zone", "day", "clock"), [("Asia/Tokyo", 26, "07:00"), ("America/New_York", 25, "17:00")])
def test_days_and_hours_are_the_reader_s_with_the_train_s_on_hover(as_, cast, scene, zone, day, clock):
    cast.ines.zone = zone
    cast.ines.save()

    answer = shown(as_(cast.ines))

    assert len(day_of(answer, date(2031, 11, day)).lines) == 1
    assert f'title="Tue 25 Nov 2031 22:00 UTC">{clock}</time>' in answer.text


def test_what_stands_is_a_shape_and_a_word_with_its_rules_each_matter_once(as_, cast, scene):
    for _ in range(11):
        aboard(scene.slots[1], team=cast.inv)
    cast.inv.__class__.objects.update(slot_limit=20)

    answer = shown(as_(cast.ines), on="2031-12-09")

    assert said_of(answer, date(2031, 12, 9)) == ["1 conflict: capacity"]
    assert 'class="cal-word is-blocked"' in answer.text


def test_of_what_is_over_nothing_stands(as_, cast, scene):
    past = create_slot(train=scene.train, start_at=timezone.now() - timedelta(days=1), capacity=0)
    aboard(past, team=cast.pay)

    answer = as_(cast.ines).get("/calendar/", {"show": "week", "on": past.start_at.date().isoformat()})

    assert said_of(answer, past.start_at.date()) == []


def test_held_skipped_closed_and_hotfix_departures_say_so_with_the_reason(as_, cast, scene):
    who = {"skipped_at": NOW, "skipped_by": cast.cleo, "skipped_because": "Nothing to ship."}
    create_slot(train=scene.train, start_at=TUESDAY + timedelta(days=1), kind=Slot.Kind.HOTFIX)
    Slot.objects.filter(pk=slot_on(scene.train, day=2).pk).update(**who)
    create_slot(train=scene.train, start_at=TUESDAY + timedelta(days=3), closed_at=NOW)
    Train.objects.update(held_at=NOW, held_by=cast.cleo, held_because="Payments are down.")

    answer = shown(as_(cast.ines))

    held = "held: Payments are down. (Cleo)"
    assert [said_of(answer, date(2031, 11, day)) for day in (25, 26, 27, 28)] == [
        [held],
        ["hotfix"],
        ["skipped: Nothing to ship. (Cleo)", held],
        [held, "closed"],
    ]
    assert "is-skipped" in answer.text


def test_as_many_departures_as_fit_then_how_many_more(as_, cast, scene):
    for minute in range(1, 8):
        create_slot(train=scene.train, start_at=TUESDAY + timedelta(minutes=minute))

    answer = shown(as_(cast.ines))

    assert (len(day_of(answer, date(2031, 11, 25)).lines), day_of(answer, date(2031, 11, 25)).more) == (4, 4)
    assert '<a href="?show=week&amp;on=2031-11-25">+4 more</a>' in answer.text
    assert len(day_of(shown(as_(cast.ines), show="week"), date(2031, 11, 25)).lines) == 8


def test_one_more_than_fits_is_shown_itself(as_, cast, scene):
    for minute in range(1, 5):
        create_slot(train=scene.train, start_at=TUESDAY + timedelta(minutes=minute))

    assert len(day_of(shown(as_(cast.ines)), date(2031, 11, 25)).lines) == 5


def test_a_hard_freeze_hatches_its_days_and_is_named_once(as_, cast, scene):
    freeze(by=cast.cleo)

    answer = shown(as_(cast.ines))

    looks = {day: day_of(answer, date(2031, 11, day)).look for day in (24, 25, 26, 27)}
    assert ["is-frozen" in looks[day] for day in (24, 25, 26, 27)] == [False, True, True, False]
    assert answer.text.count('<p class="cal-freeze"') == 1
    assert said_of(answer, date(2031, 11, 25)) == ["1 conflict: frozen", "frozen: Stocktaking"]


def test_a_soft_freeze_has_the_tint_of_what_waits(as_, cast, scene):
    freeze(by=cast.cleo, is_hard=False)

    answer = shown(as_(cast.ines))

    assert day_of(answer, date(2031, 11, 26)).look == "is-soft is-bare"
    assert said_of(answer, date(2031, 11, 25)) == ["soft freeze: Stocktaking"]


def test_a_freeze_of_some_is_named_but_hatches_only_for_whom_it_is(as_, cast, scene):
    other = create_train(slug="other")
    freeze(by=cast.cleo, name="Of the other", trains=[other])
    freeze(by=cast.cleo, name="Of a team", teams=[cast.inv])
    browser, tuesday = as_(cast.ines), date(2031, 11, 25)

    everything = day_of(shown(browser), tuesday)
    assert [(mark.freeze.freeze.name, mark.hatches) for mark in everything.marks] == [
        ("Of the other", False),
        ("Of a team", False),
    ]
    assert [mark.freeze.freeze.name for mark in day_of(shown(browser, train="main"), tuesday).marks] == ["Of a team"]
    assert "is-frozen" in day_of(shown(browser, train="other"), tuesday).look
    assert "is-frozen" in day_of(shown(browser, team="INV"), tuesday).look
    assert day_of(shown(browser, team="PAY", train="main"), tuesday).marks == []


def test_a_freeze_that_is_suspended_or_ended_is_not_drawn(as_, cast, scene):
    ended = freeze(by=cast.cleo, name="Ended")
    Freeze.objects.filter(pk=ended.pk).update(ended_at=NOW)
    row = freeze(by=cast.cleo)
    until = datetime(2031, 11, 26, tzinfo=TUESDAY.tzinfo)
    facts = {"since": NOW, "until": until, "reason": "One goes.", "at": NOW, "by": cast.cleo}
    Suspension.objects.create(freeze=row, **facts)

    answer = shown(as_(cast.ines))

    assert [bool(day_of(answer, date(2031, 11, day)).marks) for day in (25, 26)] == [False, True]


def test_a_large_release_is_a_bar_from_its_departure_to_the_end_of_its_soak(as_, cast, scene):
    answer = shown(as_(cast.ines))

    bars = {day: day_of(answer, date(2031, 11, day)).bars for day in range(24, 31)}
    assert [bars[day][0] is not None for day in range(24, 31)] == [False] + [True] * 6
    assert (bars[25][0].x, bars[25][0].width) == ("91.7", "8.3")
    assert (bars[30][0].x, bars[30][0].width) == ("0.0", "95.8")
    assert bars[25][0].words == f"{scene.rides.code} QR payments holds until Sun 30 Nov 23:00"
    assert bars[26][0].words == ""


def test_a_bar_goes_on_where_the_departure_is_out_of_view(as_, cast, scene):
    Train.objects.update(soak_large_hours=24 * 20)

    answer = shown(as_(cast.ines), show="week", on="2031-12-03")

    assert day_of(answer, date(2031, 12, 1)).bars[0].words.startswith(scene.rides.code)


def test_more_large_ones_than_lanes_are_counted(as_, cast, scene):
    for number in range(4):
        train = create_train(slug=f"t{number}")
        aboard(create_slot(train=train), team=cast.pay, size="L", services=[create_service()])

    day = day_of(shown(as_(cast.ines)), date(2031, 11, 26))

    assert (len(day.bars), day.unshown) == (3, 2)


def test_a_week_lists_who_rides_with_size_stage_and_team(as_, cast, scene):
    table = create_table()
    change = SchemaChange.objects.create(name="Wider amounts", table=table)
    SchemaStage.objects.create(change=change, stage="expand", release=scene.rides)

    answer = shown(as_(cast.ines), show="week")

    riders = text_of(answer)
    assert f"{scene.rides.code} QR payments PAY L E B C" in riders
    assert "24 – 30 Nov 2031" in riders


def test_a_week_tells_the_hours_of_low_load(as_, cast, scene):
    database = Database.objects.create(name="main", zone="Europe/Berlin")
    LowLoad.objects.create(database=database, weekdays=[1], since=time(1), until=time(5))

    assert "main: low load 00:00–04:00" in text_of(shown(as_(cast.ines), show="week"))
    assert "low load" not in text_of(shown(as_(cast.ines)))


def test_one_train_or_one_team_narrows_it(as_, cast, scene):
    other = create_train(slug="other", name="Night train")
    aboard(create_slot(train=other), team=cast.inv)
    browser, tuesday = as_(cast.ines), date(2031, 11, 25)

    def names(**query):
        return [line.stop.slot.train.name for line in day_of(shown(browser, **query), tuesday).lines]

    assert names() == ["Train main", "Night train"]
    assert names(train="other") == ["Night train"]
    assert names(team="INV") == ["Night train"]
    assert names(team="INV", train="main") == []


@pytest.mark.parametrize("query", [{"train": "none"}, {"team": "NONE"}])
def test_a_train_or_team_that_is_not_there_is_not_found(as_, cast, scene, query):
    assert as_(cast.ines).get("/calendar/", query).status_code == 404


@pytest.mark.parametrize("query", [{"show": "decade"}, {"on": "soon"}, {"on": "2031-02-31"}, {"on": "9999-12-31"}])
def test_nonsense_is_this_month(as_, cast, scene, query):
    answer = as_(cast.ines).get("/calendar/", query)

    assert answer.context["asked"].show == "month"
    assert answer.context["asked"].is_now


@pytest.mark.parametrize(
    ("show", "before", "after"),
    [
        ("month", "2031-10-31", "2031-12-01"),
        ("week", "2031-11-23", "2031-12-01"),
        ("quarter", "2031-09-30", "2032-01-01"),
    ],
)
def test_it_goes_back_and_on(as_, cast, scene, show, before, after):
    links = shown(as_(cast.ines), show=show).context["links"]

    assert (links["before"], links["after"]) == (f"show={show}&on={before}", f"show={show}&on={after}")
    assert links["today"] == f"show={show}"


def test_today_is_marked(as_, cast, scene):
    answer = as_(cast.ines).get("/calendar/")

    assert answer.text.count('aria-current="date"') == 1
    assert day_of(answer, timezone.now().date()).is_today


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"on": "2035-01-01"}, "No train departs in January 2035."),
        ({"on": "2035-01-01", "train": "main"}, "Train main has no departure in January 2035."),
        ({"team": "INV"}, "Team INV rides on no departure in November 2031."),
        ({"team": "INV", "train": "main"}, "Team INV rides on no departure of Train main in November 2031."),
    ],
)
def test_an_empty_view_says_what_would_be_here(as_, cast, scene, query, said):
    answer = shown(as_(cast.ines), **query)

    assert said in answer.text
    assert "Back to today" in answer.text


def test_a_fragment_is_the_calendar_alone_and_follows_every_train(as_, cast, scene):
    answer = as_(cast.ines).get("/calendar/", ON, headers=HTMX)

    assert WHOLE_PAGE not in answer.text
    assert f'data-live="train:{scene.train.pk} large setup"' in answer.text


def test_a_stranger_is_sent_to_sign_in(client, scene):
    assert client.get("/calendar/").status_code == 302


def test_a_draft_is_nowhere(as_, cast, scene):
    create_release(team=cast.pay, submitted=False, title="A secret plan", slot=scene.slots[0])

    assert "A secret plan" not in shown(as_(cast.dov), show="week").text


def fill(cast, train, *, number: int) -> None:
    """So many departures within a month, three aboard each, one of them large every tenth time."""
    starts = [TUESDAY - timedelta(days=20) + timedelta(minutes=40 * one) for one in range(number)]
    common = {"train": train, "capacity": 10}
    slots = Slot.objects.bulk_create(
        Slot(occurrence=f"{at:%Y-%m-%dT%H:%M}", start_at=at, end_at=at + timedelta(minutes=30), cut_off_at=at, **common)
        for at in starts
    )
    known = {"created_at": NOW, "submitted_at": NOW, "open_gates": []}
    releases = Release.objects.bulk_create(
        Release(team=cast.pay if one % 3 else cast.inv, title="One", size="L" if one % 30 == 0 else "S", **known)
        for one in range(3 * number)
    )
    Booking.objects.bulk_create(
        Booking(release=one, slot=slots[place // 3], booked_at=NOW) for place, one in enumerate(releases)
    )


@pytest.fixture
def without_wall(db):
    """The wall would judge thousands of rows one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_thousand_departures_ask_as_little_as_ten(as_, cast, scene, without_wall):
    browser, few, many = as_(cast.ines), {}, {}
    freeze(by=cast.cleo, is_hard=False)
    pages = ["/calendar/?show=month", "/calendar/?show=week", "/calendar/?show=quarter"]
    pages += ["/calendar/table.csv?show=quarter", "/calendar/table.txt?show=quarter", "/calendar/?team=PAY&train=main"]
    fill(cast, scene.train, number=10)
    for page in pages:
        few[page] = counted(browser, page)

    other = create_train(slug="busy")
    fill(cast, other, number=1000)
    for number in range(8):
        create_team(code=f"T{number}", place=9)
    for page in pages:
        many[page] = counted(browser, page)

    assert few == many
    assert max(many.values()) <= 16


def counted(browser, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(f"{page}&on=2031-11-25")
    assert answer.status_code == 200
    return len(asked)
