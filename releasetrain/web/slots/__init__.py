"""One departure: its page, what a release manager decides about it, and what really happened."""

from releasetrain.web.slots import deeds, views

urlpatterns = [*views.urlpatterns, *deeds.urlpatterns]
