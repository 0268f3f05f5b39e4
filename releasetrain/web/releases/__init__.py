"""Releases: the list, the page of one, its forms and deeds."""

from releasetrain.web.releases import deeds, editing, listing, live, reading

urlpatterns = [*listing.urlpatterns, *editing.urlpatterns, *live.urlpatterns, *deeds.urlpatterns, *reading.urlpatterns]
