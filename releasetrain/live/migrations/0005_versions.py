"""What is known of versions tells that it changed (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
TABLES = (
    "usage",
    "usage_services",
    "releaseclass",
    "versionclass",
    "versionreport",
    "reportedversion",
    "attestation",
    "verification",
)
UNDO = "".join(f"DROP TRIGGER live ON schema_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("live", "0004_forecast"), ("schema", "0004_versions")]
    operations = [migrations.RunSQL(TELLING, UNDO)]
