"""Attest which versions run: a person's word, with a reason, where a service does not report."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.domain.versions import CodeClass
from releasetrain.notices import actions as notices
from releasetrain.rollouts.actions import attest
from releasetrain.schema.models import Attestation
from releasetrain.teams.models import User
from tests.factories import clock
from tests.riding import days, report
from tests.versions import reported

V0, V1, V2, V3 = CodeClass


@pytest.fixture
def expanded(way):
    """The instant at which expand has departed."""
    end = way.slots["expand"].end_at
    report(way.releases["expand"].bookings.get(), started_at=way.slots["expand"].start_at, finished_at=end)
    return end


def say(way, by, code=V1, reason="Counted by hand.", at=None):
    attest(change=way.change.pk, service=way.service.pk, code=code, reason=reason, by=by, clock=clock(at))


def warned(now):
    return [one.release for one in standing(now) if one.conflict.code == "old-version-running"]


def test_it_stands_in_for_a_report(cast, way, expanded):
    assert warned(expanded) == [way.releases["backfill"].pk]

    say(way, cast.ada, at=expanded)

    assert warned(expanded) == []
    assert Entry.objects.get(verb="versions.attested").facts["reason"] == "Counted by hand."


def test_it_overrides_what_was_reported_before(cast, way, expanded):
    reported(way.service, "5.117", by=cast.ben, at=expanded)

    say(way, cast.ada, at=expanded + days(1))

    assert warned(expanded + days(1)) == []


def test_of_too_old_a_class_it_changes_nothing(cast, way, expanded):
    say(way, cast.ada, V0, at=expanded)

    assert warned(expanded) == [way.releases["backfill"].pk]


@pytest.mark.parametrize("who", ["ada", "ben", "cleo", "ines"])
def test_people_of_the_team_release_managers_and_architects_may(cast, way, expanded, who):
    say(way, getattr(cast, who), at=expanded)

    assert Attestation.objects.get().by == getattr(cast, who)


def test_another_team_may_not_and_never_a_pipeline(cast, way, expanded):
    made = {"scopes": ("depart",), "name": "deploy", "days": 9, "by": cast.cleo, "clock": clock()}
    token, _secret = notices.make_service_token(team=cast.pay.pk, **made)

    for who in (cast.dov, User.objects.get(pk=token.user_id)):
        with pytest.raises(Refused, match="forbidden"):
            say(way, who, at=expanded)

    assert not Attestation.objects.exists()


def test_without_a_reason_it_is_refused(cast, way, expanded):
    with pytest.raises(Refused, match="reason-missing"):
        say(way, cast.ada, reason=" ", at=expanded)
