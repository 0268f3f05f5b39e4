"""Data tables through the JSON door."""

from tests.factories import create_table

ORDERS = {"name": "orders", "database": "shop", "rows": 5, "indexes": 2, "random_indexes": 1}


def test_a_table_is_added_and_changed(by, cast):
    added = by(cast.ines).post("/tables", **ORDERS)
    changed = by(cast.ines).patch(f"/tables/{added.data['id']}", rows=9, free_disk_bytes=10**12, seen={"rows": 5})

    assert added.status_code == 201, added.data
    assert (changed.data["rows"], changed.data["free_disk_bytes"]) == (9, 10**12)
    assert (changed.data["indexes"], changed.data["random_indexes"]) == (2, 1)


def test_what_was_saved_since_is_not_undone(by, cast):
    table = create_table()

    answer = by(cast.ines).patch(f"/tables/{table.pk}", rows=table.rows + 2, seen={"rows": table.rows + 1})

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")


def test_a_number_nobody_can_keep_is_refused(by, cast):
    answer = by(cast.ines).post("/tables", **{**ORDERS, "rows": 10**30})

    assert (answer.status_code, answer.data["code"], answer.data["details"]["field"]) == (422, "out-of-range", "rows")


def test_many_at_once_with_each_bad_one_named(by, cast):
    bad = {**ORDERS, "name": "bad", "random_indexes": 9}

    answer = by(cast.ines).ask("POST", "/tables/lines", [ORDERS, bad])

    assert [(one["line"], one["code"]) for one in answer.data["details"]["lines"]] == [(1, "more-random-than-indexes")]
    assert by(cast.ines).get("/tables").data["results"] == []


def test_only_who_sets_up_the_catalogue_writes(by, cast):
    assert by(cast.ada).post("/tables", **ORDERS).status_code == 403
