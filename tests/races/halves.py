"""Every verb that is a way to a booking, on one side: it adds the last fact that half of a large pair lacks."""

from dataclasses import replace
from typing import Any

from releasetrain.boarding import queries
from releasetrain.boarding.actions import asking, drafting, importing, riding, submitting, trains, waiving
from releasetrain.domain.release_file import Source
from releasetrain.domain.sizes import Size
from releasetrain.planning import actions as planning
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Request
from tests.factories import NOW, TUESDAY
from tests.planning_rows import propose
from tests.races.gates import Deed
from tests.races.raw_halves import raw_services, raw_tables, raw_waiver
from tests.races.sides import WANTED, Side, Way, create_world
from tests.riding import days, said


def book(side: Side) -> Deed:
    release = side.release()
    return lambda: riding.book(release=release.pk, slot=side.near.pk, **side.hand)


def move(side: Side) -> Deed:
    release = side.release(on=side.far)
    return lambda: riding.move(release=release.pk, slot=side.near.pk, **side.hand)


def swap(side: Side) -> Deed:
    release, other = side.release(on=side.far), side.bystander()
    return lambda: riding.swap(one=release.pk, other=other.pk, **side.hand)


def enlarge(side: Side) -> Deed:
    return _edit(side, side.release(on=side.near, size="M"), size=Size.LARGE)


def change_services(side: Side) -> Deed:
    release = side.release(on=side.near, services=[side.own_service], tables=[])
    return _edit(side, release, services=frozenset({side.world.service.pk}))


def change_tables(side: Side) -> Deed:
    release = side.release(on=side.near, services=[], tables=[side.own_table])
    return _edit(side, release, tables=frozenset({side.world.table.pk}))


def _edit(side: Side, release: Release, **facts: Any) -> Deed:
    fields = said(release, **facts)
    return lambda: drafting.edit(release=release.pk, fields=fields, revision=release.revision, **side.hand)


def ask_and_serve(side: Side) -> Deed:
    """Whoever rides where the release asks to ride asks for another slot, and the release is served."""
    rider = side.bystander(size="L", services=[side.own_service])
    side.release(train=None, slot=side.near)
    return lambda: asking.ask(release=rider.pk, slot=side.far.pk, **side.hand)


def leave_and_serve(side: Side) -> Deed:
    rider = side.bystander(size="L", services=[side.own_service])
    side.release(train=None, slot=side.near)
    return lambda: riding.leave(release=rider.pk, reason="Not ready.", **side.hand)


def submit(side: Side) -> Deed:
    draft = side.release(submitted=False, train=None, slot=side.near)
    return lambda: submitting.submit(release=draft.pk, **side.hand)


def submit_again(side: Side) -> Deed:
    """It was withdrawn, and takes the first slot that would do: the near one, or the far one."""
    release = side.release(train=None, withdrawn_at=NOW)
    wish = {"train": side.near.train, "wish": Request.Wish.FIRST}
    Request.objects.create(release=release, made_at=NOW, **wish)
    return lambda: submitting.submit(release=release.pk, **side.hand)


def draft_and_submit(side: Side) -> Deed:
    facts = {"services": frozenset({side.world.service.pk}), "tables": frozenset({side.world.table.pk})}
    fields = ReleaseFields(title="New", size=Size.LARGE, **facts)
    wish = drafting.Wish(slot=side.near.pk, kind="this")
    team = side.world.team.pk
    return lambda: drafting.draft(team=team, fields=fields, wish=wish, submit=True, **side.hand)


def waive_and_board(side: Side) -> Deed:
    """A small one rides in the slot; waiving that boards the large one."""
    release = side.release()
    side.bystander()
    found = queries.standing_conflicts(release.pk, slot=side.near.pk, now=NOW)
    reasons = {waiving.key_of(one): "They watch together." for one in found if one.code == "large-rides-alone"}
    return lambda: waiving.waive(release=release.pk, slot=side.near.pk, reasons=reasons, **side.waiving_hand)


