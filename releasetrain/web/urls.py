"""The pages, grouped as people know them: one module per family, each with its own ``urlpatterns``."""

from releasetrain.web import (
    home,
    session,
    setup,
)

FAMILIES = (
    home,
    session,
    setup,
)

app_name = "web"
urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
