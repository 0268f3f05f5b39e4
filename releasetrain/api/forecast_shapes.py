"""What goes in and out of the forecast of a backfill."""

from rest_framework import serializers

from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.boarding.actions import measuring
from releasetrain.domain.forecast.measured import LONGEST, MOST_BYTES, MOST_INDEXES, MOST_ROWS
from releasetrain.schema.models import ChosenPlan


class IndexAnswer(Answer):
    """An index."""

    name = serializers.CharField()
    bytes = serializers.IntegerField()
    ordered = serializers.BooleanField(help_text="About in the order of the rows.")
    columns = serializers.ListField(child=serializers.CharField())


class FactsAnswer(Answer):
    """What is known of a table. Without a measurement: the sizes of the set-up, and null."""

    table = serializers.IntegerField()
    rows = serializers.IntegerField()
    free_disk_bytes = serializers.IntegerField(allow_null=True)
    heap_bytes = serializers.IntegerField(allow_null=True)
    indexes = IndexAnswer(many=True)
    fillfactor = serializers.IntegerField(allow_null=True)
    checkpoint_s = serializers.IntegerField(allow_null=True)
    max_wal_bytes = serializers.IntegerField(allow_null=True)
    full_page_writes = serializers.BooleanField(allow_null=True)
    wal_compression = serializers.BooleanField(allow_null=True)
    wal_bytes_s = serializers.IntegerField(allow_null=True, help_text="How much log it may write; null: any.")
    target_indexed = serializers.BooleanField(allow_null=True)
    old_snapshot = serializers.BooleanField(allow_null=True)
    server = serializers.CharField()
    measured_at = serializers.DateTimeField(allow_null=True)
    query = serializers.CharField(help_text="For psql -XAt: its answer is what pasted takes.")


class IndexSaid(Said):
    """An index."""

    name = Text(max_length=130, allow_blank=True, default="")
    bytes = Number(min_value=0, max_value=MOST_BYTES)
    ordered = serializers.BooleanField()
    columns = serializers.ListField(child=Text(max_length=130), max_length=32, default=list)


class MeasuredSeen(Said):
    """When it had been measured as it was read. What was measured since is not undone: 409."""

    measured_at = serializers.DateTimeField(allow_null=True)


class FactsSaid(Said):
    """What the query answered as ``pasted``, or rows, heap_bytes and the rest one by one."""

    pasted = Text(max_length=LONGEST, required=False)
    rows = Number(min_value=1, max_value=MOST_ROWS, required=False)
    heap_bytes = Number(min_value=1, max_value=MOST_BYTES, required=False)
    indexes = IndexSaid(many=True, required=False, max_length=MOST_INDEXES)
    fillfactor = Number(min_value=10, max_value=100, default=100)
    checkpoint_s = Number(min_value=30, max_value=86_400, default=300)
    max_wal_bytes = Number(min_value=2**21, max_value=MOST_BYTES, allow_null=True, default=None)
    full_page_writes = serializers.BooleanField(default=True)
    wal_compression = serializers.BooleanField(default=False)
    target_indexed = serializers.BooleanField(default=False)
    old_snapshot = serializers.BooleanField(default=False)
    wal_bytes_s = Number(min_value=10_000, max_value=10**12, allow_null=True, default=None)
    free_disk_bytes = Number(min_value=0, max_value=MOST_BYTES, allow_null=True, default=None)
    server = Text(max_length=measuring.LONGEST, allow_blank=True, default="")
    seen = MeasuredSeen(required=False)


class PlanAnswer(Answer):
    """How a backfill runs."""

    kind = serializers.ChoiceField(choices=ChosenPlan.Kind.choices)
    batch_rows = serializers.IntegerField()
    passes = serializers.IntegerField()
    vacuum_every = serializers.IntegerField(help_text="Rows between two VACUUMs; 0: none.")
    fillfactor = serializers.IntegerField(help_text="What it is repacked to first; 0: not.")
    pause_ms = serializers.IntegerField()
    at_any_hour = serializers.BooleanField(help_text="It does not wait for the hours of low load.")


