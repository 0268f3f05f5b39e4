"""Import: history as facts, a plan under every rule, twice is once, a bad row refuses the whole file."""

from datetime import UTC, datetime, timedelta

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions import importing
from releasetrain.boarding.actions.importing import plan
from releasetrain.domain.errors import Refused
from releasetrain.releases.fields import HEAVIEST, LIGHTEST
from releasetrain.releases.models import DataTable, Dependency, Initiative, Release, Revision, Service
from releasetrain.teams.models import Team
from releasetrain.trains.models import Booking, Outcome, Request, Slot, Train
from tests.factories import NOW, TUESDAY, clock, create_service, create_slot, create_table, create_train
from tests.riding import aboard, days, slot_on

PLAN = "key,title,team,size,services,slot,wish,earliest,due,needs,train"


@pytest.fixture
def main(cast):
    """A train in UTC on which everybody rides, with departures on four days."""
    train = create_train(slug="main", default_of=[cast.pay, cast.inv])
    for day in (0, 2, 7, 9):
        slot_on(train, day=day)
    return train


@pytest.fixture
def bring(cast):
    """Import lines in the hands of the release manager."""

    def call(*lines, by=None, history=False, train=None, **options):
        text = "\n".join(lines)
        return importing.import_releases(
            text=text, history=history, train=train, by=by or cast.cleo, clock=clock(), **options
        )

    return call


def refused_rows(bring, *lines, **options):
    with pytest.raises(Refused) as refused:
        bring(*lines, **options)
    assert refused.value.code == "bad-rows"
    return {bad["row"]: bad["code"] for bad in refused.value.details["rows"]}


def test_nobody_but_a_release_manager_imports(cast, main, bring):
    with pytest.raises(Refused) as refused:
        bring("key,title,team", "A-1,Fees,PAY", by=cast.ada)

    assert refused.value.code == "forbidden"
    assert not Release.objects.exists()


# -- a plan -------------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_submitted_release_that_says_what_the_row_says(main, bring):
    create_service(name="Main API")
    create_table(name="payment", database="shop")
    bring(
        "key,title,team,size,services,tables,due,weight,description",
        "A-1,Fees,Team PAY,M,main api,shop.payment,2031-12-24,3,Why",
    )

    release = Release.objects.get()
    assert (release.title, release.team.code, release.size, release.weight) == ("Fees", "PAY", "M", 3)
    assert [service.name for service in release.services.all()] == ["Main API"]
    assert [table.name for table in release.tables.all()] == ["payment"]
    assert release.submitted_at == NOW


def test_an_imported_release_has_its_first_revision_and_a_line_in_the_log(cast, main, bring):
    bring("key,title,team", "A-1,Fees,PAY")

    release = Release.objects.get()
    assert Revision.objects.get(release=release).fields["title"] == "Fees"
    assert Entry.objects.filter(subject=f"release:{release.pk}", verb="release.imported", by=cast.cleo).exists()


def test_a_row_without_a_slot_boards_the_first_that_would_do(main, bring):
    report = bring("key,title,team", "A-1,Fees,PAY")

    booking = Booking.objects.get()
    assert booking.slot.start_at == TUESDAY
    assert booking.by_itself
    assert report.total("boarded") == 1


def test_a_row_boards_no_departure_before_its_earliest_day(main, bring):
    bring("key,title,team,earliest", f"A-1,Fees,PAY,{TUESDAY.date() + timedelta(days=1)}")

    assert Booking.objects.get().slot.start_at == TUESDAY + days(2)


def test_a_row_that_names_a_slot_rides_in_it(main, bring):
    bring("key,title,team,slot", f"A-1,Fees,PAY,{TUESDAY + days(2):%Y-%m-%d %H:%M}")

    booking = Booking.objects.get()
    assert booking.slot.start_at == TUESDAY + days(2)
    assert not booking.by_itself


def test_a_slot_is_named_in_the_trains_local_time(cast, bring):
    train = create_train(slug="main", zone="Europe/Moscow", default_of=[cast.pay])
    slot = create_slot(train=train, start_at=TUESDAY)  # 01:00 of the next day in Moscow

    bring("key,title,team,slot", "A-1,Fees,PAY,2031-11-26 01:00")

    assert Booking.objects.get().slot == slot


def test_a_row_that_wants_this_slot_and_names_none_waits(main, bring):
    report = bring("key,title,team,wish", "A-1,Fees,PAY,this")

    assert Request.objects.get().slot is None
    assert (report.total("boarded"), report.total("waiting")) == (0, 1)


