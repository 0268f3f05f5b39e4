"""The set-up: people, roles, teams, services, tables and trains."""

from releasetrain.web.setup import index

FAMILIES = (index,)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
