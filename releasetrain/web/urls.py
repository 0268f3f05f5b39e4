"""The pages, grouped as people know them: one module per family, each with its own ``urlpatterns``."""

from releasetrain.web import (
    changes,
    dead_letters,
    home,
    imports,
    me,
    metrics,
    notices,
    releases,
    session,
    setup,
    slots,
    status,
    tokens,
    waivers,
)
from releasetrain.web.board import holding
from releasetrain.web.board import views as board
from releasetrain.web.reviews import inbox, results, saying

FAMILIES = (
    home,
    board,
    holding,
    slots,
    changes,
    releases,
    inbox,
    saying,
    results,
    waivers,
    imports,
    session,
    me,
    tokens,
    notices,
    setup,
    status,
    dead_letters,
    metrics,
)

app_name = "web"
urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
