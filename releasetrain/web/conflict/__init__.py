"""One conflict with both its sides, the waivers that were given, and the rules in words."""

from releasetrain.web.conflict import rules, views, waived

urlpatterns = [*views.urlpatterns, *waived.urlpatterns, *rules.urlpatterns]
