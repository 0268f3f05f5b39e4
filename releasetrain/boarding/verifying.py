"""Is the calendar whole? Judged as it stands, by the rules themselves, beside what guards it while it changes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from releasetrain.boarding.standing import judged
from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import Claim
from releasetrain.domain.conflicts.rules.large import LARGE_RULES
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.picture import Picture
from releasetrain.domain.waivers import standing
from releasetrain.releases.models import Release
from releasetrain.reviews.queries.scripts import every_change, stale
from releasetrain.reviews.queries.standing import differing
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Calendar, Request, Slot

JUDGED = (
    "trains_booking",
    "releases_release",
    "releases_releaseservice",
    "releases_releasetable",
    "trains_slot",
    "trains_train",
    "trains_waiver",
)
REVIEWED = 500  # releases whose reviews are judged at once
GUARDS = frozenset(
    {(table, trigger) for table in JUDGED for trigger in ("wall_lock", "no_standing_large_pair")}
    | {(table, "one_live_place_per_release") for table in ("trains_booking", "trains_request")}
    | {(table, "history_is_kept") for table in ("trains_booking", "trains_outcome")}
    | {
        ("trains_request", "wall_lock"),
        ("trains_booking", "a_booking_only_ends"),
        ("trains_outcome", "an_outcome_stays"),
        ("trains_waiver", "wall_emptied"),
        ("reviews_verdict", "wall_lock"),
        ("releases_revision", "wall_lock"),
        ("reviews_verdict", "verdict_is_fit"),
        ("reviews_condition", "only_ticked"),
        ("schema_acceptance", "only_taken_back"),
    }
    | {(table, "history_is_kept") for table in ("reviews_verdict", "releases_revision")}
    | {
        (table, "only_added")
        for table in (
            "reviews_verdict",
            "releases_revision",
            "reviews_policy",
            "reviews_questionnaire",
            "reviews_result",
            "trains_grace",
            "schema_versionreport",
            "schema_reportedversion",
            "schema_attestation",
            "schema_verification",
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found: a code and the facts its sentence needs. ``is_broken``: it must never be."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_broken: bool = True


def findings(*, now: datetime) -> list[Finding]:
    """Return everything that is wrong with the calendar, of one moment; opens a transaction of its own."""
    with _one_moment():
        return [found for part in PARTS for found in part(now)]


@contextmanager
def _one_moment() -> Iterator[None]:
    """Whoever books meanwhile is seen whole or not at all."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def large_pairs(picture: Picture) -> set[Conflict]:
    """Return all unwaived pairs of the two large rules, found by the rules' own predicates."""
    claims = [claim for release in picture.places if (claim := picture.claim(release))]
    large = [claim for claim in claims if claim.is_large]
    found = conflicts.judge(large, booked=large, codes=["large-overlap"])
    for aboard in _by_slot(claims):
        found += conflicts.judge(aboard, booked=aboard, codes=["large-rides-alone"])
    return set(standing(found, picture.waivers))


def _by_slot(claims: list[Claim]) -> Iterator[list[Claim]]:
    """Who rides together, where somebody large does."""
    slots: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        slots[claim.slot.id].append(claim)
    return (aboard for aboard in slots.values() if any(claim.is_large for claim in aboard))


def planned(picture: Picture) -> Picture:
    """Return the picture as it was planned, whatever happened: what the database's wall reads."""
    return replace(picture, places={id: replace(place, ran=None) for id, place in picture.places.items()})


def _pairs(now: datetime) -> Iterator[Finding]:
    whole = trains.whole(now=now)
    by_rules = {_named(one) for one in large_pairs(planned(whole))}
    by_wall = _pairs_by_wall()
    for rule, a, b in sorted(by_rules | by_wall):
        yield Finding(code="large-pair", facts={"rule": rule, "a": a, "b": b})
    for rule, a, b in sorted(by_rules ^ by_wall):
        yield Finding(code="twins-differ", facts={"rule": rule, "a": a, "b": b, "by_wall": (rule, a, b) in by_wall})
    happened = {_named(one) for one in large_pairs(whole)}
    for rule, a, b in sorted(happened - by_rules):
        yield Finding(code="large-pair-happened", facts={"rule": rule, "a": a, "b": b}, is_broken=False)
    for found in (one.conflict for one in judged(whole)):
        if found.blocks and found.code not in LARGE_RULES:
            yield Finding(code="stands", facts={"rule": found.code, "release": found.a.id}, is_broken=False)


