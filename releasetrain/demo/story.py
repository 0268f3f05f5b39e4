"""Tell the story of the demo's company: every release through the verb its people would use, when they would."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from releasetrain.audit.models import OneTimeKey
from releasetrain.boarding import queries
from releasetrain.boarding.actions import changing, riding
from releasetrain.boarding.actions.closing import close
from releasetrain.boarding.actions.drafting import Wish, draft, edit
from releasetrain.boarding.actions.submitting import withdraw
from releasetrain.boarding.actions.waiving import key_of, waive
from releasetrain.demo import measured, reviewed, versions
from releasetrain.demo.company import person_called
from releasetrain.demo.data import company
from releasetrain.demo.data import story as told
from releasetrain.demo.data.story import Told
from releasetrain.domain.sizes import Size
from releasetrain.releases import actions as catalogue
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import DataTable, Initiative, Service
from releasetrain.rollouts import actions as rollouts
from releasetrain.schema.models import SchemaChange
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import Outcome, Request, Slot, Train, Waiver

SOAK = timedelta(hours=120)
BEFORE_ITS_SLOT = timedelta(days=4)
A_DAY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where the story plays: the departures it names, the ids behind its names, and what was told so far."""

    now: datetime
    cleo: User
    slots: dict[str, dict[str | int, Slot]]
    ids: dict[str, dict[str, int]]
    releases: dict[str, int] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def tell(*, now: datetime, cleo: User) -> None:
    """Write every release of the story that is not there yet."""
    stage = Stage(now=now, cleo=cleo, slots=_departures(now), ids=_ids(cleo, now))
    stage.people = {code: person_called(name) for code, name in company.LEADS.items()}
    is_new = not OneTimeKey.objects.filter(key=key_of_release(told.DEPARTED[0].key)).exists()
    for one in told.DEPARTED:
        _depart(stage, one)
    for one in (told.EXPAND, told.BACKFILL, told.RELAX, told.DROP, told.CHECKOUT, *told.ORDINARY, told.BATCHES):
        _write(stage, one)
    if is_new:
        _draft(stage, told.BUMPED, at=stage.slots[told.BUMPED.train][told.BUMPED.slot].start_at - BEFORE_ITS_SLOT)
        _close(stage)
    _schema_change(stage)
    versions.tell(now=now, services=stage.ids["services"])
    reviewed.tell(now=now, releases=stage.releases, leads=stage.people)


def _departures(now: datetime) -> dict[str, dict[str | int, Slot]]:
    """Return the departures by the names the story has for them, per train."""
    main, register = (Train.objects.get(slug=fields.slug) for fields in (company.MAIN, company.REGISTER))
    of_main, of_register = _around(main, now), _around(register, now)
    monday = (now - timedelta(days=now.astimezone(ZoneInfo(main.zone)).weekday()) + timedelta(days=7)).date()
    ahead = [slot for name, slot in of_main.items() if name >= 0]
    expand = next(slot for slot in ahead if slot.start_at.date() >= monday)
    backfill, relax, drop = _soaked(ahead, expand, times=3)
    carried = {"expand": expand, "backfill": backfill, "relax": relax, "drop": drop}
    free = [slot for slot in ahead if slot not in (expand, backfill)]
    past = {name: slot for name, slot in of_main.items() if name < 0}
    checkout = next(slot for name, slot in of_register.items() if slot.start_at >= backfill.end_at + timedelta(days=1))
    return {
        main.slug: {**past, **dict(enumerate(free)), **carried, "last": _last(main, now)},
        register.slug: {**of_register, "checkout": checkout},
    }


def _around(train: Train, now: datetime) -> dict[int, Slot]:
    """Return a train's departures: 0, 1, 2 are to come, -1 was the last; one that is going on is neither."""
    slots = train.slots.filter(kind=Slot.Kind.REGULAR).select_related("train")
    ahead = dict(enumerate(slots.filter(start_at__gt=now).order_by("start_at")))
    gone = {-number: slot for number, slot in enumerate(slots.filter(end_at__lte=now).order_by("-start_at"), 1)}
    return {**gone, **ahead}


def _last(train: Train, now: datetime) -> Slot:
    """Return the departure that left last, or is leaving."""
    return train.slots.select_related("train").filter(start_at__lte=now).latest("start_at")


def _soaked(ahead: list[Slot], first: Slot, *, times: int) -> list[Slot]:
    """Return the next departures, each after the soak of the one before."""
    found = [first]
    for _ in range(times):
        found.append(next(slot for slot in ahead if slot.start_at >= found[-1].end_at + SOAK))
    return found[1:]


def _ids(cleo: User, now: datetime) -> dict[str, dict[str, int]]:
    if not Initiative.objects.filter(name=told.QR).exists():
        catalogue.add_initiative(name=told.QR, by=cleo, clock=lambda: now - timedelta(days=20))
    return {
        "teams": dict(Team.objects.values_list("code", "pk")),
        "services": dict(Service.objects.values_list("name", "pk")),
        "tables": dict(DataTable.objects.filter(database=company.DATABASE).values_list("name", "pk")),
        "initiatives": dict(Initiative.objects.values_list("name", "pk")),
        "trains": dict(Train.objects.values_list("slug", "pk")),
    }


