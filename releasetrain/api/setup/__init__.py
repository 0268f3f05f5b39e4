"""The set-up: people, roles, teams, services, tables, initiatives."""

from releasetrain.api.setup import initiatives, people, roles, services, tables, teams

FAMILIES = (people, roles, teams, services, tables, initiatives)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
