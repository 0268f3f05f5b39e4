"""Releases: the list, one of them, what is done to it and was."""

from releasetrain.api.releases import deeds, history, listing, one

urlpatterns = [*listing.urlpatterns, *one.urlpatterns, *deeds.urlpatterns, *history.urlpatterns]
