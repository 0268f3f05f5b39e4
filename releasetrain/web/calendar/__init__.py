"""The calendar: month, week, quarter, what people paste into mail, and the feed that calendar programs follow."""

from releasetrain.web.calendar import feeds, views

urlpatterns = [*views.urlpatterns, *feeds.urlpatterns]
