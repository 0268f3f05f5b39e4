"""The OpenAPI description, and a page to read and try it."""

from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class Schema(SpectacularJSONAPIView):
    """The description itself: it says nothing about anybody."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files; its script is an address of its own, as the security policy wants."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    url_name = "api:schema"
    template_name = "api/docs.html"


urlpatterns = [
    path("schema", Schema.as_view(), name="schema"),
    path("docs", Docs.as_view(), name="docs"),
]
