"""`manage.py review_sql`: findings of files as text or JSON; ends with 1 where something blocks."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import create_cast
from tests.scripts import EXPAND, FULL, HARMLESS, WARNED, carrying, stage_of


def review(*words) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("review_sql", *map(str, words), stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "0001_add.sql").write_text(EXPAND)
    (tmp_path / "0002_full.sql").write_text("\n" + FULL)
    (tmp_path / "notes.txt").write_text("no SQL")
    return tmp_path


def test_what_blocks_is_told_with_its_place_and_ends_with_1(folder):
    code, said = review(folder / "0002_full.sql")

    assert code == 1
    assert said.startswith(f"{folder}/0002_full.sql:2:1: blocks [rewrites-under-lock] ")


def test_a_folder_is_every_script_in_it_by_name_and_nothing_blocks_ends_with_0(folder):
    code, said = review("--json", folder)
    told = json.loads(said)

    assert code == 1
    assert [one["file"].rpartition("/")[2] for one in told] == ["0001_add.sql", "0002_full.sql"]
    assert review(folder / "0001_add.sql") == (0, "")


def test_files_in_order_know_what_ran_before(tmp_path):
    (tmp_path / "1.sql").write_text("CREATE TABLE fresh (id bigint);")
    (tmp_path / "2.sql").write_text("CREATE INDEX one ON fresh (id);")

    assert review(tmp_path / "1.sql", "--history", tmp_path / "2.sql")[0] == 0
    assert review("--in-order", "--stage", "expand", tmp_path)[0] in (0, 1)


def test_bytes_that_are_no_text_are_blocked(tmp_path):
    (tmp_path / "latin.sql").write_bytes(b"SELECT '\xe9'")

    code, said = review(tmp_path / "latin.sql")

    assert code == 1
    assert "unreadable" in said


def test_what_is_not_there_is_said(tmp_path, db):
    with pytest.raises(CommandError, match="cannot be read"):
        review(tmp_path / "none.sql")
    with pytest.raises(CommandError, match="does not exist"):
        review("--change", 7, tmp_path)


def test_of_a_change_it_is_judged_with_what_is_known(db, tmp_path):
    cast = create_cast()
    change = stage_of(carrying(HARMLESS, by=cast.ada, team=cast.pay)).change_id
    (tmp_path / "fill.sql").write_text(WARNED)

    code, said = review("--change", change, "--stage", "backfill", tmp_path / "fill.sql")

    assert code == 0
    assert "warns [index-before-data]" in said
