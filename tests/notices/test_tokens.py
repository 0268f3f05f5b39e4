"""What a token lets through: no more than its scopes, its time and its owner; and its secret is nowhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.audit.models import Entry
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role, Standing
from releasetrain.domain.scopes import OF_A_SERVICE, Scope
from releasetrain.notices import actions, queries
from releasetrain.notices.models import Token
from releasetrain.outbox.models import Message
from releasetrain.teams import actions as teams
from releasetrain.teams import queries as people
from releasetrain.teams.models import User
from tests.api.conftest import Caller, token_of
from tests.factories import NOW, clock
from tests.riding import place_of


def made(person, *scopes, days=30, at=NOW, name="script"):
    """A token and its secret."""
    return actions.make_token(name=name, scopes=scopes or tuple(Scope), days=days, by=person, clock=clock(at))


def service_of(team, by, *scopes, name="deploy"):
    """A caller with a token of a pipeline of the team, and the token."""
    said = {"scopes": scopes or tuple(OF_A_SERVICE), "days": 30, "by": by, "clock": timezone.now}
    token, secret = actions.make_service_token(team=team.pk, name=name, **said)
    return Caller(secret=secret), token


@pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 403), (Scope.CALENDAR, 200)])
def test_a_token_is_cut_down_to_its_scopes(cast, scene, scope, status):
    caller = token_of(cast.cleo, scope)

    answer = caller.post(f"/releases/RT-{scene.rides.pk}/leave", reason="not ready")

    assert answer.status_code == status, answer.data
    assert (place_of(scene.rides) is None) == (status == 200)


def test_scopes_give_nothing_that_the_person_may_not(cast, scene):
    answer = token_of(cast.dov).post(f"/releases/RT-{scene.rides.pk}/leave", reason="not ready")

    assert answer.status_code == 403
    assert place_of(scene.rides) is not None


def test_it_ends_to_the_second(cast):
    _token, secret = made(cast.ada, days=1)

    assert queries.let_in(secret, now=NOW + timedelta(days=1, seconds=-1))
    assert queries.let_in(secret, now=NOW + timedelta(days=1)) is None


def test_a_revoked_one_lets_nobody_in(cast):
    token, secret = made(cast.ada)

    actions.revoke_token(token=token.pk, by=cast.ada, clock=clock())

    assert queries.let_in(secret, now=NOW) is None


@pytest.mark.parametrize("secret", ["", "rtp_", "rtp_unknown", "rtp_é"])
def test_an_unknown_one_lets_nobody_in(cast, secret):
    assert queries.let_in(secret, now=NOW) is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer rtp_unknown", "Bearer \x80"])
def test_whoever_shows_nonsense_is_told_so(client, db, header):
    answer = client.get("/api/v1/me", headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "bad-token")


def test_whoever_is_let_go_is_let_in_no_more(cast):
    _token, secret = made(cast.ben)

    teams.deactivate_person(person=cast.ben.pk, by=cast.cleo, clock=clock())

    assert queries.let_in(secret, now=NOW) is None


def test_only_the_digest_of_the_secret_is_stored(cast, caplog):
    token, secret = made(cast.ada)
    Caller(secret=secret).get("/me")

    stored = [list(rows.objects.values()) for rows in (Token, Entry, Message, User)]
    assert secret not in str(stored)
    assert secret[4:] not in caplog.text
    assert token.digest == queries.digest_of(secret)


def test_its_use_is_noted_at_most_once_a_minute(cast):
    token, _secret = made(cast.ada)

    def noted(at):
        actions.note_use(Token.objects.get(pk=token.pk), now=at)
        return Token.objects.get(pk=token.pk).last_used_at

    assert noted(NOW) == NOW
    assert noted(NOW + timedelta(seconds=59)) == NOW
    assert noted(NOW + timedelta(seconds=60)) == NOW + timedelta(seconds=60)


def test_a_token_makes_none_that_is_good_for_more(cast):
    caller = token_of(cast.cleo, Scope.ACCOUNT)

    more = caller.post("/tokens", name="more", scopes=["waive"], days=3)
    same = caller.post("/tokens", name="same", scopes=["account"], days=3)

    assert (more.status_code, more.data["code"]) == (422, "more-than-own-token")
    assert same.status_code == 201


def test_a_token_makes_no_service_that_is_good_for_more(cast):
    caller = token_of(cast.ada, Scope.SETUP)

    answer = caller.post("/tokens", name="deploy", scopes=["calendar"], days=3, team="PAY")

    assert (answer.status_code, answer.data["code"]) == (422, "more-than-own-token")
    assert not User.objects.exclude(service_of=None).exists()


def test_a_service_acts_under_its_own_name_and_for_its_team_alone(cast, scene):
    caller, token = service_of(cast.pay, cast.ada)

    left = caller.post(f"/releases/RT-{scene.rides.pk}/leave", reason="not ready")
    other = caller.post(f"/releases/RT-{scene.waits.pk}/withdraw", reason="not ours")

    assert (left.status_code, other.status_code) == (200, 403)
    assert Entry.objects.get(verb="booking.left").by_id == token.user_id
    assert token.user.name == "PAY deploy"
    scene.waits.refresh_from_db()
    assert scene.waits.withdrawn_at is None


def test_a_service_outlives_whoever_made_it(cast, scene):
    caller, _token = service_of(cast.pay, cast.ada)

    teams.deactivate_person(person=cast.ada.pk, by=cast.cleo, clock=clock())

    assert caller.get("/me").status_code == 200


@pytest.mark.parametrize("scope", sorted(set(Scope) - OF_A_SERVICE))
def test_a_service_is_given_nothing_that_a_person_does(cast, scope):
    with pytest.raises(Refused, match="not-for-a-service"):
        service_of(cast.pay, cast.ada, scope)


def test_a_service_is_no_person(cast):
    _caller, token = service_of(cast.pay, cast.ada)

    assert token.user not in people.everybody()
    with pytest.raises(Refused, match="no-such-person"):
        teams.give_role(person=token.user_id, role=Role.ARCHITECT, by=cast.cleo, clock=clock())
    with pytest.raises(Refused, match="no-such-person"):
        teams.set_membership(
            team=cast.inv.pk, person=token.user_id, standing=Standing.LEAD, by=cast.cleo, clock=clock()
        )


def test_a_service_has_no_account(cast):
    caller, _token = service_of(cast.pay, cast.ada)

    assert caller.patch("/me", name="Ada").status_code == 403
    assert caller.post("/tokens", name="more", scopes=["read"], days=3).status_code == 403
    assert caller.get("/tokens").data["results"] == []


def test_a_stranger_neither_sees_nor_revokes(cast):
    _caller, service = service_of(cast.pay, cast.ada)
    own, _secret = made(cast.ada)

    for stranger in (cast.dov, cast.ben):
        caller = token_of(stranger)
        seen = {one["id"] for one in caller.get("/tokens").data["results"]}
        assert not seen & {own.pk, service.pk}
        assert [caller.delete(f"/tokens/{id}").status_code for id in (own.pk, service.pk)] == [404, 404]
    assert not Token.objects.filter(revoked_at__isnull=False).exists()


def test_whoever_sets_teams_up_looks_after_services_and_not_after_people_s_own(cast):
    _caller, service = service_of(cast.pay, cast.ada)
    own, _secret = made(cast.ada)

    actions.revoke_token(token=service.pk, by=cast.cleo, clock=clock())
    with pytest.raises(Refused, match="no-such-token"):
        actions.revoke_token(token=own.pk, by=cast.cleo, clock=clock())


def test_revoking_twice_is_once(cast):
    token, _secret = made(cast.ada)

    for minute in (1, 2):
        actions.revoke_token(token=token.pk, by=cast.ada, clock=clock(NOW + timedelta(minutes=minute)))

    token.refresh_from_db()
    assert token.revoked_at == NOW + timedelta(minutes=1)
    assert Entry.objects.filter(verb="token.revoked").count() == 1
