"""Schema changes: the list, and a page of each."""

from releasetrain.web.changes import deeds, listing, page

urlpatterns = [*listing.urlpatterns, *page.urlpatterns, *deeds.urlpatterns]
