"""Which door answers which path, and who answers where something is wrong."""

from django.urls import include, path
from django.views import defaults

from releasetrain.api.nowhere import for_scripts

urlpatterns = [
    path("api/v1/", include("releasetrain.api.urls")),
    path("", include("releasetrain.web.urls")),
]
handler400 = for_scripts(defaults.bad_request, 400)
handler403 = for_scripts(defaults.permission_denied, 403)
handler404 = for_scripts(defaults.page_not_found, 404)
handler500 = for_scripts(defaults.server_error, 500)
