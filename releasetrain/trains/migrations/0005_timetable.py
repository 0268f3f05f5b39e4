"""Timetables by rules of iCalendar, and departures that were opened by hand."""

from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLAIN = {f"FREQ=WEEKLY;BYDAY={name}": number for number, name in enumerate(WEEKDAYS)}
EVER = date(2000, 1, 1)


def to_rules(apps, schema_editor):
    """Let every weekly departure be a rule, since ever as it was."""
    entries = apps.get_model("trains", "TimetableEntry").objects
    for rule, weekday in PLAIN.items():
        entries.filter(weekday=weekday).update(rule=rule, first_on=EVER)


def to_weekdays(apps, schema_editor):
    """Let every rule that is a plain week be a weekday again; what a week cannot say goes, its slots stay."""
    entries = apps.get_model("trains", "TimetableEntry").objects
    entries.exclude(rule__in=PLAIN).delete()
    there = set()
    for entry in entries.order_by("first_on", "pk"):
        entry.weekday = PLAIN[entry.rule]
        key = (entry.train_id, entry.weekday, entry.at)
        entry.delete() if key in there else entry.save()
        there.add(key)


class Migration(migrations.Migration):
    dependencies = [
        ("trains", "0004_calendar"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("timetableentry", "rule", models.CharField(max_length=200, default="")),
        migrations.AddField("timetableentry", "first_on", models.DateField(default=EVER)),
        migrations.RemoveConstraint("timetableentry", "a_train_departs_once_at_a_time"),
        migrations.RemoveConstraint("timetableentry", "weekday_is_monday_to_sunday"),
        migrations.AlterField("timetableentry", "weekday", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(to_rules, to_weekdays),
        migrations.RemoveField("timetableentry", "weekday"),
        migrations.AlterField("timetableentry", "rule", models.CharField(max_length=200)),
        migrations.AlterModelOptions("timetableentry", {"ordering": ["pk"]}),
        migrations.AddConstraint(
            "timetableentry",
            models.UniqueConstraint(
                fields=["train", "rule", "first_on", "at"], name="a_train_departs_once_at_a_time_by_a_rule"
            ),
        ),
        migrations.AddConstraint(
            "timetableentry",
            models.CheckConstraint(name="a_rule_says_how_often", condition=models.Q(rule__contains="FREQ=")),
        ),
        migrations.AddField("slot", "own_capacity", models.BooleanField(default=False)),
        migrations.AddField("slot", "is_extra", models.BooleanField(default=False)),
        migrations.AddField(
            "slot",
            "opened_by",
            models.ForeignKey(
                to=settings.AUTH_USER_MODEL,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
            ),
        ),
        migrations.AddField("slot", "opened_because", models.TextField(blank=True, default="")),
        migrations.AddConstraint(
            "slot",
            models.CheckConstraint(
                name="opened_by_hand_says_by_whom",
                condition=models.Q(is_extra=False) | models.Q(opened_by__isnull=False),
            ),
        ),
    ]
