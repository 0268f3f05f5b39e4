"""A release manager says yes, in writing (C4)."""

from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding import queries
from releasetrain.boarding.actions.drafting import edit
from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.waiving import key_of, waive
from releasetrain.domain.errors import Refused
from releasetrain.domain.sizes import Size
from releasetrain.trains.models import Waiver
from tests.factories import NOW, create_service, create_train
from tests.riding import aboard, board, clock_at, create_release, days, place_of, request_of, said, slot_on

YES = "Both teams watch together on the bridge."


def rows(release, slot, *codes):
    """Every row of the waiver form, or those of ``codes``, with a reason."""
    found = queries.standing_conflicts(release.pk, slot=slot.pk, now=NOW)
    return {key_of(conflict): YES for conflict in found if not codes or conflict.code in codes}


@pytest.fixture
def crowded(cast):
    """A slot with INV's large release; PAY's large one with the same service asks for it."""
    service = create_service()
    slot = slot_on(create_train(), day=0, capacity=6)
    there = aboard(slot, team=cast.inv, size="L", services=[service])
    release = create_release(team=cast.pay, size="L", services=[service], slot=slot)
    return release, there, slot


def test_one_form_for_all_conflicts_boards_it_with_the_last_one(cast, crowded):
    release, _, slot = crowded
    reasons = rows(release, slot)

    rides = waive(release=release.pk, slot=slot.pk, reasons=reasons, by=cast.cleo, clock=clock_at())

    assert rides
    assert {code for code, _, _ in reasons} == {"large-rides-alone", "large-overlap", "capacity"}
    assert place_of(release) == slot.pk
    assert request_of(release) is None
    assert Waiver.objects.count() == 3


def test_as_long_as_one_stands_it_goes_on_asking(cast, crowded):
    release, _, slot = crowded
    some = rows(release, slot, "large-rides-alone", "large-overlap")

    rides = waive(release=release.pk, slot=slot.pk, reasons=some, by=cast.cleo, clock=clock_at())

    assert not rides
    assert request_of(release).slot == slot
    assert Waiver.objects.count() == 2


def test_the_rest_may_be_waived_later(cast, crowded):
    release, _, slot = crowded
    some = rows(release, slot, "large-rides-alone", "large-overlap")
    waive(release=release.pk, slot=slot.pk, reasons=some, by=cast.cleo, clock=clock_at())

    assert waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())


def test_a_waiver_keeps_who_when_why_and_what_it_rests_on(cast, crowded):
    release, there, slot = crowded

    waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())

    waiver = Waiver.objects.get(code="large-overlap")
    assert (waiver.a_id, waiver.b_id) == (there.pk, release.pk)
    assert (waiver.by, waiver.at, waiver.reason) == (cast.cleo, NOW, YES)
    assert waiver.facts == [f"service:{release.services.get().pk}"]
    assert Waiver.objects.get(code="capacity").amounts == {"points": 6}
    assert Entry.objects.filter(verb="waiver.made", subject=f"release:{there.pk}").count() == 2


@pytest.mark.parametrize("who", ["ada", "ben", "dov", "ines"])
def test_only_a_release_manager_waives(cast, crowded, who):
    release, _, slot = crowded

    with pytest.raises(Refused) as refused:
        waive(
            release=release.pk,
            slot=slot.pk,
            reasons=rows(release, slot),
            by=getattr(cast, who),
            clock=clock_at(),
        )

    assert refused.value.code == "forbidden"
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("side", [0, 1])
def test_nobody_waives_for_a_release_they_edited(cast, crowded, side):
    release, _, slot = crowded
    edited = crowded[side]
    edit(release=edited.pk, fields=said(edited, weight=3), revision=1, by=cast.cleo, clock=clock_at())

    with pytest.raises(Refused) as refused:
        waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())

    assert (refused.value.code, refused.value.details) == ("edited-it-yourself", {"release": edited.pk})
    assert not Waiver.objects.exists()


def test_bringing_a_release_in_from_a_file_is_no_edit(cast):
    slot = slot_on(create_train(), day=0)
    aboard(slot, team=cast.inv, size="L")
    release = create_release(team=cast.pay, slot=slot, by=cast.cleo, imported_key="PAY-7")

    assert waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())


def test_a_waiver_against_one_says_nothing_about_another(cast):
    """C4: waived against INV's, the large release of PAY meets a third one three days later all the same."""
    service, train = create_service(), create_train()
    slot = slot_on(train, day=0)
    aboard(slot, team=cast.inv, size="L", services=[service])
    third = aboard(slot_on(train, day=3), team=cast.inv, size="S", services=[service])
    release = create_release(team=cast.pay, size="L", services=[service], slot=slot)
    waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())

    with pytest.raises(Refused) as refused:
        edit(release=third.pk, fields=said(third, size=Size.LARGE), revision=1, by=cast.dov, clock=clock_at())

    assert {conflict.code for conflict in refused.value.conflicts} == {"large-overlap"}
    assert len(refused.value.conflicts) == 2


