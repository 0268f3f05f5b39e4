"""C1: the SQL of the wall and the two Python rules say the same of every calendar."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.rules.large import LARGE_RULES
from releasetrain.domain.picture import Picture
from releasetrain.domain.waivers import standing
from releasetrain.releases.models import Release, ReleaseService, ReleaseTable
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Outcome, Slot, Train, Waiver
from tests.factories import NOW, TUESDAY, create_service, create_table, create_team, create_user
from tests.riding import days
from tests.trains.raw import rows

LARGE = ("large-rides-alone", "large-overlap")
RELEASES, SLOTS, THINGS = 6, 4, 2
EXAMPLES = int(os.environ.get("TWIN_EXAMPLES", "200"))
now_and_then = settings(
    max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Everything lies on a grid of six hours, so that holds touch often; a waiver rests on about what its pair shares.
hours = st.sampled_from(range(0, 97, 6))
few = st.sampled_from([frozenset(), frozenset({0}), frozenset({1}), frozenset({0, 1}), frozenset({0, 1})])
somewhere = st.integers(0, SLOTS - 1)
happened = st.tuples(hours, st.none() | hours)  # begun after so many hours, finished so many hours later
pairs = st.sets(st.integers(0, RELEASES - 1), min_size=2, max_size=2)

lines = st.tuples(st.sampled_from([0, 6, 24, 72]), st.sampled_from(["alone", "apart"]))
departures = st.tuples(st.integers(0, 1), hours, st.sampled_from([6, 12]), st.sampled_from(["regular"] * 4 + ["past"]))
boarded = st.tuples(st.sampled_from("LLLLLMS"), few, few, st.none() | somewhere | somewhere, st.none() | happened)
waived = st.fixed_dictionaries(
    {
        "code": st.sampled_from(LARGE),
        "pair": pairs,
        "less": st.sampled_from([0, 1]),  # so many of the shared facts are not waived
        "more": st.booleans(),
        "until": st.sampled_from([None, None, -6, 0, 0, 6]),  # in hours from the later departure of the two
        "has_ended": st.sampled_from([False, False, True]),
    }
)
calendars = st.fixed_dictionaries(
    {
        "trains": st.lists(lines, min_size=2, max_size=2),
        "slots": st.lists(departures, min_size=SLOTS, max_size=SLOTS),
        "releases": st.lists(boarded, min_size=RELEASES, max_size=RELEASES),
        "waivers": st.lists(waived, max_size=8),
    }
)


@pytest.fixture
def things(db):
    """The owner of everything, and a few services and tables."""
    team = create_team()
    services, tables = ([make() for _ in range(THINGS)] for make in (lambda: create_service(team=team), create_table))
    return team, create_user(name="Cleo"), services, tables


class Undo(Exception):
    """Nothing of an example stays: neither its rows nor what the wall would say of them at commit."""


@contextmanager
def laid(calendar, things) -> Iterator[list[int]]:
    """Write a calendar, whatever the rules say, for a moment; yield its releases."""
    try:
        with transaction.atomic():
            yield write(calendar, *things)
            raise Undo
    except Undo:
        return


def write(calendar, team, cleo, services, tables):
    running = Train.objects.bulk_create(
        Train(name=str(number), slug=str(number), soak_large_hours=soak, large_mode=mode)
        for number, (soak, mode) in enumerate(calendar["trains"])
    )
    slots = Slot.objects.bulk_create(
        slot(running[line], number, TUESDAY + timedelta(hours=start), timedelta(hours=length), kind)
        for number, (line, start, length, kind) in enumerate(calendar["slots"])
    )
    releases = Release.objects.bulk_create(
        Release(team=team, title="R", size=size, created_at=NOW, submitted_at=NOW, open_gates=[])
        for size, *_ in calendar["releases"]
    )
    said = list(zip(releases, calendar["releases"], strict=True))
    ReleaseService.objects.bulk_create(
        ReleaseService(release=release, service=services[id]) for release, (_, ids, *_) in said for id in ids
    )
    ReleaseTable.objects.bulk_create(
        ReleaseTable(release=release, table=tables[id]) for release, (_, _, ids, *_) in said for id in ids
    )
    Booking.objects.bulk_create(
        Booking(release=release, slot=slots[there], booked_at=NOW)
        for release, (*_, there, _) in said
        if there is not None
    )
    for one in calendar["waivers"]:
        waive(one, *(said[id] for id in sorted(one["pair"])), slots, services, tables, cleo)
    return [release.pk for release in releases]


def waive(one, a, b, slots, services, tables, by):
    (first, (_, changes, touches, here, _)), (second, (_, also_changes, also_touches, there, _)) = a, b
    facts = [f"service:{services[id].pk}" for id in changes & also_changes]
    facts += [f"table:{tables[id].pk}" for id in touches & also_touches]
    if one["code"] == "large-rides-alone":
        facts = [f"slot:{slots[here or 0].pk}"]
    departs_at = max(slots[here or 0].start_at, slots[there or 0].start_at)
    Waiver.objects.create(
        code=one["code"],
        a_kind="release",
        a_id=first.pk,
        b_kind="release",
        b_id=second.pk,
        facts=facts[one["less"] :] + ["table:0"] * one["more"],
        until=None if one["until"] is None else departs_at + timedelta(hours=one["until"]),
        reason="Yes.",
        at=NOW,
        by=by,
        ended_at=NOW if one["has_ended"] else None,
    )


def slot(train, number, start_at, length, kind):
    known = {"start_at": start_at, "end_at": start_at + length, "cut_off_at": start_at, "capacity": 100}
    return Slot(train=train, kind=kind, occurrence=str(number), **known)


def by_sql(releases):
    found = rows("SELECT rule, a, b, basis, departs_at FROM standing_large_pairs(%s)", releases)
    return {(rule, a, b, frozenset(basis), departs_at) for rule, a, b, basis, departs_at in found}


def by_rules(picture: Picture):
    claims = [claim for release in picture.places if (claim := picture.claim(release))]
    found = standing(conflicts.judge(claims, booked=claims, codes=LARGE), picture.waivers)
    return {(one.code, one.a.id, one.b.id, one.basis.facts, one.departs_at) for one in found}


@often
@given(calendar=calendars)
def test_the_wall_finds_what_the_rules_find(things, calendar):
    with laid(calendar, things) as releases:
        assert by_sql(releases) == by_rules(trains.whole(now=NOW))


@now_and_then
@given(calendar=calendars, at=hours)
def test_the_part_of_the_calendar_that_is_read_for_a_release_is_all_that_matters_to_it(things, calendar, at):
    """A verb reads the neighbourhood of what it changes; judged alone it must say what the whole calendar says."""
    now = TUESDAY + timedelta(hours=at)
    with laid(calendar, things) as releases:
        report(calendar, releases)
        whole = trains.whole(now=now)
        for release in releases:
            part = trains.picture(releases=[release], slots=(), now=now)
            assert set(part.standing_of([release])) == set(whole.standing_of([release]))


@now_and_then
@given(calendar=calendars, at=hours)
def test_and_so_for_a_slot_that_it_could_take(things, calendar, at):
    now = TUESDAY + timedelta(hours=at)
    with laid(calendar, things) as releases:
        report(calendar, releases)
        release, slots = releases[0], list(Slot.objects.values_list("pk", flat=True))
        part, whole = trains.picture(releases=[release], slots=slots, now=now), trains.whole(now=now)
        riders, departures = whole.riders | part.riders, whole.departures | part.departures
        whole = replace(whole, riders=riders, departures=departures)
        for there in slots:
            tried = [picture.moved({release: there}).standing_of([release]) for picture in (part, whole)]
            assert set(tried[0]) == set(tried[1])


def report(calendar, releases):
    """What happened, in any order: started before or after its slot, still going on or over."""
    live = {booking.release_id: booking for booking in Booking.objects.filter(left_at=None)}
    Outcome.objects.bulk_create(
        outcome(live[release], *ran)
        for release, (*_, ran) in zip(releases, calendar["releases"], strict=True)
        if ran is not None and release in live
    )


def outcome(booking, begun, length):
    started_at = TUESDAY + timedelta(hours=begun)
    finished_at = None if length is None else started_at + timedelta(hours=length)
    known = {"started_at": started_at, "finished_at": finished_at, "at": started_at}
    return Outcome(booking=booking, kind="departed", **known)


def test_no_pair_is_no_pair(things):
    assert by_sql([]) == set()
    assert by_rules(trains.whole(now=NOW + days(1))) == set()


def test_who_started_before_its_slot_matters_from_then_on(things):
    """Reported as begun two days early: it holds from then, and meets whoever was holding at that time."""
    early = (0, 0, 1, "regular"), (0, 72, 1, "regular"), *[(1, 0, 1, "past")] * (SLOTS - 2)
    shares = {"trains": [(24, "alone"), (0, "alone")], "slots": early, "waivers": []}
    shares["releases"] = [("L", {0}, set(), 0, None), ("L", {0}, set(), 1, (20, None))]
    now = TUESDAY + days(4)

    with laid(shares, things) as (one, other):
        report(shares, [one, other])
        standing = trains.picture(releases=[one], slots=(), now=now).standing_of([one])

    assert [(found.a.id, found.b.id) for found in standing if found.code in LARGE_RULES] == [(one, other)]
