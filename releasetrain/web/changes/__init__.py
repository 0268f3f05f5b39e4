"""Schema changes: the list, and a page of each."""

from releasetrain.web.changes import backfill, deeds, guided, listing, page, saying

FAMILIES = (guided, listing, page, deeds, saying, backfill)
urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
