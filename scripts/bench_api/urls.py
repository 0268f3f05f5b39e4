"""The product's addresses and the bare ones."""

from django.urls import include, path

from scripts.bench_api import bare

urlpatterns = [
    path("bare/releases", bare.releases),
    path("bare/releases/<int:number>", bare.release),
    path("bare/releases/<int:number>/book", bare.book),
    path("", include("releasetrain.urls")),
]