class PlanSaid(Said):
    """A plan; what is not said is as usual for its kind, what its kind does not mean is left out."""

    kind = serializers.ChoiceField(choices=ChosenPlan.Kind.choices)
    batch_rows = Number(min_value=1, max_value=2**31 - 1, required=False)
    passes = Number(min_value=1, max_value=1000, required=False)
    vacuum_every = Number(min_value=0, max_value=MOST_ROWS, required=False)
    fillfactor = Number(min_value=0, max_value=100, required=False)
    pause_ms = Number(min_value=0, max_value=2**31 - 1, required=False)
    at_any_hour = serializers.BooleanField(default=False)


class ForecastAsked(serializers.Serializer):
    """A plan to try; nothing is written."""

    kind = serializers.ChoiceField(choices=ChosenPlan.Kind.choices, required=False)
    batch_rows = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    passes = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    vacuum_every = serializers.IntegerField(min_value=0, max_value=MOST_ROWS, required=False)
    fillfactor = serializers.IntegerField(min_value=0, max_value=100, required=False)
    pause_ms = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    at_any_hour = serializers.BooleanField(required=False, default=False)


class WhyAnswer(Answer):
    """A reason: a code and its amounts."""

    code = serializers.CharField()
    amounts = serializers.DictField(child=serializers.FloatField())


class ForecastOfPlanAnswer(Answer):
    """What a plan would take. Growth and peak are beside what is used now."""

    plan = PlanAnswer()
    is_chosen = serializers.BooleanField()
    is_best = serializers.BooleanField()
    rows_s_low = serializers.FloatField()
    rows_s_high = serializers.FloatField()
    seconds_low = serializers.FloatField()
    seconds_high = serializers.FloatField()
    nights_low = serializers.IntegerField(help_text="Windows of low load; 1 where it goes through.")
    nights_high = serializers.IntegerField()
    done_at = serializers.DateTimeField(
        allow_null=True, help_text="At the latest; null: its begin is not known, or not within two years."
    )
    hot_share = serializers.FloatField()
    wal_bytes = serializers.IntegerField()
    heap_growth_bytes = serializers.IntegerField()
    index_growth_bytes = serializers.IntegerField()
    peak_bytes = serializers.IntegerField()
    fits = serializers.BooleanField()
    is_late = serializers.BooleanField(allow_null=True, help_text="null: begin or departure is not known.")
    reasons = WhyAnswer(many=True)


class ForecastAnswer(Answer):
    """The plans side by side; none where nobody said how big the table is."""

    table = serializers.IntegerField()
    is_measured = serializers.BooleanField()
    free_disk_bytes = serializers.IntegerField(allow_null=True)
    begins_at = serializers.DateTimeField(allow_null=True)
    departs_at = serializers.DateTimeField(allow_null=True)
    plans = ForecastOfPlanAnswer(many=True)


class ProfileAnswer(Answer):
    """What a database costs: all coefficients, and which of them are its own."""

    database = serializers.CharField()
    coefficients = serializers.DictField(child=serializers.FloatField())
    own = serializers.ListField(child=serializers.CharField())
    runs = serializers.IntegerField(help_text="How many finished runs they come from.")


class CoefficientsField(serializers.DictField):
    """Coefficients by name."""

    child = serializers.FloatField()


class ProfileSeen(Said):
    """The coefficients of its own as they were read. What was saved since is not undone: 409."""

    coefficients = CoefficientsField()


class ProfileSaid(Said):
    """Coefficients of a database; one that is not said is as it was measured elsewhere."""

    database = Text(max_length=80)
    coefficients = CoefficientsField()
    runs = Number(min_value=0, max_value=measuring.MOST_RUNS, default=0)
    seen = ProfileSeen(required=False)
