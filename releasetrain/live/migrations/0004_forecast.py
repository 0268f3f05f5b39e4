"""Measurements, profiles and chosen plans tell that they changed (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
TABLES = ("measurement", "profile", "chosenplan")
UNDO = "".join(f"DROP TRIGGER live ON schema_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("live", "0003_freezes"), ("schema", "0003_facts")]
    operations = [migrations.RunSQL(TELLING, UNDO)]
