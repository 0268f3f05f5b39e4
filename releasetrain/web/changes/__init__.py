"""Schema changes: the list, and a page of each."""

from releasetrain.web.changes import backfill, listing, page

urlpatterns = [*listing.urlpatterns, *page.urlpatterns, *backfill.urlpatterns]
