"""Reviews tell that they changed (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = "DROP FUNCTION live_gate, live_condition, live_grace CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial"), ("reviews", "0002_guards")]
    operations = [migrations.RunSQL(TELLING, UNDO)]
