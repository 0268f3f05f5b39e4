"""Schema changes: the list, and a page of each."""

from releasetrain.web.changes import deeds, guided, listing, page, saying

FAMILIES = (guided, listing, page, deeds, saying)
urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
