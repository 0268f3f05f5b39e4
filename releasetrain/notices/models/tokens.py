"""Tokens: how scripts and pipelines come in."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import scopes
from releasetrain.teams.models import Team, User


class Token(models.Model):
    """A secret that lets somebody in through the API. Only its digest is kept; the secret is shown once.

    ``user``: whom it acts as, a person or (with ``team``) the team's service made for this token.
    """

    class Scope(models.TextChoices):
        """What it is good for."""

        GATE = scopes.Scope.GATE.value, _("ask whether a release may ship")
        READ = scopes.Scope.READ.value, _("read what its owner sees")
        RELEASES = scopes.Scope.RELEASES.value, _("write, edit, submit and withdraw releases")
        CALENDAR = scopes.Scope.CALENDAR.value, _("book, move, swap, ask and leave")
        DEPART = scopes.Scope.DEPART.value, _("report departures")
        WAIVE = scopes.Scope.WAIVE.value, _("waive conflicts")
        IMPORT = scopes.Scope.IMPORT.value, _("import releases")
        SETUP = scopes.Scope.SETUP.value, _("change the set-up")
        REVIEW = scopes.Scope.REVIEW.value, _("give verdicts")
        RESULTS = scopes.Scope.RESULTS.value, _("record what was tried with which client")
        OPERATE = scopes.Scope.OPERATE.value, _("look after the work in the background")
        ACCOUNT = scopes.Scope.ACCOUNT.value, _("change the own account and its tokens")
        FEED = scopes.Scope.FEED.value, _("follow the calendar in a calendar program")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope))
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="a_token_is_good_for_something", condition=~models.Q(scopes=[])),
            models.CheckConstraint(name="a_token_ends", condition=models.Q(expires_at__gt=models.F("made_at"))),
        ]

    @property
    def in_words(self) -> list[str]:
        """Return what it is good for."""
        return [str(self.Scope(scope).label) for scope in self.scopes]

    @property
    def is_feed(self) -> bool:
        """Whether it is good for the calendar's feed and nothing else: only such a one may stand in an address."""
        return self.scopes == [self.Scope.FEED]
