"""Write a release down."""

from dataclasses import replace
from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.drafting import Wish, draft
from releasetrain.domain.errors import Refused
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.trains.models import Request
from tests.factories import NOW, create_service, create_table, create_train
from tests.riding import clock_at, create_release, request_of, said, slot_on

FIELDS = ReleaseFields(title="QR payments: expand")


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_the_team_and_release_managers_draft(cast, who):
    create_train()

    number = draft(team=cast.pay.pk, fields=FIELDS, by=getattr(cast, who), clock=clock_at())

    release = Release.objects.get(pk=number)
    assert (release.team, release.created_by, release.created_at) == (cast.pay, getattr(cast, who), NOW)


@pytest.mark.parametrize("who", ["dov", "ines"])
def test_nobody_else_drafts_for_a_team(cast, who):
    create_train()

    with pytest.raises(Refused) as refused:
        draft(team=cast.pay.pk, fields=FIELDS, by=getattr(cast, who), clock=clock_at())

    assert refused.value.code == "forbidden"
    assert not Release.objects.exists()


def test_everything_that_was_said_is_kept(cast):
    create_train()
    needed = create_release(team=cast.pay)
    fields = ReleaseFields(
        title="QR payments: expand",
        description="New nullable fields.",
        size=Size.LARGE,
        services=frozenset({create_service().pk}),
        tables=frozenset({create_table().pk}),
        earliest=NOW.date(),
        due=NOW.date(),
        weight=3,
        links=("https://tasks.company.example/PAY-7",),
        needs=frozenset({(needed.pk, 24)}),
    )

    number = draft(team=cast.pay.pk, fields=fields, by=cast.ben, clock=clock_at())

    assert said(Release.objects.get(pk=number)) == fields


def test_the_first_revision_says_who_wrote_it(cast):
    create_train()

    number = draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at())

    revision = Release.objects.get(pk=number).revisions.get()
    assert (revision.number, revision.by, revision.at) == (1, cast.ben, NOW)
    assert revision.fields["title"] == "QR payments: expand"


def test_a_draft_asks_for_nothing_and_keeps_its_wish(cast):
    slot = slot_on(create_train(), day=0)
    wish = Wish(slot=slot.pk, kind=Request.Wish.THIS)

    number = draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at(), wish=wish)

    request = request_of(Release.objects.get(pk=number))
    assert (request.slot, request.train, request.wish, request.asked_at) == (slot, slot.train, "this", None)


def test_without_a_wish_it_is_the_first_that_would_do_on_the_teams_own_train(cast):
    create_train()
    own = create_train(slug="cash", default_of=[cast.pay])

    number = draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at())

    request = request_of(Release.objects.get(pk=number))
    assert (request.train, request.slot, request.wish) == (own, None, "first")


def test_a_slot_that_departed_cannot_be_wished(cast):
    slot = slot_on(create_train(), day=0)

    with pytest.raises(Refused) as refused:
        draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at(slot.start_at), wish=Wish(slot=slot.pk))

    assert refused.value.code == "slot-departed"
    assert not Release.objects.exists()


def test_before_there_is_a_train_nobody_drafts(cast):
    with pytest.raises(Refused) as refused:
        draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at())

    assert refused.value.code == "no-train-yet"


def test_a_double_click_writes_one_release(cast):
    create_train()
    key = uuid4()

    first = draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at(), key=key)
    second = draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at(), key=key)

    assert first == second
    assert Release.objects.count() == 1
    assert Entry.objects.filter(verb="release.drafted").count() == 1


def test_somebody_elses_key_is_another_key(cast):
    create_train()
    key = uuid4()

    draft(team=cast.pay.pk, fields=FIELDS, by=cast.ben, clock=clock_at(), key=key)
    draft(team=cast.pay.pk, fields=FIELDS, by=cast.ada, clock=clock_at(), key=key)

    assert Release.objects.count() == 2


@pytest.mark.parametrize(
    ("unknown", "code"),
    [
        ({"services": frozenset({999})}, "no-such-service"),
        ({"tables": frozenset({999})}, "no-such-table"),
        ({"initiative": 999}, "no-such-initiative"),
        ({"needs": frozenset({(999, None)})}, "no-such-release"),
    ],
)
def test_what_a_draft_names_must_be_there(cast, unknown, code):
    create_train()

    with pytest.raises(Refused) as refused:
        draft(team=cast.pay.pk, fields=replace(FIELDS, **unknown), by=cast.ben, clock=clock_at())

    assert refused.value.code == code
    assert not Release.objects.exists()
