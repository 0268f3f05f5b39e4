"""Schema changes: the list, and a page of each."""

from releasetrain.web.changes import deeds, guided, listing, page

urlpatterns = [*guided.urlpatterns, *listing.urlpatterns, *page.urlpatterns, *deeds.urlpatterns]
