"""Schema changes: the list, and a page of each."""

from releasetrain.web.changes import listing, page, saying

urlpatterns = [*listing.urlpatterns, *page.urlpatterns, *saying.urlpatterns]