def end_waiver(side: Side) -> Deed:
    side.release(on=side.near)
    side.waiver = WANTED
    return lambda: waiving.end_waiver(waiver=side.waiver.pk, **side.waiving_hand)


def amend_waiver(side: Side) -> Deed:
    """Until before either departs."""
    side.release(on=side.near)
    side.waiver = WANTED
    facts = {"until": TUESDAY - days(0.5), "reason": "Shorter."}
    return lambda: waiving.amend_waiver(waiver=side.waiver.pk, **facts, **side.waiving_hand)


def bring_in(side: Side) -> Deed:
    return _bring(side)


def bring_larger(side: Side) -> Deed:
    """It came in before, and the file says by now that it is large."""
    side.release(on=side.near, size="M", imported_key=f"{Source.OWN.value}:K-{side.number}")
    return _bring(side)


def _bring(side: Side) -> Deed:
    train, at = side.near.train.slug, f"{side.near.start_at:%Y-%m-%d %H:%M}"
    row = f"K-{side.number},From a file,{side.world.team.code},L,shared,main.shared,{train},{at}"
    facts = {"text": f"key,title,team,size,services,tables,train,slot\n{row}", "history": False, "train": None}
    return lambda: importing.import_releases(**facts, **side.hand)


def apply_plan(side: Side) -> Deed:
    """A plan that held when it was made."""
    release = side.release(on=side.far)
    proposal = propose({release: side.near}, by=side.world.by)
    return lambda: planning.apply(proposal=proposal.pk, **side.hand)


def apply_plan_for_two(side: Side) -> Deed:
    """The same, with a small one that makes way in the same step."""
    release, other = side.release(on=side.far), side.bystander()
    proposal = propose({release: side.near, other: side.far}, by=side.world.by, needs={release: [other]})
    return lambda: planning.apply(proposal=proposal.pk, **side.hand)


def edit_train(side: Side) -> Deed:
    side.release(on=side.soon)
    train = side.soon.train
    fields = replace(TrainFields.of(train), soak_large_hours=72)
    return lambda: trains.edit_train(train=train.pk, fields=fields, **side.hand)


def move_while_growing(fact: str) -> list[Deed]:
    """One release, two deeds: it moves to where a large one would meet it, and it becomes what would meet there."""
    world = create_world()
    one, other = world.sides
    other.release(on=other.near)
    lacks, gets = {
        "size": ({"size": "M"}, {"size": Size.LARGE}),
        "services": ({"services": [], "tables": []}, {"services": frozenset({world.service.pk})}),
        "tables": ({"services": [], "tables": []}, {"tables": frozenset({world.table.pk})}),
    }[fact]
    release = one.release(on=one.far, **lacks)
    return [lambda: riding.move(release=release.pk, slot=one.near.pk, **one.hand), _edit(one, release, **gets)]


VERBS: tuple[Way, ...] = (
    book,
    move,
    swap,
    enlarge,
    change_services,
    change_tables,
    ask_and_serve,
    leave_and_serve,
    submit,
    submit_again,
    draft_and_submit,
    waive_and_board,
    end_waiver,
    amend_waiver,
    bring_in,
    bring_larger,
    edit_train,
    apply_plan,
    apply_plan_for_two,
)
MADE_ANEW = frozenset({bring_in, draft_and_submit})
ENDS_A_WAIVER = frozenset({end_waiver, amend_waiver, raw_waiver})


def can_be_laid(one: Way, other: Way) -> bool:
    """Whether there is such a world: a waiver that two would end is one that neither may."""
    return not (one in ENDS_A_WAIVER and other in ENDS_A_WAIVER)


def can_meet(one: Way, other: Way) -> bool:
    """Whether the two together would leave a pair: not where they add different things, or lack what a waiver is of."""
    by_service, by_table = {change_services, raw_services}, {change_tables, raw_tables}
    ways = {one, other}
    return not (ways & by_service and ways & by_table) and not (ways & ENDS_A_WAIVER and ways & MADE_ANEW)
