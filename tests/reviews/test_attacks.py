"""Attacks on approvals: who x which field they changed x by which path. None of them ever counts.

Each attacker edited what they then try to approve. An attack succeeds if their verdict counts for a gate afterwards.
"""

import json
from contextlib import suppress
from itertools import product

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from releasetrain.boarding.actions.drafting import draft, edit
from releasetrain.boarding.actions.submitting import submit, withdraw
from releasetrain.domain.errors import Refused
from releasetrain.domain.fingerprints import CLASS_OF
from releasetrain.domain.permissions import Role
from releasetrain.domain.scopes import Scope
from releasetrain.domain.sizes import Size
from releasetrain.domain.verdicts import Kind
from releasetrain.notices import actions as notices
from releasetrain.notices.queries import let_in
from releasetrain.releases.fields import ReleaseFields, Step
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.reviews.models import Policy, Verdict
from releasetrain.reviews.queries.cases import Case, cases
from releasetrain.schema.models import SchemaChange
from releasetrain.teams.models import Membership, RoleHolder
from tests.api.conftest import token_of
from tests.factories import NOW, clock, create_cast, create_service, create_table, create_train
from tests.riding import said

FIELDS = ("services", "links", "needs", "tables", "steps", "clients", "size")
GATES = ("team", "architecture")
EVERY = ["clients", "code", "data", "size"]


def rules(*, team=EVERY, architecture=EVERY):
    """A policy with two gates for every release."""
    gates = [
        {"code": "team", "role": "team", "rests_on": team},
        {"code": "architecture", "role": "architect", "rests_on": architecture},
    ]
    return [{"name": "every", "when": {}, "gates": gates}]


class World:
    """A release that Ada wrote and Ines approved, and everybody who tries."""

    def __init__(self):
        self.cast = create_cast()
        create_train(default_of=[self.cast.pay])
        Policy.objects.create(rules=rules(), made_at=NOW)
        self.service, self.table = create_service(team=self.cast.pay), create_table()
        self.client = create_service(team=self.cast.pay, kind="client", platform="iOS")
        self.change = SchemaChange.objects.create(name="Change", table=self.table)
        for person in (self.cast.ada, self.cast.ben, self.cast.cleo):
            RoleHolder.objects.create(role=Role.ARCHITECT.value, person=person)
        Membership.objects.create(team=self.cast.pay, person=self.cast.cleo)
        self.other = draft(team=self.cast.pay.pk, fields=ReleaseFields(title="Other"), by=self.cast.ada, clock=clock())
        facts = {"fields": ReleaseFields(title="Fees"), "by": self.cast.ada, "clock": clock()}
        self.release = draft(team=self.cast.pay.pk, submit=True, **facts)
        self.approve(self.cast.ines, "architecture")
        self.approve(self.cast.ben, "team")

    def changed(self, field):
        """What the release says once ``field`` is otherwise."""
        other = {
            "services": frozenset({self.service.pk}),
            "links": ("https://git.example/2",),
            "needs": frozenset({(self.other, None)}),
            "tables": frozenset({self.table.pk}),
            "steps": frozenset({Step(self.change.pk, "expand", "CREATE TABLE x (id int)")}),
            "clients": frozenset({self.client.pk}),
            "size": Size.MEDIUM,
        }
        return said(self.now(), **{field: other[field]})

    def now(self):
        return Release.objects.get(pk=self.release)

    def edit(self, by, field):
        fields, revision = self.changed(field), self.now().revision
        edit(release=self.release, fields=fields, revision=revision, by=by, clock=clock())

    def approve(self, by, gate, *, kind=Kind.APPROVE, revision=None):
        facts = {"revision": revision or self.now().revision, "conditions": ["Try."], "kind": kind}
        give_verdict(release=self.release, gate=gate, by=by, clock=clock(), **facts)

    def counts(self, who, gate):
        """Whether a verdict of this person counts for the gate."""
        (case,) = cases([self.release])
        return any(one.by == who.pk for found in case.standings if found.gate.code == gate for one in found.counts)


