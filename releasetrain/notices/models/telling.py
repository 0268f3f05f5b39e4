"""Who is told what: what people chose, what each of them is told, and the mails that were kept to be read here."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain import telling
from releasetrain.teams.models import User


class Kind(models.TextChoices):
    """What can happen."""

    PLACES = telling.Kind.PLACES.value, _("Places: boarded, moved, left, lost at a cut-off")
    REQUESTS = telling.Kind.REQUESTS.value, _("Requests that need somebody")
    EDITS = telling.Kind.EDITS.value, _("Edits")
    SUBMISSIONS = telling.Kind.SUBMISSIONS.value, _("Submissions and withdrawals")
    WAIVERS = telling.Kind.WAIVERS.value, _("Waivers")
    DEPARTURES = telling.Kind.DEPARTURES.value, _("Departures")
    TROUBLE = telling.Kind.TROUBLE.value, _("Not departed, rolled back")
    TRAINS = telling.Kind.TRAINS.value, _("Trains, timetables, the policy of reviews")
    REVIEWS = telling.Kind.REVIEWS.value, _("My turn to review")
    VERDICTS = telling.Kind.VERDICTS.value, _("Verdicts, questions, cleared")
    HOLDS = telling.Kind.HOLDS.value, _("Trains held and restarted")


class How(models.TextChoices):
    """How somebody is told."""

    AT_ONCE = telling.How.AT_ONCE.value, _("At once")
    DAILY = telling.How.DAILY.value, _("Daily")
    NO = telling.How.NO.value, _("No")


class Choice(models.Model):
    """How somebody wants to be told of a kind of event, as what ("team:3", "role:architect", "needs").

    Without a row the defaults of ``domain.telling`` hold, also when those change.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="choices")
    kind = models.CharField(max_length=12, choices=Kind)
    capacity = models.CharField(max_length=40)
    how = models.CharField(max_length=8, choices=How)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "capacity"], name="one_choice_per_person_and_kind")
        ]


class MailHabit(models.Model):
    """When and in which language somebody gets mails. Without a row: at eight, in the product's language."""

    EIGHT = 8

    person = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="mail_habit")
    hour = models.PositiveSmallIntegerField(default=EIGHT)
    language = models.CharField(max_length=8, default=settings.LANGUAGE_CODE)

    class Meta:
        constraints = [models.CheckConstraint(name="a_day_has_24_hours", condition=models.Q(hour__lte=23))]


class Digest(models.Model):
    """What somebody was told together on one day of their own."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests")
    on = models.DateField()
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "on"], name="one_digest_per_person_and_day")]


class Notice(models.Model):
    """What one person is told of one event: the facts as they were, values only.

    ``source``: the id of the event's message in the outbox. ``capacity``: as what they are told. ``teams``: whose it is
    about, asked again before a mail leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.UUIDField()
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=80)
    how = models.CharField(max_length=8, choices=How)
    capacity = models.CharField(max_length=40)
    teams = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="notices")
    mailed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(
                fields=["person"],
                name="notices_for_a_digest",
                condition=models.Q(how="daily", digest__isnull=True),
            ),
            models.Index(fields=["at"], name="notices_by_age"),
            models.Index(fields=["mailed_at"], name="notices_mailed", condition=models.Q(mailed_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "person"], name="one_notice_per_event_and_person"),
            models.CheckConstraint(
                name="a_notice_is_mailed_or_dropped",
                condition=models.Q(mailed_at__isnull=True) | models.Q(dropped_at__isnull=True),
            ),
        ]


class KeptMail(models.Model):
    """A mail that was kept instead of sent, to be read on a page; the same ``message_id`` is kept once."""

    message_id = models.CharField(max_length=300, unique=True)
    to = models.CharField(max_length=254)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="kept_mails")
    subject = models.CharField(max_length=300)
    headers = models.JSONField(default=dict)
    text = models.TextField()
    html = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