def _named(conflict: Conflict) -> tuple[str, int, int]:
    return conflict.code, conflict.a.id, conflict.b.id


def _pairs_by_wall() -> set[tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, a, b FROM standing_large_pairs(ARRAY(SELECT id FROM releases_release))")
        return set(cursor.fetchall())


def _places(now: datetime) -> Iterator[Finding]:
    """Every submitted, unfinished release has exactly one live request or booking; nobody else has a booking."""
    rides = Exists(Booking.objects.filter(release=OuterRef("pk"), left_at__isnull=True))
    live = Request.objects.filter(release=OuterRef("pk"), ended_at__isnull=True)
    known = Release.objects.annotate(rides=rides, wishes=Exists(live), asks=Exists(live.filter(asked_at__isnull=False)))
    taken_back = Q(withdrawn_at__isnull=False) | Q(rolled_back_at__isnull=False)
    drafts, on_its_way = Q(submitted_at__isnull=True), Q(submitted_at__isnull=False) & ~taken_back
    for code, wrong in (
        ("no-place", on_its_way & Q(rides=False, asks=False)),
        ("two-places", Q(rides=True, wishes=True)),
        ("draft-rides", drafts & Q(rides=True)),
        ("draft-asks", drafts & Q(asks=True)),
        ("taken-back-rides", taken_back & Q(rides=True)),
        ("taken-back-asks", taken_back & Q(asks=True)),
    ):
        for release in known.filter(wrong).order_by("pk").values_list("pk", flat=True):
            yield Finding(code=code, facts={"release": release})


def _guards(now: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled IN ('O', 'A') FROM pg_trigger WHERE NOT tgisinternal"
        )
        state = {(table, trigger): is_on for table, trigger, is_on in cursor.fetchall()}
    for table, trigger in sorted(GUARDS):
        if not state.get((table, trigger), False):
            code = "trigger-off" if (table, trigger) in state else "trigger-missing"
            yield Finding(code=code, facts={"table": table, "trigger": trigger})


def _reviews(now: datetime) -> Iterator[Finding]:
    """Where gates are said to stand is what their verdicts say; only releases still on their way are asked about."""
    live = Request.objects.filter(ended_at__isnull=True, asked_at__isnull=False).values_list("release", flat=True)
    rides = trains.holding().exclude(slot__kind=Slot.Kind.PAST).filter(outcomes=None).values_list("release", flat=True)
    under_review = Release.objects.filter(submitted_at__isnull=False, withdrawn_at=None, rolled_back_at=None)
    ids = list(under_review.filter(pk__in={*live, *rides}).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), REVIEWED):
        for release, stored, anew in differing(ids[start : start + REVIEWED]):
            yield Finding(code="gates-differ", facts={"release": release, "stored": stored, "judged": anew})


def _scripts(now: datetime) -> Iterator[Finding]:
    """Stages whose findings follow from other rules or facts than there are: they are judged again every few minutes.

    Nothing passes by it: what nobody judged leaves its gate open, and a departure is judged anew.
    """
    for one, stage in stale(every_change().values()):
        row = (one.rows or {})[stage]
        code = "sql-unjudged" if row.findings is None else "sql-stale"
        facts = {"change": one.change.name, "stage": stage.value, "release": row.release_id}
        yield Finding(code=code, facts=facts, is_broken=False)


def _calendar(now: datetime) -> Iterator[Finding]:
    if not Calendar.objects.exists():
        yield Finding(code="calendar-missing")


PARTS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    _pairs,
    _places,
    _reviews,
    _scripts,
    _guards,
    _calendar,
)