# Who: each edits the field in some way, and returns who then tries to approve.
def co_editor(world, field):
    world.edit(world.cast.ben, field)
    return world.cast.ben


def the_author(world, field):
    world.edit(world.cast.ada, field)
    return world.cast.ada


def release_manager(world, field):
    world.edit(world.cast.cleo, field)
    return world.cast.cleo


def who_hides_behind_a_pipeline(world, field):
    facts = {"name": "deploy", "days": 9, "by": world.cast.ada, "clock": timezone.now}
    _, secret = notices.make_service_token(team=world.cast.pay.pk, scopes=[Scope.RELEASES], **facts)
    _token, service, _person = let_in(secret, now=timezone.now())
    world.edit(service, field)
    return world.cast.ada


def who_left_and_came_back(world, field):
    world.edit(world.cast.ben, field)
    Membership.objects.filter(person=world.cast.ben).delete()
    Membership.objects.create(person=world.cast.ben, team=world.cast.pay)
    return world.cast.ben


def one_of_two_editors(world, field):
    world.edit(world.cast.ben, field)
    world.edit(world.cast.ada, "size" if field != "size" else "links")
    return world.cast.ben


ATTACKERS = (
    co_editor,
    the_author,
    release_manager,
    who_hides_behind_a_pipeline,
    who_left_and_came_back,
    one_of_two_editors,
)


# Paths: each tries to get an approval in.
def by_the_verb(world, who, gate, field):
    world.approve(who, gate)


def with_conditions(world, who, gate, field):
    world.approve(who, gate, kind=Kind.CONDITIONS)


def with_an_old_revision(world, who, gate, field):
    world.approve(who, gate, revision=1)


def by_the_page(world, who, gate, field):
    browser = Client()
    browser.force_login(who)
    form = {"kind": "approve", "revision": world.now().revision}
    browser.post(f"/releases/{world.release}/gates/{gate}/verdict/", form)


def by_a_token(world, who, gate, field):
    body = json.dumps({"kind": "approve", "revision": world.now().revision})
    headers = {"Authorization": f"Bearer {token_of(who).secret}"}
    address = f"/api/v1/releases/{world.release}/gates/{gate}/verdict"
    Client().post(address, body, content_type="application/json", headers=headers)


def after_submitting_again(world, who, gate, field):
    withdraw(release=world.release, reason="So.", by=world.cast.ada, clock=clock())
    submit(release=world.release, by=world.cast.ada, clock=clock())
    world.approve(who, gate)


def under_a_policy_that_asked_for_less(world, who, gate, field):
    """Approve while the gate rests on something else, then let it rest on everything."""
    others = [one for one in EVERY if one != CLASS_OF[field].value]
    Policy.objects.create(rules=rules(**{gate: others}), made_at=NOW)
    withdraw(release=world.release, reason="So.", by=world.cast.ada, clock=clock())
    submit(release=world.release, by=world.cast.ada, clock=clock())
    try:
        world.approve(who, gate)
    except Refused:
        return
    Policy.objects.create(rules=rules(), made_at=NOW)
    withdraw(release=world.release, reason="So.", by=world.cast.ada, clock=clock())
    submit(release=world.release, by=world.cast.ada, clock=clock())


def run(sql, *facts):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, facts)


INSERT = (
    "INSERT INTO reviews_verdict"
    " (release_id, gate, role, kind, note, revision, policy_id, rests_on, promise, at, by_id)"
    " VALUES (%s, %s, %s, 'approve', '', %s, %s, %s, %s, now(), %s)"
)


def insert(world, who, gate, *, revision=None, role=None, classes=EVERY):
    """Write a verdict past every verb, with the right fingerprints."""
    (case,) = cases([world.release])
    prints = {one: case.content.fingerprints[one] for one in case.content.fingerprints if one in classes}
    good = Verdict.objects.filter(release=world.release).first()
    known = role or ("team" if gate == "team" else "architect")
    facts = (revision or world.now().revision, good.policy_id, json.dumps(prints), json.dumps(good.promise), who.pk)
    run(INSERT, world.release, gate, known, *facts)