def test_an_outgrown_waiver_no_longer_covers(cast, crowded):
    """They may share one service, in writing. One more between them is another matter."""
    release, there, slot = crowded
    waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())
    more = create_service()
    edit(
        release=there.pk,
        fields=said(there, services=frozenset({*said(there).services, more.pk})),
        revision=1,
        by=cast.dov,
        clock=clock_at(),
    )

    with pytest.raises(Refused) as refused:
        edit(
            release=release.pk,
            fields=said(release, services=frozenset({*said(release).services, more.pk})),
            revision=1,
            by=cast.ben,
            clock=clock_at(),
        )

    assert [conflict.code for conflict in refused.value.conflicts] == ["large-overlap"]


def test_after_asking_again_a_release_manager_who_edited_nothing_may_waive_anew(cast, crowded):
    release, there, slot = crowded
    waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())
    more = create_service()
    for one, who in ((there, cast.dov), (release, cast.ben)):
        edit(
            release=one.pk,
            fields=said(one, services=frozenset({*said(one).services, more.pk})),
            revision=1,
            by=who,
            clock=clock_at(),
            ask_again=one == release,
        )

    left = rows(release, slot)
    rides = waive(release=release.pk, slot=slot.pk, reasons=left, by=cast.cleo, clock=clock_at())

    assert [code for code, _, _ in left] == ["large-overlap"]
    assert rides


def test_moving_elsewhere_a_pairs_overlap_stays_waived_but_not_its_sharing_of_a_slot(cast, crowded):
    """rides-alone rests on the pair and the slot."""
    release, there, slot = crowded
    waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())
    later = slot_on(slot.train, day=1, capacity=20)
    book(release=release.pk, slot=later.pk, by=cast.ben, clock=clock_at())

    with pytest.raises(Refused) as refused:
        book(release=there.pk, slot=later.pk, by=cast.dov, clock=clock_at())

    assert [conflict.code for conflict in refused.value.conflicts] == ["large-rides-alone"]


def test_a_waiver_that_ends_before_the_departure_boards_nobody(cast, crowded):
    release, _, slot = crowded

    with pytest.raises(Refused) as refused:
        waive(
            release=release.pk,
            slot=slot.pk,
            reasons=rows(release, slot),
            by=cast.cleo,
            clock=clock_at(),
            until=slot.start_at,
        )

    assert refused.value.code == "until-too-early"
    assert not Waiver.objects.exists()


def test_what_stands_against_a_release_where_it_rides_is_waived_where_it_rides(cast):
    """The slot's capacity was cut after both had boarded."""
    slot = slot_on(create_train(), day=0, capacity=1)
    aboard(slot, team=cast.inv)
    release = create_release(team=cast.pay)
    board(release, slot)

    assert waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())
    assert queries.standing_conflicts(release.pk, slot=slot.pk, now=NOW) == []


def test_a_conflict_that_is_gone_cannot_be_waived(cast, crowded):
    release, _, slot = crowded
    form = rows(release, slot)
    elsewhere = slot_on(slot.train, day=30)

    with pytest.raises(Refused) as refused:
        waive(release=release.pk, slot=elsewhere.pk, reasons=form, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "conflict-is-gone"


def test_every_row_needs_a_reason(cast, crowded):
    release, _, slot = crowded
    form = dict.fromkeys(rows(release, slot), "  ")

    with pytest.raises(Refused) as refused:
        waive(release=release.pk, slot=slot.pk, reasons=form, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "reason-missing"


def test_a_double_click_waives_once(cast, crowded):
    release, _, slot = crowded
    form, key = rows(release, slot), uuid4()

    first = waive(release=release.pk, slot=slot.pk, reasons=form, by=cast.cleo, clock=clock_at(), key=key)
    second = waive(release=release.pk, slot=slot.pk, reasons=form, by=cast.cleo, clock=clock_at(), key=key)

    assert first
    assert second
    assert Waiver.objects.count() == 3


def test_boarding_after_the_cut_off_is_waivable_for_that_slot(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)
    late = clock_at(slot.cut_off_at + days(0.01))
    found = queries.standing_conflicts(release.pk, slot=slot.pk, now=late())

    rides = waive(
        release=release.pk, slot=slot.pk, reasons={key_of(one): YES for one in found}, by=cast.cleo, clock=late
    )

    assert rides


def test_nobody_waives_a_slot_in_which_a_release_rides_that_they_edited(cast):
    """A waiver of capacity speaks for every rider it names (R7)."""
    slot = slot_on(create_train(), day=0, capacity=1)
    aboard(slot, team=cast.pay, by=cast.cleo)
    release = create_release(team=cast.inv, slot=slot)

    with pytest.raises(Refused) as refused:
        waive(release=release.pk, slot=slot.pk, reasons=rows(release, slot), by=cast.cleo, clock=clock_at())

    assert refused.value.code == "edited-it-yourself"
