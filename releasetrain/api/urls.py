"""The addresses of the JSON door, grouped like the pages: one module per family, each with its own ``urlpatterns``."""

from releasetrain.api import description, me, notices, nowhere, releases, setup, tokens

FAMILIES = (description, releases, setup, me, notices, tokens)

app_name = "api"
urlpatterns = [pattern for family in (*FAMILIES, nowhere) for pattern in family.urlpatterns]
