"""Plans that were asked for: what was asked, how far the search is, what it proposes, and what was applied."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.planner.values import Aim
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot, Train

PERSON = settings.AUTH_USER_MODEL


class PlanRun(models.Model):
    """One question to the planner.

    ``trains``: of which, none: of all. ``asked``: what else was said, as JSON (see ``planning.asked.Asked``): seconds,
    releases to leave out, what is only tried (capacities, freezes, dates), whom a repair is for. ``revision``: of the
    calendar that was read. ``progress``: the latest ``Progress``, as JSON. ``left_out``: releases that no plan can
    place, whatever else happens, as {release, reason, of}. ``contradiction``: why there is no plan, as {minimal,
    clashes: [{code, releases, slots, of, amounts}]}. ``baseline``: the calendar of today measured in the same way, by
    level, and "waiting": how many ride nowhere. ``failure``: why there is nothing, as a code: "nothing-to-plan" and
    "not-found-in-time" of a run without a plan; "lost" (workers died at it), "failed" or a refusal's of one that
    failed. ``tries``: how often a worker began it. ``message``: of the outbox.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        PLAN = "plan", _("three plans")
        REPAIR = "repair", _("a repair")
        TRIED = "tried", _("what if")

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("planning")
        DONE = "done", _("done")
        NONE = "none", _("there is no plan")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    trains = models.ManyToManyField(Train, related_name="+")
    asked = models.JSONField(default=dict)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    revision = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    thrown_away_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    baseline = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    contradiction = models.JSONField(null=True)
    failure = models.CharField(max_length=40, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.UUIDField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="whoever_cancels_a_plan_is_known",
                condition=models.Q(cancelled_at__isnull=True) | models.Q(cancelled_by__isnull=False),
            ),
        ]

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will happen."""
        return self.finished_at is not None


class Proposal(models.Model):
    """One plan of a run. ``levels``: a list of {level, value, bound, given: {level: value}} in the order of its aim."""

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="proposals")
    aim = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Aim])
    levels = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "aim"], name="one_proposal_per_aim")]


class Move(models.Model):
    """A release that the proposal places elsewhere than today.

    ``old`` null: it only asks. ``new`` null: the slot is gone. ``reason``: {code, rule, releases, amounts}
    (``domain.planner.reasons``). ``needs``: every release whose move this one rests on.
    ``applied_at``: since when it is done.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="moves")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    old = models.ForeignKey(Slot, null=True, on_delete=models.SET_NULL, related_name="+")
    new = models.ForeignKey(Slot, null=True, on_delete=models.SET_NULL, related_name="+")
    new_start_at = models.DateTimeField()
    days_late = models.IntegerField(default=0)
    days_late_before = models.IntegerField(null=True)
    reason = models.JSONField(default=dict)
    needs = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "release"], name="a_proposal_moves_a_release_once")]
