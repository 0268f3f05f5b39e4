"""Plans tell that they got on, ended, were applied or thrown away (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

TELLING = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = (
    "DROP TRIGGER live ON planning_planrun; DROP TRIGGER live ON planning_proposal; "
    "DROP TRIGGER live ON planning_move; DROP FUNCTION live_plan(); DROP FUNCTION live_proposal(); "
    "DROP FUNCTION live_move();"
)


class Migration(migrations.Migration):
    dependencies = [("live", "0006_reviewed_sql"), ("planning", "0001_plans")]
    operations = [migrations.RunSQL(TELLING, UNDO)]
