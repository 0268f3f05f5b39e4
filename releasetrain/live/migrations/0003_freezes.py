"""Freezes, their suspensions and hours of low load tell that they changed (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
TABLES = ("freeze", "freeze_trains", "freeze_services", "freeze_teams", "suspension", "database", "lowload")
UNDO = "".join(f"DROP TRIGGER live ON trains_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("live", "0002_reviews"), ("trains", "0004_calendar")]
    operations = [migrations.RunSQL(TELLING, UNDO)]
