"""Change what a release says."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.drafting import edit
from releasetrain.domain.conflicts.values import Side
from releasetrain.domain.errors import Refused
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.trains.models import Booking, Waiver
from tests.factories import NOW, create_service, create_table, create_train
from tests.riding import (
    aboard,
    approved,
    clock_at,
    create_release,
    create_waiver,
    place_of,
    report,
    request_of,
    said,
    slot_on,
)


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_the_team_and_release_managers_edit(cast, who):
    release = create_release(team=cast.pay)
    fields = said(release, title="QR payments: backfill", services=frozenset({create_service().pk}))

    edited = edit(release=release.pk, fields=fields, revision=1, by=getattr(cast, who), clock=clock_at())

    assert said(release) == fields
    assert ReleaseFields.of(edited) == fields
    assert edited.revision == 2


@pytest.mark.parametrize("who", ["dov", "ines"])
def test_nobody_else_edits(cast, who):
    release = create_release(team=cast.pay)

    with pytest.raises(Refused) as refused:
        edit(
            release=release.pk,
            fields=said(release, title="Mine"),
            revision=1,
            by=getattr(cast, who),
            clock=clock_at(),
        )

    assert refused.value.code == "forbidden"


def test_links_that_are_gone_are_gone(cast):
    kept, gone, new = create_service(), create_service(), create_service()
    release = create_release(team=cast.pay, services=[kept, gone], tables=[create_table()])
    fields = said(release, services=frozenset({kept.pk, new.pk}), tables=frozenset())

    edit(release=release.pk, fields=fields, revision=1, by=cast.ben, clock=clock_at())

    assert said(release) == fields


def test_a_revision_says_what_changed_and_who_changed_it(cast):
    release = create_release(team=cast.pay)
    fields = said(release, title="QR payments", weight=2)

    edit(release=release.pk, fields=fields, revision=1, by=cast.ben, clock=clock_at())

    revision = release.revisions.get(number=2)
    assert (revision.changed, revision.by, revision.at) == (["title", "weight"], cast.ben, NOW)
    assert Entry.objects.get(verb="release.edited").facts == {"changed": ["title", "weight"]}


def test_saving_what_it_says_already_writes_nothing(cast):
    release = create_release(team=cast.pay)

    edit(release=release.pk, fields=said(release), revision=1, by=cast.ben, clock=clock_at())

    assert release.revisions.count() == 1
    assert not Entry.objects.exists()


def test_a_second_tab_is_told_what_changed_and_by_whom(cast):
    release = create_release(team=cast.pay)
    seen = said(release)
    edit(release=release.pk, fields=said(release, weight=4), revision=1, by=cast.ada, clock=clock_at())

    with pytest.raises(Refused) as refused:
        edit(release=release.pk, fields=seen, revision=1, by=cast.ben, clock=clock_at())

    assert refused.value.code == "changed-meanwhile"
    assert refused.value.details == {"release": release.pk, "revision": 2, "changed": ["weight"], "by": cast.ada.pk}
    assert Release.objects.get().weight == 4


def test_a_second_tab_that_says_the_same_is_not_told_off(cast):
    release = create_release(team=cast.pay)
    fields = said(release, weight=4)
    edit(release=release.pk, fields=fields, revision=1, by=cast.ada, clock=clock_at())

    edit(release=release.pk, fields=fields, revision=1, by=cast.ada, clock=clock_at())

    assert release.revisions.count() == 2


def test_a_revision_that_never_was_is_refused_like_an_old_one(cast):
    release = create_release(team=cast.pay)

    with pytest.raises(Refused) as refused:
        edit(release=release.pk, fields=said(release, weight=4), revision=9, by=cast.ben, clock=clock_at())

    assert refused.value.code == "changed-meanwhile"


@pytest.fixture
def beside(cast):
    """PAY's medium release shares a service with INV's large one, which soaks until after PAY's departure."""
    service, train = create_service(), create_train()
    large = aboard(slot_on(train, day=0), team=cast.inv, size="L", services=[service])
    medium = aboard(slot_on(train, day=3), team=cast.pay, size="M", services=[service])
    return medium, large


def test_enlarging_is_refused_with_both_sides(cast, beside):
    medium, large = beside

    with pytest.raises(Refused) as refused:
        edit(release=medium.pk, fields=said(medium, size=Size.LARGE), revision=1, by=cast.ben, clock=clock_at())

    (conflict,) = refused.value.conflicts
    assert conflict.code == "large-overlap"
    assert {conflict.a, conflict.b} == {Side.release(medium.pk), Side.release(large.pk)}
    assert Release.objects.get(pk=medium.pk).size == "M"
    assert Release.objects.get(pk=medium.pk).revision == 1


