"""Data tables: what releases may alter, and how big it is."""

from rest_framework import serializers

from releasetrain.api.setup.noun import Lines, Noun, addresses, seen_of
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.boarding.actions import measuring
from releasetrain.domain.permissions import Permission
from releasetrain.releases import actions, queries

FACTS = ("name", "database", "rows", "row_bytes", "indexes", "random_indexes", "free_disk_bytes")


class TableAnswer(Answer):
    """A data table."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    database = serializers.CharField()
    rows = serializers.IntegerField()
    row_bytes = serializers.IntegerField()
    indexes = serializers.IntegerField()
    random_indexes = serializers.IntegerField(help_text="Those on a hash or a random key.")
    free_disk_bytes = serializers.IntegerField(allow_null=True, help_text="null: not known.")


class TableSaid(Said):
    """A table; as a line, database and name that are known are edited."""

    name = Text(max_length=120)
    database = Text(max_length=80)
    rows = Number(min_value=0, default=0)
    row_bytes = Number(min_value=0, default=0)
    indexes = Number(min_value=0, default=0)
    random_indexes = Number(min_value=0, default=0)
    free_disk_bytes = Number(min_value=0, allow_null=True, default=None)


class TableChangeSaid(TableSaid):
    """A change."""

    seen = seen_of(TableSaid)


class TableLines(Lines):
    """Lines of tables."""

    child = TableSaid()


TABLES = Noun(
    name="tables",
    one="a table",
    opens=Permission.SEE,  # whoever writes a release names them
    answer=TableAnswer,
    new=TableSaid,
    change=TableChangeSaid,
    lines=TableLines,
    rows=lambda person: queries.tables(),
    row=lambda person, id: queries.table(id),
    told=lambda table: table,
    add=actions.add_table,
    edit=lambda id, **said: measuring.edit_table(table=id, **said),
    put=measuring.put_tables,
    now=lambda table: {name: getattr(table, name) for name in FACTS},
)

urlpatterns = addresses(TABLES)