def _write(stage: Stage, one: Told) -> None:
    """Draft a release and hand it in, then whatever happened to it."""
    said = stage.now - timedelta(days=one.said or 0)
    if not _draft(stage, one, at=said):
        return
    release = stage.releases[one.key]
    if one.waived:
        _waive(stage, release, one)
    if one.described:
        _edit(stage, release, one)
    if one.moved is not None:
        slot = stage.slots[one.train][one.moved].pk
        riding.move(release=release, slot=slot, by=stage.cleo, clock=_clock(stage.now - A_DAY))
    if one.withdrawn:
        day_later = _clock(said + timedelta(days=1))
        withdraw(release=release, reason=one.withdrawn, by=stage.people[one.team], clock=day_later)


def _edit(stage: Stage, release: int, one: Told) -> None:
    """Its lead says more exactly what it is."""
    by, said = stage.people[one.team], queries.release(release)
    fields = replace(ReleaseFields.of(said), description=one.description)
    edit(release=release, fields=fields, revision=said.revision, by=by, clock=_clock(stage.now - A_DAY))


def _clock(instant: datetime) -> Callable[[], datetime]:
    return lambda: instant


def _draft(stage: Stage, one: Told, *, at: datetime) -> bool:
    """Write a release down once, however often the demo is told; return whether it is new."""
    key, by = key_of_release(one.key), stage.people[one.team]
    is_new = not OneTimeKey.objects.filter(key=key).exists()
    slot = None if one.slot is None else stage.slots[one.train][one.slot].pk
    kind = Request.Wish.THIS if one.waits or slot else Request.Wish.FIRST
    stage.releases[one.key] = draft(
        team=stage.ids["teams"][one.team],
        fields=_fields(stage, one),
        by=by,
        clock=_clock(at),
        wish=Wish(train=stage.ids["trains"][one.train], slot=slot, kind=kind),
        submit=one.said is not None,
        key=key,
    )
    return is_new


def key_of_release(key: str) -> UUID:
    """Return the one-time key under which a release of the story is written."""
    return uuid5(NAMESPACE_URL, f"releasetrain:demo:{key}")


def _fields(stage: Stage, one: Told) -> ReleaseFields:
    return ReleaseFields(
        title=one.title,
        description=one.described or one.description,
        size=Size(one.size),
        initiative=stage.ids["initiatives"][one.initiative] if one.initiative else None,
        services=frozenset(stage.ids["services"][name] for name in one.services),
        tables=frozenset(stage.ids["tables"][name] for name in one.tables),
        due=(stage.now + timedelta(days=one.due)).date() if one.due else None,
        weight=one.weight,
        clients=frozenset(stage.ids["services"][name] for name in one.clients),
        links=(one.link,) if one.link else (),
        needs=frozenset((stage.releases[key], lag) for key, lag in one.needs.items()),
    )


def _depart(stage: Stage, one: Told) -> None:
    """A release that has left: handed in before its cut-off, reported when it was over."""
    slot = stage.slots[one.train][one.slot]
    _draft(stage, one, at=slot.start_at - BEFORE_ITS_SLOT)
    release, clock = stage.releases[one.key], _clock(slot.end_at)
    if Outcome.objects.filter(booking__release=release).exists():
        return
    if one.rolled_back:
        rollouts.rolled_back(release=release, reason=one.rolled_back, by=stage.cleo, clock=clock)
    else:
        started, finished = slot.start_at + timedelta(minutes=2), slot.start_at + timedelta(minutes=41)
        rollouts.departed(release=release, started_at=started, finished_at=finished, by=stage.cleo, clock=clock)


def _close(stage: Stage) -> None:
    """Close what has left at its cut-off, as the worker would have: who was not cleared moved on."""
    for departures in stage.slots.values():
        for slot in sorted(set(departures.values()), key=lambda slot: slot.start_at):
            if slot.start_at <= stage.now:
                close(slot=slot.pk, clock=_clock(slot.cut_off_at))


def _waive(stage: Stage, release: int, one: Told) -> None:
    slot = stage.slots[one.train][one.slot].pk
    at = stage.now - timedelta(days=(one.said or 0) - 1)
    found = queries.standing_conflicts(release, slot=slot, now=at)
    if found and not Waiver.objects.filter(b_id=release, b_kind=Waiver.Side.RELEASE).exists():
        reasons = {key_of(conflict): one.waived for conflict in found}
        waive(release=release, slot=slot, reasons=reasons, by=stage.cleo, clock=_clock(at))


def _schema_change(stage: Stage) -> None:
    if SchemaChange.objects.filter(name=told.CHANGE).exists():
        return
    steps = {step: changing.Step(release=stage.releases[key], sql=told.SQL[step]) for step, key in told.STAGES.items()}
    table, clock = stage.ids["tables"]["payment_document"], _clock(stage.now - timedelta(days=11))
    change = changing.add_change(
        name=told.CHANGE,
        table=table,
        old_field=told.OLD_FIELD,
        new_field=told.NEW_FIELD,
        stages=steps,
        by=stage.people["PAY"],
        clock=clock,
    )
    measured.tell(table=table, change=change.pk, cleo=stage.cleo, clock=clock)