def test_a_large_row_for_a_slot_with_riders_asks_for_it_and_is_listed_with_the_rule(cast, main, bring):
    slot = Slot.objects.earliest("start_at")
    aboard(slot, team=cast.inv, title="Batch numbers")

    report = bring("key,title,team,size,slot", f"A-1,Fees,PAY,L,{TUESDAY:%Y-%m-%d %H:%M}")

    assert Request.objects.get(ended_at=None).slot == slot
    [asking] = report.trains[0].asking
    assert (asking.row, asking.key, asking.against) == (2, "A-1", (("large-rides-alone", "Batch numbers"),))


def test_two_large_rows_with_a_common_service_are_kept_a_soak_apart(main, bring):
    create_service(name="Main API")
    report = bring("key,title,team,size,services", "A-1,Fees,PAY,L,Main API", "A-2,Stock,INV,L,Main API")

    starts = [booking.slot.start_at for booking in Booking.objects.order_by("release")]
    assert starts == [TUESDAY, TUESDAY + days(7)]
    assert report.total("boarded") == 2


def test_rows_of_one_file_are_judged_against_each_other(main, bring):
    slot = f"{TUESDAY:%Y-%m-%d %H:%M}"
    lines = (f"A-{number},Fees {number},PAY,{slot}" for number in (1, 2, 3))

    report = bring("key,title,team,slot", *lines)

    assert Booking.objects.count() == 2
    assert [line.against for line in report.trains[0].asking] == [(("team-limit", ""),)]


def test_a_row_is_not_let_in_after_the_cut_off(cast, bring):
    train = create_train(slug="main", default_of=[cast.pay])
    create_slot(train=train, cut_off_at=NOW)

    report = bring("key,title,team,slot", f"A-1,Fees,PAY,{TUESDAY:%Y-%m-%d %H:%M}")

    assert report.trains[0].asking[0].against == (("cut-off", ""), ("not-cleared", ""))
    assert not Booking.objects.exists()


def test_a_row_that_names_a_departed_slot_waits_and_is_listed(cast, bring):
    train = create_train(slug="main", default_of=[cast.pay])
    create_slot(train=train, start_at=NOW - days(1))

    report = bring("key,title,team,slot", f"A-1,Fees,PAY,{NOW - days(1):%Y-%m-%d %H:%M}")

    assert report.trains[0].asking[0].code == "slot-departed"
    assert Request.objects.get().slot is None


def test_what_a_row_needs_is_kept_whatever_the_order_of_the_rows(main, bring):
    bring("key,title,team,needs", "A-1,Android,PAY,A-2+24h", "A-2,Server,PAY,")

    need = Dependency.objects.get()
    assert (need.release.title, need.on.title, need.lag_hours) == ("Android", "Server", 24)


def test_what_a_row_needs_may_ride_on_another_train(cast, main, bring):
    create_train(slug="clients", name="Clients")
    bring("key,title,team,needs,train", "A-1,Android,PAY,A-2,main", "A-2,Server,PAY,,clients")

    assert Dependency.objects.get().on.title == "Server"


# -- twice is once --------------------------------------------------------------------------------------------------


def test_a_file_that_is_imported_twice_makes_each_release_once(main, bring):
    lines = ("key,title,team", "A-1,Fees,PAY", "A-2,Taxes,INV")
    bring(*lines)

    report = bring(*lines)

    assert Release.objects.count() == 2
    assert (report.total("made"), report.total("unchanged")) == (0, 2)


def test_a_row_that_says_something_new_edits_its_release_and_leaves_it_where_it_rides(main, bring):
    bring("key,title,team", "A-1,Fees,PAY")

    report = bring("key,title,team,slot", f"A-1,New fees,PAY,{TUESDAY + days(9):%Y-%m-%d %H:%M}")

    assert Release.objects.get().title == "New fees"
    assert Booking.objects.get(left_at=None).slot.start_at == TUESDAY
    assert report.total("updated") == 1


def test_what_the_file_has_no_column_for_is_left_as_it_was(main, bring):
    bring("key,title,team,due", "A-1,Fees,PAY,2031-12-24")

    bring("key,title,team", "A-1,New fees,PAY")

    assert Release.objects.get().due.isoformat() == "2031-12-24"


def test_an_edit_that_the_rules_refuse_makes_the_booking_a_request_and_is_listed(main, bring):
    bring("key,title,team", "A-1,Fees,PAY", "A-2,Taxes,INV")

    report = bring("key,title,team,size", "A-1,Fees,PAY,L", "A-2,Taxes,INV,S")

    grown = Release.objects.get(title="Fees")
    assert grown.size == "L"
    assert Request.objects.get(release=grown, ended_at=None).slot.start_at == TUESDAY
    assert report.trains[0].asking[0].against == (("large-rides-alone", "Taxes"),)


