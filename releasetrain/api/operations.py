"""How an operation is named and grouped in the description."""

from drf_spectacular.openapi import AutoSchema


class Description(AutoSchema):
    """Groups operations by the family that their view names, and calls them by method and address."""

    def get_tags(self) -> list[str]:
        """Return the family."""
        return [getattr(self.view, "family", "") or "about"]

    def get_operation_id(self) -> str:
        """Return a name that stays when a view's class is renamed: post_releases_one_submit."""
        words = self.path.removeprefix("/api/v1/").split("/")
        named = ["one" if word.startswith("{") else word for word in words]
        return f"{self.method.lower()}_{'_'.join(named)}".replace("-", "_")
