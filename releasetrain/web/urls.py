"""The pages, grouped as people know them: one module per family, each with its own ``urlpatterns``."""

from releasetrain.web import (
    calendar,
    changes,
    conflict,
    dead_letters,
    home,
    imports,
    me,
    metrics,
    notices,
    plans,
    releases,
    session,
    setup,
    slots,
    slots_opening,
    standing,
    status,
    tokens,
    waivers,
)
from releasetrain.web.board import holding, queue
from releasetrain.web.board import views as board
from releasetrain.web.reviews import inbox, results, saying
from releasetrain.web.sql import accepting
from releasetrain.web.sql import rules as sql_rules

FAMILIES = (
    home,
    board,
    queue,
    holding,
    calendar,
    slots,
    slots_opening,
    changes,
    releases,
    accepting,
    sql_rules,
    inbox,
    saying,
    results,
    waivers,
    standing,
    conflict,
    plans,
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
