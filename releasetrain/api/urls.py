"""The addresses of the JSON door, grouped like the pages: one module per family, each with its own ``urlpatterns``."""

from releasetrain.api import description, nowhere, releases, setup

FAMILIES = (description, releases, setup)

app_name = "api"
urlpatterns = [pattern for family in (*FAMILIES, nowhere) for pattern in family.urlpatterns]
