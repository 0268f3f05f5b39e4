"""Freeze times, and let freezes not count for a while. Facts of the world: they move nobody (C5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.rebooking import Hand, serve
from releasetrain.domain import spans
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Service
from releasetrain.teams import checks
from releasetrain.teams.calendars import known
from releasetrain.teams.models import Team, User
from releasetrain.teams.queries import person
from releasetrain.trains.freeze_fields import LOCAL, PLAIN, SCOPE, FreezeFields
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Freeze, Suspension, Train

Clock = Callable[[], datetime]
LONGEST_REASON = 2000
A_DAY = timedelta(days=1)
NAMED = {"trains": (Train, "no-such-train"), "services": (Service, "no-such-service"), "teams": (Team, "no-such-team")}


@retried
def add_freeze(*, fields: FreezeFields, by: User, clock: Clock, key: UUID | None = None) -> Freeze:
    """Freeze a time; never refused for what it makes stand (C5).

    Refused where the time can never be: ``ends-before-it-begins``, ``too-long-a-freeze``, or what
    ``domain.recurrence`` says of the rule.
    """
    with locked_calendar():
        _allowed(by)
        if (done := log.result_of(key, by=by.pk)) is not None:
            return _freeze(done)
        freeze = _put(Freeze(), checked(fields), hand=Hand(at=clock(), by=by.pk))
        audit.keep_result(key, by=by.pk, result=freeze.pk)
        return freeze


@retried
def add_holidays(*, country: str, by: User, clock: Clock, zone: str = "") -> Freeze:
    """Freeze the public holidays of a calendar ("DE", "DE-BY") softly from today on, at the days of ``zone``.

    Without a zone: that of the first train.
    """
    with locked_calendar():
        _allowed(by)
        calendar, now = known(country), clock()
        if not calendar:
            raise Refused("missing", details={"field": "country"})
        there = checks.zone(zone or Train.objects.values_list("zone", flat=True).first() or "UTC")
        said = FreezeFields(
            name=gettext("Public holidays of %(country)s") % {"country": calendar},
            reason=gettext("Too few people are there to watch over a release."),
            is_hard=False,
            zone=there,
            first_at=now.astimezone(ZoneInfo(there)).replace(tzinfo=None),
            holidays=calendar,
        )
        return _put(Freeze(), checked(said), hand=Hand(at=now, by=by.pk))


@retried
def edit_freeze(*, freeze: int, fields: FreezeFields, revision: int, by: User, clock: Clock) -> Freeze:
    """Change what a freeze says, if ``revision`` is still the one that was read.

    A second tab is refused as ``changed-meanwhile``, with the names of what changed. Suspensions stay.
    """
    with locked_calendar():
        _allowed(by)
        known_one, said = _freeze(freeze), checked(fields)
        _refuse_second_tab(known_one, revision)
        _put(known_one, said, hand=(hand := Hand(at=clock(), by=by.pk)))
        serve(at=hand.at)
        return known_one


@retried
def end_freeze(*, freeze: int, reason: str, by: User, clock: Clock) -> None:
    """Let a freeze count no more, for good."""
    with locked_calendar():
        _allowed(by)
        ended, hand = _freeze(freeze), Hand(at=clock(), by=by.pk)
        why = _why(reason)
        ended.ended_at = hand.at
        ended.save(update_fields=["ended_at"])
        _tell("freeze.ended", ended, hand, reason=why)
        serve(at=hand.at)


@retried
def suspend_freeze(
    *, freeze: int, until: datetime, reason: str, by: User, clock: Clock, since: datetime | None = None
) -> Suspension:
    """Let a freeze not count from ``since`` (None: now) to ``until``, which lies after now; it says why."""
    with locked_calendar():
        _allowed(by)
        hand, suspended = Hand(at=clock(), by=by.pk), _freeze(freeze)
        begins, why = since or hand.at, _why(reason)
        refuse_backwards(begins, until, now=hand.at)
        facts = {"since": begins, "until": until, "reason": why, "at": hand.at, "by": by}
        made = Suspension.objects.create(freeze=suspended, **facts)
        times = {"since": begins.isoformat(), "until": until.isoformat()}
        _tell("freeze.suspended", suspended, hand, reason=why, suspension=made.pk, **times)
        serve(at=hand.at)
        return made


@retried
def end_suspension(*, suspension: int, by: User, clock: Clock) -> None:
    """Let a freeze count again from now on; a suspension that has not begun is gone. Refused once it is over."""
    with locked_calendar():
        _allowed(by)
        hand = Hand(at=clock(), by=by.pk)
        found = Suspension.objects.select_related("freeze").filter(pk=suspension, until__gt=hand.at).first()
        if found is None:
            raise Refused("no-such-suspension", details={"suspension": suspension})
        if found.since >= hand.at:
            found.delete()
        else:
            found.until = hand.at
            found.save(update_fields=["until"])
        _tell("freeze.counts-again", found.freeze, hand, suspension=suspension, reason=found.reason)


def checked(fields: FreezeFields) -> FreezeFields:
    """Return what a freeze says as it is kept, or raise ``Refused`` with the field it is about."""
    calendar = known(fields.holidays)
    said = replace(
        fields,
        name=checks.text(fields.name, field="name", most=80),
        reason=checks.text(fields.reason, field="reason", most=LONGEST_REASON),
        zone=checks.zone(fields.zone),
        holidays=calendar,
        **{name: _all_there(name, getattr(fields, name)) for name in SCOPE},
    )
    return _holidays(said) if calendar else _checked_time(said)


def _holidays(said: FreezeFields) -> FreezeFields:
    """Its days are the calendar's: of its own times only the first day counts."""
    first = datetime.combine(said.first_at, time())
    return replace(said, first_at=first, last_at=first + A_DAY, rule="")


