"""Which door answers which path."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("releasetrain.api.urls")),
    path("", include("releasetrain.web.urls")),
]