def test_an_edit_to_a_later_earliest_day_takes_the_place_away_and_is_listed(main, bring):
    bring("key,title,team", "A-1,Fees,PAY")

    report = bring("key,title,team,earliest", f"A-1,Fees,PAY,{TUESDAY.date() + timedelta(days=1)}")

    assert Request.objects.get(ended_at=None).slot is None
    assert report.trains[0].asking[0].code == "before-earliest"


def test_a_release_whose_departure_has_begun_is_left_alone_until_somebody_says_what_happened(cast, main, bring):
    bring("key,title,team", "A-1,Fees,PAY")
    later = clock(TUESDAY + timedelta(minutes=5))

    report = importing.import_releases(
        text="key,title,team\nA-1,New fees,PAY", history=False, train=None, by=cast.cleo, clock=later
    )

    assert [line.code for line in report.trains[0].left] == ["needs-a-word"]
    assert Release.objects.get().title == "Fees"


def test_a_plan_that_would_hold_the_calendar_for_too_long_is_refused_whole(main, bring):
    lines = ("key,title,team", *(f"A-{number},Fees,PAY" for number in range(plan.MOST_ROWS + 1)))

    with pytest.raises(Refused) as refused:
        bring(*lines, dry_run=True)

    assert (refused.value.code, refused.value.details) == ("too-many-rows", {"found": 1001, "most": 1000})


@pytest.mark.parametrize(
    ("limit", "size", "code"), [("MOST_CHANGED", "S", "too-many-changes"), ("MOST_JUDGED", "M", "too-many-judged")]
)
def test_too_many_edits_at_once_are_refused_whole(main, bring, monkeypatch, limit, size, code):
    monkeypatch.setattr(plan, limit, 1)
    bring("key,title,team", "A-1,Fees,PAY", "A-2,Taxes,INV")

    with pytest.raises(Refused) as refused:
        bring("key,title,team,size", f"A-1,New fees,PAY,{size}", f"A-2,New taxes,INV,{size}")

    assert (refused.value.code, refused.value.details) == (code, {"found": 2, "most": 1})
    assert not Release.objects.filter(title__startswith="New").exists()


def test_the_same_key_from_another_source_is_another_release(main, bring):
    bring("key,title,team", "nova:29.0.0,Ours,PAY")

    bring(
        "deliverable,team,version,requested_at,released_at",
        "nova,PAY,29.0.0,2031-12-01T00:00:00Z,2031-12-02T00:00:00Z",
        make_missing=True,
    )

    assert Release.objects.count() == 2


# -- bad rows -------------------------------------------------------------------------------------------------------


def test_a_bad_row_refuses_the_whole_file_with_each_rows_number_and_reason(main, bring):
    found = refused_rows(
        bring,
        PLAN,
        "A-1,Fees,PAY,S,,,,,,,",
        ",No key,PAY,S,,,,,,,",
        "A-3,Team,XYZ,S,,,,,,,",
        "A-4,Service,PAY,S,Nowhere,,,,,,",
        "A-5,Slot,PAY,S,,2031-11-25 03:00,,,,,",
        "A-6,Need,PAY,S,,,,,,B-1,",
        "A-7,Train,PAY,S,,,,,,,nowhere",
        "A-8,Itself,PAY,S,,,,,,A-8,",
    )

    assert found == {
        3: "missing",
        4: "unknown-team",
        5: "unknown-service",
        6: "unknown-slot",
        7: "unknown-need",
        8: "unknown-train",
        9: "needs-itself",
    }
    assert not Release.objects.exists()


def test_with_skip_bad_the_others_come_in_and_the_bad_ones_are_listed(main, bring):
    report = bring("key,title,team", "A-1,Fees,PAY", "A-2,Taxes,XYZ", skip_bad=True)

    assert [release.title for release in Release.objects.all()] == ["Fees"]
    assert report.bad == [{"row": 3, "code": "unknown-team", "facts": {"name": "XYZ"}}]


def test_a_row_is_as_heavy_as_a_form_lets_it_be_and_no_heavier(main, bring):
    good = [f"A-{weight},Fees,PAY,{weight}" for weight in (LIGHTEST, HEAVIEST)]
    report = bring("key,title,team,weight", *good, "B-1,Fees,PAY,0", f"B-2,Fees,PAY,{HEAVIEST + 1}", skip_bad=True)

    assert [(bad["row"], bad["code"]) for bad in report.bad] == [(4, "bad-weight"), (5, "bad-weight")]
    assert sorted(Release.objects.values_list("weight", flat=True)) == [LIGHTEST, HEAVIEST]


