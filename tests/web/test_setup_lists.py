"""What every noun of the set-up has: a list, a form, one thing, many lines."""

from datetime import date, time

import pytest

from releasetrain.boarding.timetables import timetable_of
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.releases.models import DataTable, Initiative, Service
from releasetrain.teams.models import Membership, RoleHolder, Team, User
from releasetrain.trains.models import Train
from tests.factories import create_service

PASTED = {
    "people": ("email,name,zone", "mara@example.com,Mara,Europe/Berlin", lambda: User.objects.filter(name="Mara")),
    "teams": ("code,name,slot_limit", "SAL,Sales,", lambda: Team.objects.filter(code="SAL", slot_limit=2)),
    "members": (
        "email,team,standing",
        "dov@example.com,pay,lead",
        lambda: Membership.objects.filter(person__name="Dov", team__code="PAY", standing="lead"),
    ),
    "roles": ("email,role", "ben@example.com,qa-lead", lambda: RoleHolder.objects.filter(person__name="Ben")),
    "services": ("name,kind,platform,team", "Till,client,Android,PAY", lambda: Service.objects.filter(name="Till")),
    "tables": (
        "database,name,rows,free_disk_gb",
        "main,sale,1000000,310.5",
        lambda: DataTable.objects.filter(rows=10**6, free_disk_bytes=310_500_000_000),
    ),
    "initiatives": ("name", "QR payments", lambda: Initiative.objects.filter(name="QR payments")),
    "trains": (
        "name,zone,timetable,capacity,reserve",
        'Main,Europe/Berlin,"tue 22:00 60; thu 21:30",7,2',
        lambda: Train.objects.filter(name="Main", timetable__at="21:30", timetable__minutes=60, capacity=7, reserve=2),
    ),
}


def paste(client, noun, text):
    return client.post(f"/setup/{noun}/paste/", {"lines": text})


@pytest.mark.parametrize("noun", PASTED)
def test_pasted_lines_are_taken_over_and_twice_is_once(as_, cast, noun):
    header, line, rows = PASTED[noun]
    client = as_(cast.cleo)

    for _ in range(2):
        assert paste(client, noun, f"{header}\n{line}\n").headers["Location"] == f"/setup/{noun}/"

    assert rows().count() == 1


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_columns_part_at_comma_semicolon_or_tab(as_, cast, parted_by):
    text = "\ufeffName;Email\r\nMara;mara@example.com\r\n\r\n".replace(";", parted_by)

    paste(as_(cast.cleo), "people", text)

    assert User.objects.filter(name="Mara", email="mara@example.com", zone="UTC").exists()


def test_every_bad_line_is_named_with_its_reason_and_nothing_is_taken_over(as_, cast):
    lines = ["email,name,zone", "mara@example.com,Mara,UTC", "mara,Mara,UTC", "yuri@example.com,,UTC"]
    lines += ["ilya@example.com,Ilya,Mars", "vera@example.com,Vera,UTC,more"]

    answer = paste(as_(cast.cleo), "people", "\n".join(lines))

    assert answer.status_code == 422
    assert dict(answer.context["bad"]) == {
        3: "email: Enter a valid email address.",
        4: "name: This field is required.",
        5: "Mars is not a time zone. Take one such as Europe/Berlin.",
        6: "It has more cells than the header has columns.",
    }
    assert "ilya@example.com,Ilya,Mars" in answer.text, "what was pasted is kept"
    assert not User.objects.filter(name="Mara").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("email,nom\nx@example.com,X", "There is no column “nom”; the columns are email, name, zone."),
        ("email\nx@example.com", "The column name is missing."),
        ("email,name", "There is nothing but a header, or less."),
        ("email,name\n" + "x@example.com,X\n" * 2001, "At most 2000 lines at once."),
    ],
)
def test_what_is_wrong_with_all_of_it_stands_at_the_header(as_, cast, text, reason):
    assert dict(paste(as_(cast.cleo), "people", text).context["bad"]) == {1: reason}


def test_a_cell_takes_days_and_rules_side_by_side(as_, cast):
    cell = "tue 22:00 90; FREQ=MONTHLY;BYDAY=1TH,-1TH 21:00;rrule:freq=weekly;interval=2 9:30 30 2031-12-02;fri 10:00;"

    answer = paste(as_(cast.cleo), "trains", f'name,zone,timetable\nMain,UTC,"{cell}"')

    assert answer.status_code == 302, answer.context["bad"]
    assert timetable_of(Train.objects.get()) == [
        weekly(weekday=1, at=time(22), minutes=90),
        weekly(weekday=4, at=time(10), minutes=60),
        Recurring(rule="FREQ=MONTHLY;BYDAY=1TH,-1TH", at=time(21), minutes=60),
        Recurring(rule="FREQ=WEEKLY;INTERVAL=2", at=time(9, 30), minutes=30, first_on=date(2031, 12, 2)),
    ]


def test_a_rule_that_cannot_be_kept_is_told_at_its_line(as_, cast):
    answer = paste(as_(cast.cleo), "trains", 'name,zone,timetable\nMain,UTC,"FREQ=MONTHLY;BYDAY=9TU 22:00"')

    (reason,) = dict(answer.context["bad"]).values()
    assert "“BYDAY=9TU” cannot be read." in reason


@pytest.mark.parametrize(
    "said",
    ["tue", "xyz 22:00", "tue 24:00", "tue 22:00 0x", "tue 22:00 60 2031-12-01", "FREQ=DAILY 22:00 2031-13-01"],
)
def test_a_timetable_that_cannot_be_read_is_named(as_, cast, said):
    answer = paste(as_(cast.cleo), "trains", f"name,zone,timetable\nMain,UTC,{said}")

    assert dict(answer.context["bad"]) == {2: f"timetable: “{said}” is not a departure such as tue 22:00 60."}


def test_a_thing_is_added_from_the_list_and_edited_on_its_page(as_, cast):
    client = as_(cast.ines)
    said = {"name": "API", "kind": "server", "platform": "", "team": cast.pay.pk}

    client.post("/setup/services/", said)
    service = Service.objects.get()
    client.post(f"/setup/services/{service.pk}/", {**said, "name": "Web API"})

    assert [one.name for one in Service.objects.all()] == ["Web API"]
    assert "Web API" in client.get("/setup/services/").text


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(as_, cast):
    create_service(name="API", team=cast.pay)

    answer = as_(cast.ines).post("/setup/services/", {"name": "API", "kind": "server", "team": cast.pay.pk})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["API is there already."]}
    assert 'value="API"' in answer.text


def test_an_empty_list_says_what_would_be_here_and_the_first_step(as_, cast):
    assert "No service yet." in as_(cast.cleo).get("/setup/services/").text


def test_an_architect_sees_only_the_catalogue(as_, cast):
    pages = as_(cast.ines).get("/setup/").text

    assert "/setup/services/" in pages
    assert "/setup/people/" not in pages
