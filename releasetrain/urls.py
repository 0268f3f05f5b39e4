"""Which door answers which path."""

from django.urls import include, path

urlpatterns = [path("", include("releasetrain.web.urls"))]
