"""The addresses of the JSON door, grouped like the pages: one module per family, each with its own ``urlpatterns``."""

from releasetrain.api import (
    booking,
    compared,
    dead_letters,
    description,
    gate,
    imports,
    me,
    notices,
    nowhere,
    releases,
    reviews,
    setup,
    slots,
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
    waivers,
    compared,
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
