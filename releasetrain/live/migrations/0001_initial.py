"""How much has changed, and who tells it (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations, models

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = """
DROP FUNCTION live_tell, live_tell_release, live_around, live_booking, live_request, live_outcome, live_waiver, live_slot,
    live_train, live_of_train, live_release, live_of_release, live_dependency, live_entry, live_setup, live_emptied CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audit", "0001_initial"),
        ("teams", "0002_service_of"),
        ("releases", "0001_initial"),
        ("schema", "0001_initial"),
        ("trains", "0002_wall"),
    ]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weight", models.BigIntegerField(db_default=1)),
            ],
        ),
        migrations.RunSQL(TELLING, UNDO),
    ]
