"""Questions about reviews."""

from releasetrain.reviews.queries.cases import Case, cases, content_of
from releasetrain.reviews.queries.versions import policy_in_force, rules_of, scale_in_force, scale_of

__all__ = ["Case", "cases", "content_of", "policy_in_force", "rules_of", "scale_in_force", "scale_of"]
