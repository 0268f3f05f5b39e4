"""The database's own wall (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

WALL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = """
DROP FUNCTION wall_after, wall_lock, wall_emptied, booking_only_ends, outcome_is_added, history_is_kept,
    one_place_per_release CASCADE;
DROP FUNCTION wall_judge, standing_large_pairs, wall_waived, wall_shared, wall_claims;
DROP INDEX slots_by_time;
"""


class Migration(migrations.Migration):
    dependencies = [("trains", "0001_initial"), ("releases", "0001_initial")]
    operations = [migrations.RunSQL(WALL, UNDO)]
