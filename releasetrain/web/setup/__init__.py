"""The set-up: people, roles, teams, services, tables, initiatives and trains."""

from releasetrain.web.setup import index, initiatives, members, people, roles, services, tables, teams, trains

FAMILIES = (index, people, roles, teams, members, services, tables, initiatives, trains)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