def test_asking_again_enlarges_and_turns_the_booking_into_a_request_in_one_step(cast, beside):
    medium, _ = beside
    slot = place_of(medium)

    edit(
        release=medium.pk,
        fields=said(medium, size=Size.LARGE),
        revision=1,
        by=cast.ben,
        clock=clock_at(),
        ask_again=True,
    )

    assert Release.objects.get(pk=medium.pk).size == "L"
    assert place_of(medium) is None
    assert (request_of(medium).slot_id, request_of(medium).wish) == (slot, "this")
    assert Booking.objects.get(release=medium).left_because == {"code": "edited"}


def test_a_service_more_is_refused_where_it_meets_another_large_one(cast):
    service, train = create_service(), create_train()
    aboard(slot_on(train, day=0), team=cast.inv, size="L", services=[service])
    release = aboard(slot_on(train, day=3), team=cast.pay, size="L")

    with pytest.raises(Refused) as refused:
        edit(
            release=release.pk,
            fields=said(release, services=frozenset({service.pk})),
            revision=1,
            by=cast.ben,
            clock=clock_at(),
        )

    assert [conflict.code for conflict in refused.value.conflicts] == ["large-overlap"]


def test_an_edit_that_outgrows_a_waiver_is_refused(cast):
    """They may share one service, in writing; a table on top is another matter."""
    service, table, train = create_service(), create_table(), create_train()
    large = aboard(slot_on(train, day=0), team=cast.inv, size="L", services=[service], tables=[table])
    create = create_release(team=cast.pay, size="L", services=[service])
    create_waiver("large-overlap", large, create, by=cast.cleo, facts=[f"service:{service.pk}"])
    Booking.objects.create(release=create, slot=slot_on(train, day=3), booked_at=NOW)

    with pytest.raises(Refused) as refused:
        edit(
            release=create.pk,
            fields=said(create, tables=frozenset({table.pk})),
            revision=1,
            by=cast.ben,
            clock=clock_at(),
        )

    assert refused.value.conflicts[0].basis.facts == {f"service:{service.pk}", f"table:{table.pk}"}
    assert Waiver.objects.filter(ended_at=None).count() == 1


def test_growing_past_the_slots_room_is_refused(cast):
    slot = slot_on(create_train(), day=0, capacity=3)
    aboard(slot, team=cast.inv)
    release = aboard(slot, team=cast.pay)

    with pytest.raises(Refused) as refused:
        edit(release=release.pk, fields=said(release, size=Size.MEDIUM), revision=1, by=cast.ben, clock=clock_at())

    assert [conflict.code for conflict in refused.value.conflicts] == ["capacity"]


def test_what_stood_before_refuses_no_edit(cast):
    """The slot is overfull since its capacity was cut: a better title is no matter of room."""
    slot = slot_on(create_train(), day=0, capacity=1)
    aboard(slot, team=cast.inv)
    release = aboard(slot, team=cast.pay)

    edit(release=release.pk, fields=said(release, title="Better"), revision=1, by=cast.ben, clock=clock_at())

    assert Release.objects.get(pk=release.pk).title == "Better"


def test_after_the_cut_off_an_edit_is_judged_by_what_it_changes(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    approved(release, by=cast.ada)

    edit(
        release=release.pk,
        fields=said(release, title="Better"),
        revision=1,
        by=cast.ben,
        clock=clock_at(slot.cut_off_at),
    )

    assert place_of(release) == slot.pk


def test_what_departed_is_not_edited(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    report(Booking.objects.get(), started_at=slot.start_at)

    with pytest.raises(Refused) as refused:
        edit(release=release.pk, fields=said(release, weight=2), revision=1, by=cast.cleo, clock=clock_at(slot.end_at))

    assert refused.value.code == "has-departed"


def test_needing_what_needs_it_is_refused_when_it_is_drawn_with_the_way_round(cast):
    first, second, third = (create_release(team=cast.pay) for _ in range(3))
    for one, on in ((first, second), (second, third)):
        edit(
            release=one.pk,
            fields=said(one, needs=frozenset({(on.pk, None)})),
            revision=1,
            by=cast.ada,
            clock=clock_at(),
        )

    needs = frozenset({(first.pk, 24)})
    with pytest.raises(Refused) as refused:
        edit(release=third.pk, fields=said(third, needs=needs), revision=1, by=cast.ada, clock=clock_at())

    assert refused.value.code == "needs-in-a-circle"
    way = [third, first, second, third]
    assert refused.value.details["way"] == " → ".join(one.code for one in way)


def test_an_edit_that_makes_it_need_what_rides_later_is_refused_where_it_rides(cast):
    train = create_train()
    early, late = slot_on(train, day=0), slot_on(train, day=7)
    rides, later = aboard(early, team=cast.pay), aboard(late, team=cast.inv)

    needs = frozenset({(later.pk, None)})
    with pytest.raises(Refused) as refused:
        edit(release=rides.pk, fields=said(rides, needs=needs), revision=1, by=cast.ada, clock=clock_at())

    assert [one.code for one in refused.value.conflicts] == ["dependency"]
