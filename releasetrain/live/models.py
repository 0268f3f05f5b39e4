"""How much has changed: what a page compares with what it shows."""

from django.db import models


class Change(models.Model):
    """A transaction that changed what pages show; ``weight``: of how many such transactions the row stands.

    Rows are only added, each by its own transaction, so nobody waits for anybody. Their sum grows by one with every
    commit, in whatever order transactions began; an id or a sequence would stand still when an older one commits late.
    """

    weight = models.BigIntegerField(db_default=1)