def _checked_time(said: FreezeFields) -> FreezeFields:
    if said.last_at is None:
        raise Refused("missing", details={"field": "last_at"})
    first, last = (one.replace(second=0, microsecond=0) for one in (said.first_at, said.last_at))
    span = _checked_span(spans.Span(first=first, last=last, zone=said.zone, rule=said.rule))
    return replace(said, first_at=span.first, last_at=span.last, rule=span.rule)


def _checked_span(span: spans.Span) -> spans.Span:
    """What is wrong with a rule is told at the rule."""
    try:
        return spans.checked(span)
    except Refused as error:
        if error.code.startswith("rule-"):
            raise Refused(error.code, details={**error.details, "field": "rule"}) from error
        raise


def _all_there(name: str, ids: Any) -> frozenset[int]:
    model, code = NAMED[name]
    wanted = frozenset(ids)
    if missing := wanted - set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
        raise Refused(code, details={"field": name, "id": min(missing)})
    return wanted


def _allowed(by: User) -> None:
    require(person(by), Permission.FREEZE)


def _freeze(id: int) -> Freeze:
    found = Freeze.objects.prefetch_related(*SCOPE).filter(pk=id, ended_at__isnull=True).first()
    if found is None:
        raise Refused("no-such-freeze", details={"freeze": id})
    return found


def _why(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason-missing", details={"field": "reason"})
    return checks.text(reason, field="reason", most=LONGEST_REASON)


def refuse_backwards(since: datetime, until: datetime, *, now: datetime) -> None:
    """Raise ``Refused`` for a suspension that is over, or that ends before it begins."""
    if until <= now:
        raise Refused("suspension-is-over", details={"field": "until"})
    if until <= since:
        raise Refused("ends-before-it-begins", details={"field": "until"})


def _refuse_second_tab(freeze: Freeze, revision: int) -> None:
    if freeze.revision == revision:
        return
    entries = log.about([f"freeze:{freeze.pk}"]).filter(verb="freeze.edited", facts__revision__gt=revision)
    later: list[Entry] = list(entries)
    changed = sorted({name for entry in later for name in entry.facts["changed"]})
    raise Refused("changed-meanwhile", details={"freeze": freeze.pk, "revision": freeze.revision, "changed": changed})


def _put(freeze: Freeze, said: FreezeFields, *, hand: Hand) -> Freeze:
    """Write a freeze and its scope; nothing where nothing changed."""
    is_new = freeze.pk is None
    changed = [] if is_new else said.changed_from(FreezeFields.of(freeze))
    if not is_new and not changed:
        return freeze
    _refuse_twin(freeze, said.name)
    for name in PLAIN:
        value = getattr(said, name)
        setattr(freeze, name, f"{value:{LOCAL}}" if isinstance(value, datetime) else value)
    if is_new:
        freeze.at, freeze.by_id = hand.at, hand.by
    else:
        freeze.revision += 1
    freeze.save()
    for name in SCOPE:
        getattr(freeze, name).set(getattr(said, name))
    verb = "freeze.added" if is_new else "freeze.edited"
    _tell(verb, freeze, hand, changed=changed, revision=freeze.revision)
    return freeze


def _refuse_twin(freeze: Freeze, name: str) -> None:
    if Freeze.objects.filter(name=name, ended_at__isnull=True).exclude(pk=freeze.pk).exists():
        raise Refused("taken", details={"field": "name", "value": name})


def _tell(verb: str, freeze: Freeze, hand: Hand, **facts: Any) -> None:
    audit.record(verb, subject=f"freeze:{freeze.pk}", by=hand.by, at=hand.at, name=freeze.name, **facts)
    outbox.post(verb, freeze=freeze.pk, **facts, **hand.deed)
