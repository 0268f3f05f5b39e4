"""The addresses of the JSON door, grouped like the pages: one module per family, each with its own ``urlpatterns``."""

from releasetrain.api import (
    booking,
    calendar,
    dead_letters,
    description,
    freezes,
    gate,
    imports,
    low_load,
    me,
    notices,
    nowhere,
    releases,
    reviews,
    setup,
    slots,
    standing,
    status,
    tokens,
    trains,
    trains_setup,
    waivers,
)

FAMILIES = (
    description,
    gate,
    releases,
    reviews,
    booking,
    calendar,
    waivers,
    standing,
    freezes,
    low_load,
    trains_setup,
    trains,
    slots,
    setup,
    me,
    notices,
    tokens,
    imports,
    status,
    dead_letters,
)

app_name = "api"
urlpatterns = [pattern for family in (*FAMILIES, nowhere) for pattern in family.urlpatterns]
