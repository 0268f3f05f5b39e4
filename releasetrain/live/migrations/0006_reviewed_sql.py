"""Acceptances and how tables look tell that they changed (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = (
    "DROP TRIGGER live ON schema_acceptance; DROP TRIGGER live ON schema_knownschema; DROP FUNCTION live_acceptance();"
)


class Migration(migrations.Migration):
    dependencies = [("live", "0005_versions"), ("schema", "0005_reviewed_sql")]
    operations = [migrations.RunSQL(TELLING, UNDO)]