def test_a_row_that_needs_a_bad_row_is_bad_too(main, bring):
    report = bring("key,title,team,needs", "A-1,Android,PAY,A-2", "A-2,Server,PAY,A-3", "A-3,Base,XYZ,", skip_bad=True)

    assert [bad["row"] for bad in report.bad] == [2, 3, 4]


def test_without_a_train_every_row_is_bad(cast, bring):
    assert refused_rows(bring, "key,title,team", "A-1,Fees,PAY") == {2: "no-train-yet"}


# -- what is missing ------------------------------------------------------------------------------------------------


def test_teams_services_tables_and_initiatives_that_are_missing_are_made_when_asked_for(main, bring):
    report = bring(
        "key,title,team,services,tables,initiative",
        "A-1,Fees,Puppet OpenStack,api;web,shop.payment,QR",
        "A-2,Taxes,Puppet OpenStack,api,shop.payment,QR",
        make_missing=True,
    )

    assert report.trains[0].missing_made == {
        "team": ["Puppet OpenStack"],
        "service": ["api", "web"],
        "table": ["shop.payment"],
        "initiative": ["QR"],
    }
    team = Team.objects.get(name="Puppet OpenStack")
    assert (team.code, team.slot_limit, team.default_train.train) == ("PUPPETOP", main.capacity, main)
    assert Service.objects.get(name="api").team == team
    assert (DataTable.objects.get().database, Initiative.objects.get().name) == ("shop", "QR")


def test_a_made_team_whose_code_is_taken_gets_a_number(main, bring):
    bring("key,title,team", "A-1,Fees,Payments one", "A-2,Taxes,Payments two", make_missing=True)

    assert sorted(Team.objects.filter(name__startswith="Pay").values_list("code", flat=True)) == [
        "PAYMENT2",
        "PAYMENTS",
    ]


def test_a_table_whose_database_is_not_named_is_never_made(main, bring):
    found = refused_rows(bring, "key,title,team,tables", "A-1,Fees,PAY,payment", make_missing=True)

    assert found == {2: "unknown-table"}


# -- a dry run ------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_come_and_keeps_nothing(main, bring):
    lines = ("key,title,team,services", "A-1,Fees,Newcomers,api", "A-2,Taxes,PAY,")

    dry = bring(*lines, make_missing=True, dry_run=True)
    kept = (Release.objects.count(), Team.objects.count(), Service.objects.count(), Entry.objects.count())
    real = bring(*lines, make_missing=True)

    assert kept == (0, 2, 0, 0)
    assert dry.trains == real.trains


def test_a_dry_run_of_history_says_what_would_come_and_keeps_nothing(main, bring):
    lines = (HISTORY, "A-1,Fees,PAY,S,,2031-11-20 22:00", "A-2,Taxes,Newcomers,S,api,2031-11-20 22:00")
    bring(*lines[:2], history=True)

    dry = bring(*lines, history=True, make_missing=True, dry_run=True)
    kept = (Release.objects.count(), Service.objects.count(), Outcome.objects.count())
    real = bring(*lines, history=True, make_missing=True)

    assert kept == (1, 0, 1)
    assert dry.trains == real.trains


def test_rows_of_a_dry_run_that_do_not_ride_are_listed_without_a_number(main, bring):
    slot = f"{TUESDAY:%Y-%m-%d %H:%M}"
    lines = ("key,title,team,size,slot", f"A-1,Fees,PAY,S,{slot}", f"A-2,Taxes,INV,L,{slot}")

    [asking] = bring(*lines, dry_run=True).trains[0].asking

    assert (asking.release, asking.key, asking.against) == (None, "A-2", (("large-rides-alone", "Fees"),))


def test_a_dry_run_is_refused_by_bad_rows_too(main, bring):
    assert refused_rows(bring, "key,title,team", "A-1,Fees,XYZ", dry_run=True) == {2: "unknown-team"}


# -- history --------------------------------------------------------------------------------------------------------

HISTORY = "key,title,team,size,services,departed_at"


def test_history_is_kept_as_departed_on_its_day_in_a_slot_of_kind_past(cast, main, bring):
    bring(HISTORY, "A-1,Fees,PAY,S,,2031-11-20 22:00", history=True)

    booking = Booking.objects.get()
    assert (booking.slot.kind, booking.slot.occurrence) == (Slot.Kind.PAST, "2031-11-20T00:00")
    outcome = Outcome.objects.get(booking=booking)
    departed = datetime(2031, 11, 20, 22, 0, tzinfo=UTC)
    assert (outcome.kind, outcome.started_at, outcome.finished_at) == ("departed", departed, departed)


