"""Plans: ask for one, watch it, read and compare what it proposes, apply it, throw it away."""

from releasetrain.api.plans.doors import urlpatterns

__all__ = ["urlpatterns"]
