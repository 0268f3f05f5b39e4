"""The calendar: trains, their timetable and slots, requests, bookings, what happened, waivers. No verbs here."""

from datetime import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.conflicts import values
from releasetrain.domain.recurrence import EVER
from releasetrain.releases.models import Release, Service
from releasetrain.teams.models import Team


class Calendar(models.Model):
    """The one row that everybody who changes the calendar updates first (``trains.lock``)."""

    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_calendar", condition=models.Q(pk=1))]


class Train(models.Model):
    """A shared line: zone, horizon, capacity, points and soak per size, cut-off, and what a large may ride with.

    ``reserve``: the points of each slot that plans leave free (P5); whoever boards by hand may take them.
    """

    class LargeMode(models.TextChoices):
        """What a large release may share its slot with."""

        ALONE = values.LargeMode.ALONE.value, _("a large one rides alone")
        APART = values.LargeMode.APART.value, _("a large one shares no service or table")

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    zone = models.CharField(max_length=64, default="UTC")
    horizon_days = models.PositiveSmallIntegerField(default=180)
    capacity = models.PositiveSmallIntegerField(default=10)
    reserve = models.PositiveSmallIntegerField(default=0, db_default=0)
    points_small = models.PositiveSmallIntegerField(default=1)
    points_medium = models.PositiveSmallIntegerField(default=3)
    points_large = models.PositiveSmallIntegerField(default=6)
    soak_small_hours = models.PositiveIntegerField(default=24)
    soak_medium_hours = models.PositiveIntegerField(default=48)
    soak_large_hours = models.PositiveIntegerField(default=120)
    cut_off_days = models.PositiveSmallIntegerField(default=1)
    cut_off_time = models.TimeField(default=time(18, 0))
    large_mode = models.CharField(max_length=8, choices=LargeMode, default=LargeMode.ALONE)
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    held_because = models.TextField(blank=True, db_default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="train_looks_ahead_at_least_a_day", condition=models.Q(horizon_days__gte=1)),
            models.CheckConstraint(
                name="a_train_keeps_no_more_free_than_it_takes", condition=models.Q(reserve__lte=models.F("capacity"))
            ),
            models.CheckConstraint(
                name="train_mode_is_alone_or_apart", condition=models.Q(large_mode__in=["alone", "apart"])
            ),
            models.CheckConstraint(
                name="a_train_is_held_by_somebody_with_a_reason",
                condition=models.Q(held_at__isnull=True) | models.Q(held_by__isnull=False) & ~models.Q(held_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def points_of(self, size: str) -> int:
        """Return how many points a release of ``size`` takes here."""
        return {"S": self.points_small, "M": self.points_medium, "L": self.points_large}[size]

    def soak_hours_of(self, size: str) -> int:
        """Return how many hours a release of ``size`` soaks here."""
        return {"S": self.soak_small_hours, "M": self.soak_medium_hours, "L": self.soak_large_hours}[size]


class TimetableEntry(models.Model):
    """Departures on the days of an iCalendar rule since ``first_on``, ``at`` the train's local time."""

    train = models.ForeignKey(Train, on_delete=models.CASCADE, related_name="timetable")
    rule = models.CharField(max_length=200)
    first_on = models.DateField(default=EVER)
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=60)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["train", "rule", "first_on", "at"], name="a_train_departs_once_at_a_time_by_a_rule"
            ),
            models.CheckConstraint(name="a_rule_says_how_often", condition=models.Q(rule__contains="FREQ=")),
            models.CheckConstraint(name="a_departure_takes_time", condition=models.Q(minutes__gte=1)),
        ]


