"""The set-up: people, roles, teams, services, tables, initiatives and trains."""

from releasetrain.web.setup import (
    index,
    initiatives,
    members,
    people,
    policy,
    questionnaire,
    roles,
    services,
    tables,
    teams,
    trains,
)

FAMILIES = (index, people, roles, teams, members, services, tables, initiatives, trains, policy, questionnaire)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