def by_raw_sql(world, who, gate, field):
    insert(world, who, gate)


def by_raw_sql_on_an_old_revision(world, who, gate, field):
    insert(world, who, gate, revision=1)


def by_raw_sql_that_rests_on_less(world, who, gate, field):
    insert(world, who, gate, classes=[one for one in EVERY if one != CLASS_OF[field].value])


def by_raw_sql_in_another_role(world, who, gate, field):
    insert(world, who, gate, role="release-manager")


def by_taking_over_anothers_verdict(world, who, gate, field):
    run("UPDATE reviews_verdict SET by_id = %s, revision = %s WHERE gate = %s", who.pk, world.now().revision, gate)


def by_hiding_who_edited(world, who, gate, field):
    try:
        run("UPDATE releases_revision SET editors = '{}' WHERE release_id = %s", world.release)
    finally:
        world.approve(who, gate)


def by_deleting_the_edit(world, who, gate, field):
    try:
        run("DELETE FROM releases_revision WHERE release_id = %s AND number > 1", world.release)
    finally:
        world.approve(who, gate)


PATHS = (
    by_the_verb,
    with_conditions,
    with_an_old_revision,
    by_the_page,
    by_a_token,
    after_submitting_again,
    under_a_policy_that_asked_for_less,
    by_raw_sql,
    by_raw_sql_on_an_old_revision,
    by_raw_sql_that_rests_on_less,
    by_raw_sql_in_another_role,
    by_taking_over_anothers_verdict,
    by_hiding_who_edited,
    by_deleting_the_edit,
)


def gets_through(world, attacker, path, field, gate):
    """Try one attack, undo it, and say whether the attacker's verdict counted."""
    saved = transaction.savepoint()
    try:
        who = attacker(world, field)
        with suppress(Refused, Error):
            path(world, who, gate, field)
        return world.counts(who, gate)
    finally:
        transaction.savepoint_rollback(saved)


def attacks(attacker):
    """Every field by every path, on the two gates in turn."""
    every = enumerate(product(PATHS, FIELDS))
    return [(attacker, path, field, GATES[(place + place // len(FIELDS)) % 2]) for place, (path, field) in every]


def test_there_are_many():
    assert sum(len(attacks(attacker)) for attacker in ATTACKERS) >= 300


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda one: one.__name__)
def test_no_attack_counts(attacker):
    world = World()

    through = [
        f"{path.__name__} after changing {field}, on {gate}"
        for _, path, field, gate in attacks(attacker)
        if gets_through(world, attacker, path, field, gate)
    ]

    assert through == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", [by_the_verb, with_conditions, by_the_page, by_a_token, by_raw_sql])
def test_with_the_guards_taken_away_they_do(path, monkeypatch):
    """The negative control: the same attacks succeed once the rule and its twin in the database are gone."""
    world = World()
    monkeypatch.setattr(Case, "barred", lambda self, rests_on: set())
    run("ALTER TABLE reviews_verdict DISABLE TRIGGER verdict_is_fit")
    try:
        through = [gets_through(world, co_editor, path, field, gate) for field in FIELDS for gate in GATES]
    finally:
        run("ALTER TABLE reviews_verdict ENABLE TRIGGER verdict_is_fit")

    assert all(through)


@pytest.mark.django_db
@pytest.mark.parametrize("guard", ["rule", "trigger"])
def test_each_guard_alone_holds(guard, monkeypatch):
    world = World()
    if guard == "trigger":
        monkeypatch.setattr(Case, "barred", lambda self, rests_on: set())
        paths = (by_the_verb, by_raw_sql)
    else:
        run("ALTER TABLE reviews_verdict DISABLE TRIGGER verdict_is_fit")
        paths = (by_the_verb, by_the_page)
    try:
        through = [gets_through(world, co_editor, path, field, "team") for field in FIELDS for path in paths]
    finally:
        run("ALTER TABLE reviews_verdict ENABLE TRIGGER verdict_is_fit")

    assert not any(through)
