"""Reviews: gates and what is said on them, results of trying clients, policy and questionnaire, what waits on whom."""

from releasetrain.api.reviews import gates, policy, results, saying, waiting

urlpatterns = [
    *gates.urlpatterns,
    *saying.urlpatterns,
    *results.urlpatterns,
    *policy.urlpatterns,
    *waiting.urlpatterns,
]
