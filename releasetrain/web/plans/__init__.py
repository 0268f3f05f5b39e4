"""Plans: the list, the question, the run with its plans against today, two side by side."""

from releasetrain.web.plans import comparing, deeds, views

urlpatterns = [*views.urlpatterns, *comparing.urlpatterns, *deeds.urlpatterns]
