"""The pages, grouped as people know them."""

from django.urls import URLPattern

app_name = "web"
urlpatterns: list[URLPattern] = []
