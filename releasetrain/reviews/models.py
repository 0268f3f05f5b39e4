"""Policy, scale, verdicts and what else was said on a review; and where every gate stands, to be read at once."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import turns, verdicts
from releasetrain.releases.models import Release, Service

PERSON = settings.AUTH_USER_MODEL


class Policy(models.Model):
    """A version of the policy: its number is the key, the highest is in force. Never changed (R2)."""

    rules = models.JSONField()
    note = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]


class Questionnaire(models.Model):
    """A version of questions and weights: its number is the key, the highest is in force. Never changed (R3)."""

    scale = models.JSONField()
    note = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]


class Review(models.Model):
    """What a release is reviewed under. ``policy``, ``record`` and the answers are fixed when it is submitted.

    ``questionnaire``: the version the answers were given under. ``risk``: as judged after the last edit.
    """

    release = models.OneToOneField(Release, on_delete=models.CASCADE, related_name="review")
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    record = models.JSONField(null=True)
    risk = models.JSONField(null=True)
    rule = models.CharField(max_length=120, blank=True)


class Gate(models.Model):
    """Where a gate of a submitted release stands. Written anew with everything that can change it; rebuildable.

    ``barred``: who edited what it rests on (R7); ``counted``: whose verdict counts here; ``spans``: when its reviewers
    had the present turn, [start, end or null].
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = verdicts.State.WAITING.value, _("waiting")
        STALE = verdicts.State.STALE.value, _("stale, asked again")
        NEEDS_WORK = verdicts.State.NEEDS_WORK.value, _("needs work")
        REJECTED = verdicts.State.REJECTED.value, _("rejected")
        CONDITIONS = verdicts.State.CONDITIONS.value, _("approved with conditions")
        APPROVED = verdicts.State.APPROVED.value, _("approved")

    class Turn(models.TextChoices):
        """On whom it waits."""

        REVIEWER = turns.Turn.REVIEWER.value, _("the reviewers")
        AUTHOR = turns.Turn.AUTHOR.value, _("the author")
        NOBODY = turns.Turn.NOBODY.value, _("nobody")

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="gates")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, blank=True)
    quorum = models.PositiveSmallIntegerField(default=1)
    days = models.PositiveSmallIntegerField(default=2)
    rests_on = ArrayField(models.CharField(max_length=8), default=list)
    state = models.CharField(max_length=12, choices=State)
    missing = models.PositiveSmallIntegerField(default=0)
    turn = models.CharField(max_length=8, choices=Turn)
    since_at = models.DateTimeField()
    spans = models.JSONField(default=list)
    barred = ArrayField(models.BigIntegerField(), default=list)
    counted = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["release", "place"]
        constraints = [models.UniqueConstraint(fields=["release", "code"], name="a_release_has_a_gate_once")]
        indexes = [
            models.Index(fields=["role"], name="gates_by_role", condition=models.Q(turn="reviewer")),
            GinIndex(fields=["counted"], name="gates_by_who_counts"),
        ]


class Asking(models.Model):
    """A gate was asked for, or asked for again, and why: ``because`` has a code and what changed. Only added to."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="askings")
    gate = models.CharField(max_length=40)
    at = models.DateTimeField()
    because = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["release", "gate"], name="askings_of_a_gate")]


class Verdict(models.Model):
    """What somebody said on a gate about a revision. Only added to; the state of a gate is derived from them (R5).

    ``rests_on``: the fingerprint of each class of fields that it rests on; ``promise``: what was planned of the ride.
    """

    class Kind(models.TextChoices):
        """What can be said."""

        APPROVE = verdicts.Kind.APPROVE.value, _("approve")
        CONDITIONS = verdicts.Kind.CONDITIONS.value, _("approve with conditions")
        NEEDS_WORK = verdicts.Kind.NEEDS_WORK.value, _("needs work")
        REJECT = verdicts.Kind.REJECT.value, _("reject")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="verdicts")
    gate = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField()
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    rests_on = models.JSONField()
    promise = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="verdicts")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["release", "gate"], name="verdicts_of_a_gate")]
        constraints = [
            models.CheckConstraint(
                name="whoever_does_not_simply_approve_says_why",
                condition=models.Q(kind="approve") | ~models.Q(note=""),
            ),
            models.CheckConstraint(
                name="verdict_is_one_of_four",
                condition=models.Q(kind__in=["approve", "conditions", "needs-work", "reject"]),
            ),
        ]


class Condition(models.Model):
    """What somebody must see to before departure, out of an approval with conditions; ticked once."""

    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="conditions")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    ticked_at = models.DateTimeField(null=True)
    ticked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["verdict", "place"]


class Remark(models.Model):
    """A question of a reviewer (stops their clock), the author's answer, or a reminder to the reviewers."""

    class Kind(models.TextChoices):
        """What it is."""

        QUESTION = "question", _("question")
        ANSWER = "answer", _("answer")
        REMINDER = "reminder", _("reminder")

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="remarks")
    gate = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["release", "gate"], name="remarks_of_a_gate")]


class Result(models.Model):
    """What came of trying a service of a release with a client on its platform; the latest counts (R9).

    ``service`` null: the release names none. ``code``: the fingerprint of the code that was tried.
    """

    class Kind(models.TextChoices):
        """What came of it."""

        PASS = verdicts.Cell.PASS.value, _("pass")
        FAIL = verdicts.Cell.FAIL.value, _("fail")
        NOT_NEEDED = verdicts.Cell.NOT_NEEDED.value, _("not needed")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="results")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    link = models.URLField(max_length=500, blank=True)
    note = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["release"], name="results_of_a_release")]
        constraints = [
            models.CheckConstraint(
                name="not_needed_says_why_anything_else_links",
                condition=(models.Q(kind="not-needed") & ~models.Q(note=""))
                | (~models.Q(kind="not-needed") & ~models.Q(link="")),
            ),
        ]


class Overdue(models.Model):
    """A gate's reviewers were told on this day of theirs that it is late: once a day."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    gate = models.CharField(max_length=40)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "gate", "on"], name="late_is_said_once_a_day")]
