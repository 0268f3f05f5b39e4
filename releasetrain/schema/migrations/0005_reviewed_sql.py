"""What is known around SQL, what the review found in it, and what an architect accepted (see the SQL beside this)."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GUARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
UNDO = "DROP TRIGGER only_taken_back ON schema_acceptance; DROP FUNCTION acceptance_is_taken_back();"


class Migration(migrations.Migration):

    dependencies = [
        ('releases', '0002_reviewed'),
        ('schema', '0004_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='schemachange',
            name='has_sync_trigger',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='schemachange',
            name='key_field',
            field=models.CharField(db_default='id', default='id', max_length=120),
        ),
        migrations.AddField(
            model_name='schemachange',
            name='wrapped',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='schemastage',
            name='findings',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='schemastage',
            name='found_lock',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='schemastage',
            name='judged',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.CreateModel(
            name='KnownSchema',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sql', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('table', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='known_schema', to='releases.datatable')),
            ],
        ),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('expand', 'expand'), ('backfill', 'backfill'), ('relax', 'relax'), ('drop', 'drop')], max_length=8)),
                ('rule', models.CharField(max_length=60)),
                ('mark', models.CharField(max_length=128)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='schema.schemachange')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='releases.release')),
                ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('change', 'stage', 'rule', 'mark'), name='a_warning_is_accepted_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='whoever_accepts_a_warning_says_why'), models.CheckConstraint(condition=models.Q(('stage__in', ['expand', 'backfill', 'relax', 'drop'])), name='what_is_accepted_belongs_to_a_stage')],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