def test_what_departed_on_one_day_shares_one_past_slot(main, bring):
    bring(
        HISTORY,
        "A-1,Fees,PAY,S,,2031-11-20 22:00",
        "A-2,Taxes,INV,S,,2031-11-20 04:00",
        "A-3,Later,INV,S,,2031-11-21 04:00",
        history=True,
    )

    riders = {slot.occurrence: slot.bookings.count() for slot in Slot.objects.filter(kind="past")}
    assert riders == {"2031-11-20T00:00": 2, "2031-11-21T00:00": 1}


def test_a_day_of_history_has_the_room_for_what_departed_on_it(main, bring):
    bring(HISTORY, "A-1,Fees,PAY,L,,2031-11-20 22:00", "A-2,Taxes,INV,L,,2031-11-20 04:00", history=True)
    bring(HISTORY, "A-3,Rates,PAY,M,,2031-11-20 04:00", history=True)

    assert Slot.objects.get(kind="past").capacity == 15


def test_a_day_of_history_is_a_day_where_the_train_runs(cast, bring):
    create_train(slug="main", zone="Europe/Moscow", default_of=[cast.pay])

    bring(HISTORY, "A-1,Fees,PAY,S,,2031-11-20T22:00:00Z", history=True)

    slot = Slot.objects.get()
    assert slot.occurrence == "2031-11-21T00:00"
    assert (slot.start_at, slot.end_at) == (
        datetime(2031, 11, 20, 21, 0, tzinfo=UTC),
        datetime(2031, 11, 21, 21, 0, tzinfo=UTC),
    )


def test_no_rule_is_asked_about_history(main, bring):
    create_service(name="Main API")
    lines = (f"A-{number},Fees,PAY,L,Main API,2031-11-20 22:00" for number in range(5))

    report = bring(HISTORY, *lines, history=True)

    assert report.total("departed") == 5


def test_history_claims_nothing_from_the_plan(cast, main, bring):
    create_service(name="Main API")
    bring(HISTORY, "A-1,Fees,PAY,L,Main API,2031-11-24 09:00", history=True)  # an hour ago: it would soak for days

    report = bring("key,title,team,size,services", "A-2,Stock,INV,L,Main API")

    assert report.total("boarded") == 1


def test_history_that_has_not_departed_is_bad(main, bring):
    found = refused_rows(bring, HISTORY, "A-1,Fees,PAY,S,,", "A-2,Taxes,PAY,S,,2031-11-24 10:01", history=True)

    assert found == {2: "missing", 3: "not-departed-yet"}


def test_history_that_is_imported_twice_is_there_once(main, bring):
    lines = (HISTORY, "A-1,Fees,PAY,S,,2031-11-20 22:00")
    bring(*lines, history=True)

    report = bring(*lines, history=True)

    assert (Booking.objects.count(), Outcome.objects.count()) == (1, 1)
    assert report.total("unchanged") == 1


def test_history_leaves_alone_what_is_still_planned_and_lists_it(main, bring):
    bring("key,title,team", "A-1,Fees,PAY")

    report = bring(HISTORY, "A-1,Fees,PAY,S,,2031-11-20 22:00", history=True)

    assert [(line.row, line.code) for line in report.trains[0].left] == [(2, "is-planned")]
    assert not Outcome.objects.exists()


def test_a_wrong_clock_is_kept_on_the_release_and_listed(main, bring):
    report = bring(
        "deliverable,team,version,requested_at,released_at",
        "nova,PAY,29.0.0,2031-11-20T00:00:00Z,2031-11-19T00:00:00Z",
        history=True,
        make_missing=True,
    )

    assert Release.objects.get().import_warning["code"] == "wrong-clock"
    assert [(line.row, line.code) for line in report.trains[0].warnings] == [(2, "wrong-clock")]
    assert Release.objects.get().submitted_at <= Outcome.objects.get().started_at


# -- progress -------------------------------------------------------------------------------------------------------


def test_progress_is_told_up_to_the_last_row(main, bring):
    told = []

    bring(
        "key,title,team",
        *(f"A-{number},Fees,PAY" for number in range(120)),
        progress=lambda done, total: told.append((done, total)),
    )

    assert told[-1] == (120, 120)
    assert len(told) > 2


def test_whoever_stops_it_between_rows_gets_everything_of_that_train_back(main, bring):
    def stop(done, total):
        raise importing.Cancelled

    with pytest.raises(importing.Cancelled):
        bring("key,title,team", "A-1,Fees,PAY", progress=stop)

    assert not Release.objects.exists()
    assert not Train.objects.get().requests.exists()
