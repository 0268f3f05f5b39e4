"""Releases: the list, one of them, what is done to it."""

from releasetrain.api.releases import deeds, listing, one

urlpatterns = [*listing.urlpatterns, *one.urlpatterns, *deeds.urlpatterns]
