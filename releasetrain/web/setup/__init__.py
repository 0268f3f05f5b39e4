"""The set-up: people, roles, teams, services, tables, initiatives, trains and freezes."""

from releasetrain.web.setup import (
    freezes,
    index,
    initiatives,
    low_load,
    members,
    people,
    policy,
    questionnaire,
    roles,
    services,
    table_facts,
    tables,
    teams,
    trains,
)

FAMILIES = (
    index,
    people,
    roles,
    teams,
    members,
    services,
    tables,
    table_facts,
    initiatives,
    trains,
    freezes,
    low_load,
    policy,
    questionnaire,
)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