class DefaultTrain(models.Model):
    """The train a team's releases ask for unless they say otherwise."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="default_train")
    train = models.ForeignKey(Train, on_delete=models.CASCADE, related_name="default_of")


class Slot(models.Model):
    """One dated departure. Its identity is (train, occurrence in local time), per kind (S1).

    ``is_extra``: opened by hand, so that the timetable neither moves nor removes it; ``own_capacity``: its capacity was
    set on its own and does not follow the train's.
    """

    class Kind(models.TextChoices):
        """Where it comes from."""

        REGULAR = values.SlotKind.REGULAR.value, _("regular departure")
        HOTFIX = values.SlotKind.HOTFIX.value, _("hotfix departure")
        PAST = values.SlotKind.PAST.value, _("imported history")

    class Closing(models.TextChoices):
        """Why it was closed."""

        CUT_OFF = "cut-off", _("at its cut-off")
        MISSED = "missed", _("after its departure: nobody had closed it")

    train = models.ForeignKey(Train, on_delete=models.PROTECT, related_name="slots")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.REGULAR)
    occurrence = models.CharField(max_length=16)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    cut_off_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=8, choices=Closing, blank=True, db_default="")
    capacity = models.PositiveSmallIntegerField()
    skipped_at = models.DateTimeField(null=True)
    skipped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    skipped_because = models.TextField(blank=True, db_default="")
    own_capacity = models.BooleanField(default=False)
    is_extra = models.BooleanField(default=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["start_at", "pk"]
        indexes = [
            models.Index(
                fields=["cut_off_at"],
                name="slots_to_close",
                condition=models.Q(closed_at__isnull=True) & ~models.Q(kind="past"),
            ),
            models.Index(fields=["train", "start_at"], name="slots_of_a_train_by_start"),
            models.Index(fields=["start_at"], name="slots_by_start"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["train", "kind", "occurrence"], name="one_slot_per_train_and_occurrence"),
            models.CheckConstraint(
                name="slot_ends_after_it_starts", condition=models.Q(end_at__gt=models.F("start_at"))
            ),
            models.CheckConstraint(
                name="slot_cuts_off_no_later_than_its_start", condition=models.Q(cut_off_at__lte=models.F("start_at"))
            ),
            models.CheckConstraint(
                name="a_skipped_slot_says_who_and_why",
                condition=models.Q(skipped_at__isnull=True)
                | models.Q(skipped_by__isnull=False) & ~models.Q(skipped_because=""),
            ),
            models.CheckConstraint(
                name="opened_by_hand_says_by_whom",
                condition=models.Q(is_extra=False) | models.Q(opened_by__isnull=False),
            ),
        ]


class Request(models.Model):
    """A wish: release, train, slot or none. Holds no capacity and no time. Without ``asked_at`` a draft's wish.

    ``only_cleared``: bumped twice in a row; the queue serves it again only once cleared, or when somebody asks (S4).
    """

    class Wish(models.TextChoices):
        """What is wanted."""

        THIS = "this", _("this slot")
        FIRST = "first", _("the first that would do")

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="requests")
    train = models.ForeignKey(Train, on_delete=models.PROTECT, related_name="requests")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    wish = models.CharField(max_length=8, choices=Wish, default=Wish.FIRST)
    because = models.JSONField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    only_cleared = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=models.Q(ended_at__isnull=True), name="one_live_request_per_release"
            ),
        ]
        indexes = [
            models.Index(fields=["slot"], name="live_requests_by_slot", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["train"], name="live_requests_by_train", condition=models.Q(ended_at__isnull=True)),
        ]


class Booking(models.Model):
    """A release's place in a slot. ``left_at`` null: it holds. Never changed but for the three ``left_`` fields."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="bookings")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_itself = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True)
    left_because = models.JSONField(null=True)
    left_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=models.Q(left_at__isnull=True), name="one_live_booking_per_release"
            ),
            models.CheckConstraint(
                name="whoever_left_has_a_reason",
                condition=models.Q(left_at__isnull=True) | models.Q(left_because__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["slot"], name="live_bookings_by_slot", condition=models.Q(left_at__isnull=True))
        ]


