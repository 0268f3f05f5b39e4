"""What the database itself refuses about reviews (see the SQL beside this file)."""

from pathlib import Path

from django.db import migrations

GUARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = """
DROP TRIGGER wall_lock ON releases_revision;
DROP FUNCTION review_only_added, review_is_kept, verdict_is_fit, condition_is_ticked, verdict_edited CASCADE;
"""


def who_edited(apps, schema_editor):
    """Revisions of before: who wrote one edited it; what a file brought in, nobody did."""
    from releasetrain.domain.fingerprints import EVERY, classes_of

    Revision = apps.get_model("releases", "Revision")
    imported = {"number": 1, "release__imported_key__isnull": False}
    changed = []
    for one in Revision.objects.exclude(**imported).iterator():
        one.classes = sorted(EVERY if one.number == 1 else classes_of(one.changed))
        one.editors = [one.by_id] if one.by_id else []
        changed.append(one)
    Revision.objects.bulk_update(changed, ["classes", "editors"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("releases", "0002_reviewed"),
        ("teams", "0003_working_days"),
        ("trains", "0003_grace"),
    ]
    operations = [
        migrations.RunPython(who_edited, migrations.RunPython.noop),
        migrations.RunSQL(GUARDS, UNDO),
    ]
