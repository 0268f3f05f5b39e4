"""The import in a terminal: numbers, every row worth naming, and a bar while it runs."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from releasetrain.demo.management.commands.import_releases import Command
from releasetrain.releases.models import Release, Revision
from tests.factories import create_cast, create_train, create_user
from tests.riding import slot_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    made = create_cast()
    slot_on(create_train(slug="main", default_of=[made.pay, made.inv]), day=0)
    return made


@pytest.fixture
def file(tmp_path):
    """Write lines into a file and return its path."""

    def write(*lines):
        path = tmp_path / "plan.csv"
        path.write_text("\n".join(lines))
        return str(path)

    return write


def test_it_says_what_came_of_the_file(cast, file, capsys):
    call_command("import_releases", file("key,title,team", "A-1,Fees,PAY"))

    assert "Train main: new 1, boarded 1\n" in capsys.readouterr().out
    assert Revision.objects.get().by == cast.cleo  # the first release manager there is


def test_a_row_that_does_not_ride_is_named_with_the_rule(cast, file, capsys):
    rows = (f"A-{number},Fees {number},PAY,2031-11-25 22:00" for number in (1, 2, 3))

    call_command("import_releases", file("key,title,team,slot", *rows))

    assert "  4: Fees 3: more of its team than it watches over" in capsys.readouterr().out


def test_bad_rows_end_it_with_number_and_reason(cast, file):
    with pytest.raises(CommandError, match=r"2: There is no team XYZ\."):
        call_command("import_releases", file("key,title,team", "A-1,Fees,XYZ"))

    assert not Release.objects.exists()


def test_a_dry_run_keeps_nothing_and_says_so(cast, file, capsys):
    call_command("import_releases", file("key,title,team", "A-1,Fees,PAY"), "--dry-run")

    assert "nothing was kept" in capsys.readouterr().out
    assert not Release.objects.exists()


def test_whoever_is_named_imports_if_they_may(cast, file):
    with pytest.raises(CommandError, match="You may not do that"):
        call_command("import_releases", file("key,title,team", "A-1,Fees,PAY"), "--by", cast.ada.email)


def test_without_a_release_manager_it_says_whom_it_needs(file):
    create_user(name="Somebody")

    with pytest.raises(CommandError, match="name a release manager"):
        call_command("import_releases", file("key,title,team", "A-1,Fees,PAY"))


def test_a_file_that_cannot_be_read_is_said_in_one_line(cast):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_releases", "/nowhere/plan.csv")


@pytest.mark.parametrize(("done", "bar"), [(0, "[....]"), (2, "[##..]"), (4, "[####]")])
def test_the_bar_is_as_full_as_the_import_is_far(done, bar, capsys, monkeypatch):
    monkeypatch.setattr("releasetrain.demo.management.commands.import_releases.WIDTH", 4)

    Command().bar(done, 4)

    assert f"{bar} {done}/4" in capsys.readouterr().err