class Grace(models.Model):
    """A release manager lets a release stay aboard uncleared until ``until``, in writing; the latest counts."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="graces")
    until = models.DateTimeField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(name="grace_has_a_reason", condition=~models.Q(reason=""))]


class Outcome(models.Model):
    """What somebody reported of a booking. The latest row counts; rows are only added."""

    class Kind(models.TextChoices):
        """What happened."""

        DEPARTED = "departed", _("departed")
        NOT_DEPARTED = "not-departed", _("not departed")
        ROLLED_BACK = "rolled-back", _("rolled back")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=16, choices=Kind)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["finished_at"], name="departures_by_end", condition=models.Q(kind="departed")),
        ]
        constraints = [
            models.CheckConstraint(
                name="departed_has_a_start_anything_else_a_reason",
                condition=(models.Q(kind="departed") & models.Q(started_at__isnull=False))
                | (~models.Q(kind="departed") & ~models.Q(reason="")),
            ),
            models.CheckConstraint(
                name="a_departure_finishes_after_it_starts",
                condition=models.Q(finished_at__isnull=True) | models.Q(finished_at__gte=models.F("started_at")),
            ),
        ]


class Waiver(models.Model):
    """A release manager's yes to one conflict: code, two sides, the facts and amounts it rests on, until when.

    Between two releases ``a`` is the one with the smaller number, so that a pair is one pair.
    """

    class Side(models.TextChoices):
        """What a side can be."""

        RELEASE = values.SideKind.RELEASE.value, _("release")
        SLOT = values.SideKind.SLOT.value, _("slot")
        FREEZE = values.SideKind.FREEZE.value, _("freeze")
        TABLE = values.SideKind.TABLE.value, _("table")
        DATABASE = values.SideKind.DATABASE.value, _("database")

    code = models.CharField(max_length=40)
    a_kind = models.CharField(max_length=10, choices=Side)
    a_id = models.BigIntegerField()
    b_kind = models.CharField(max_length=10, choices=Side)
    b_id = models.BigIntegerField()
    facts = ArrayField(models.CharField(max_length=40), default=list)
    amounts = models.JSONField(default=dict)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["a_kind", "a_id"], name="waivers_by_a", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["b_kind", "b_id"], name="waivers_by_b", condition=models.Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(name="a_waiver_has_a_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="a_pair_of_releases_is_in_order",
                condition=~models.Q(a_kind="release", b_kind="release") | models.Q(a_id__lt=models.F("b_id")),
            ),
        ]


class Freeze(models.Model):
    """A time when nothing (hard) or nothing without thought (soft) departs: once, again and again, or on holidays.

    ``first_at`` and ``last_at`` are local times of ``zone``, both of its first occurrence; ``rule`` an iCalendar
    recurrence of its first day. ``holidays``: a calendar of public holidays ("DE"), whose days it is instead. Without
    trains, services or teams it concerns all of them.
    """

    name = models.CharField(max_length=80)
    reason = models.TextField()
    is_hard = models.BooleanField(default=True)
    zone = models.CharField(max_length=64, default="UTC")
    first_at = models.CharField(max_length=16)
    last_at = models.CharField(max_length=16)
    rule = models.CharField(max_length=200, blank=True)
    holidays = models.CharField(max_length=12, blank=True)
    trains = models.ManyToManyField(Train, related_name="freezes", blank=True)
    services = models.ManyToManyField(Service, related_name="freezes", blank=True)
    teams = models.ManyToManyField(Team, related_name="freezes", blank=True)
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["first_at", "pk"]
        constraints = [
            models.CheckConstraint(name="a_freeze_has_a_reason", condition=~models.Q(reason="")),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(ended_at__isnull=True), name="live_freezes_have_names_of_their_own"
            ),
            models.CheckConstraint(
                name="a_freeze_ends_after_it_begins", condition=models.Q(last_at__gt=models.F("first_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Suspension(models.Model):
    """A freeze that does not count for a while, with a reason and an end."""

    freeze = models.ForeignKey(Freeze, on_delete=models.CASCADE, related_name="suspensions")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(name="a_suspension_has_a_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(name="a_suspension_ends", condition=models.Q(until__gt=models.F("since"))),
        ]


class Database(models.Model):
    """What the calendar knows of a database that tables name: in which zone its hours of low load are counted."""

    name = models.CharField(max_length=80, unique=True)
    zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LowLoad(models.Model):
    """A window of low load: on these weekdays (0 is Monday) from ``since`` to ``until``, maybe of the next day."""

    database = models.ForeignKey(Database, on_delete=models.CASCADE, related_name="low_load")
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    since = models.TimeField()
    until = models.TimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="low_load_has_weekdays", condition=~models.Q(weekdays=[]))]
