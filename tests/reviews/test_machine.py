"""Programs of people who edit, approve, withdraw, submit again, change policies and roles: the product against an
oracle that shares no code with it, over the real verbs and the real database.

Every run does 2,000 programs in eight parts; `make test-reviews` does five times as many, and longer ones.
"""

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from releasetrain.boarding.actions.asking import ask
from releasetrain.boarding.actions.drafting import draft, edit
from releasetrain.boarding.actions.submitting import submit, withdraw
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.domain.sizes import Size
from releasetrain.domain.verdicts import Kind
from releasetrain.releases.fields import ReleaseFields, Step
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.reviews.models import Gate, Policy
from releasetrain.reviews.queries.cases import cases
from releasetrain.schema.models import SchemaChange
from releasetrain.teams.models import Membership, RoleHolder
from tests.factories import (
    NOW,
    clock,
    create_service,
    create_table,
    create_team,
    create_train,
    create_user,
)
from tests.reviews.oracle import Oracle
from tests.riding import aboard, slot_on

PARTS, PROGRAMS = 8, int(os.environ.get("REVIEW_PROGRAMS", "2000"))
STEPS = int(os.environ.get("REVIEW_STEPS", "8"))
WHO = ("ada", "ben", "ines")
FIELDS = {
    "title": ("Fees", "Fees."),
    "description": ("", "More."),
    "due": (None, NOW.date()),
    "weight": (1, 5),
    "services": (0, 1),
    "links": ((), ("https://git.example/1",)),
    "needs": (0, 1),
    "tables": (0, 1),
    "sql": ("", "SELECT 1", "SELECT 2"),
    "clients": (0, 1),
    "size": ("S", "M", "L"),
}
BEGUN = {name: values[0] for name, values in FIELDS.items()}


def gate(code, role, rests, quorum=1):
    return {"code": code, "role": role, "rests": rests, "quorum": quorum}


def rules(*gates, all_gates, sizes=("L",), stages=True, every=False):
    risky = {"sizes": sizes, "stages": stages, "every": every, "gates": gates}
    return [risky, {"sizes": (), "stages": False, "every": False, "gates": all_gates}]


EVERYTHING = ("code", "data", "clients", "size")
TEAM = gate("team", "team", EVERYTHING)
POLICIES = (
    rules(
        gate("team", "team", ("code", "clients")), gate("architecture", "architect", ("data", "size")), all_gates=[TEAM]
    ),
    rules(gate("architecture", "architect", EVERYTHING), gate("team", "team", ("code",)), all_gates=[TEAM], every=True),
    rules(gate("team", "team", ("code",), quorum=2), all_gates=[gate("team", "team", ("data", "code"), quorum=2)]),
    rules(
        gate("architecture", "qa-lead", ("data",)), gate("team", "team", EVERYTHING), sizes=("M", "L"), all_gates=[TEAM]
    ),
)


def stored(policy):
    """The policy as the product keeps it."""
    stages = ["expand", "backfill", "relax", "drop"]
    return [
        {
            "name": f"rule {place}",
            "when": {"sizes": list(one["sizes"]), "stages": stages if one["stages"] else [], "every": one["every"]},
            "gates": [{**found, "rests_on": sorted(found["rests"])} for found in one["gates"]],
        }
        for place, one in enumerate(policy)
    ]


class World:
    """What every program of a part begins with; written once."""

    def __init__(self):
        self.pay = create_team(code="PAY")
        self.people = {name: create_user(name=name) for name in WHO}
        self.trains = [create_train(slug="one", default_of=[self.pay]), create_train(slug="two", soak_large_hours=240)]
        self.slots = [slot_on(train, day=7) for train in self.trains]
        self.service, self.table = create_service(team=self.pay), create_table()
        self.client = create_service(team=self.pay, kind="client", platform="iOS")
        self.change = SchemaChange.objects.create(name="Change", table=self.table)
        # What may be needed departs before all else, so that needing it is in nobody's way.
        self.other = aboard(slot_on(create_train(slug="zero"), day=1), team=self.pay).pk

    def fields(self, said):
        """What the oracle's plain fields are in the product."""
        return ReleaseFields(
            title=said["title"],
            description=said["description"],
            due=said["due"],
            weight=said["weight"],
            size=Size(said["size"]),
            links=said["links"],
            services=frozenset({self.service.pk} if said["services"] else ()),
            tables=frozenset({self.table.pk} if said["tables"] else ()),
            clients=frozenset({self.client.pk} if said["clients"] else ()),
            needs=frozenset({(self.other, None)} if said["needs"] else ()),
            steps=frozenset({Step(self.change.pk, "expand", said["sql"])} if said["sql"] else ()),
        )


def machine_of(world):
    """Return the machine of a world; each program is undone at its end."""

    class Machine(RuleBasedStateMachine):
        @initialize(author=st.sampled_from(WHO[:2]), policy=st.integers(0, len(POLICIES) - 1))
        def begin(self, author, policy):
            self.saved = transaction.savepoint()
            people = {"ada": (["pay"], []), "ben": (["pay"], ["qa-lead"]), "ines": ([], ["architect"])}
            soak = [{size: train.soak_hours_of(size) for size in "SML"} for train in world.trains]
            for name, (teams, roles) in people.items():
                for _ in teams:
                    Membership.objects.create(team=world.pay, person=world.people[name])
                for role in roles:
                    RoleHolder.objects.create(role=role, person=world.people[name])
            facts = {"people": people, "policies": POLICIES, "soak": soak, "train": 0}
            self.oracle = Oracle(fields=BEGUN, author=author, **facts)
            self.tabs = {(who, tab): 1 for who in WHO for tab in (1, 2)}
            self.behind = False  # roles changed since the gates were written down
            self.policy(policy)
            self.release = draft(team=world.pay.pk, fields=world.fields(BEGUN), by=world.people[author], clock=clock())
            self.check()

        def teardown(self):
            if not hasattr(self, "saved"):
                return
            try:
                self.judge()
            finally:
                transaction.savepoint_rollback(self.saved)

        def do(self, predicted, verb, then, *, writes=True):
            try:
                verb()
                came = "ok"
            except Refused as refused:
                came = refused.code
            assert came == predicted
            if came == "ok":
                then()
                self.behind = self.behind and not writes
            self.check()

        def check(self):
            """What is stored is what the oracle says; where roles changed since it was stored, what is judged."""
            if self.behind:
                self.judge()
                return
            found = Release.objects.filter(pk=self.release).values_list("revision", "open_gates").get()
            open_gates = self.oracle.open_gates()
            assert found[0] == self.oracle.revision
            assert (None if found[1] is None else set(found[1])) == open_gates
            rows = dict(Gate.objects.filter(release=self.release).values_list("code", "state"))
            assert rows == self.oracle.states()

        def judge(self):
            """What is judged from what was said is what the oracle says, and so is who may not approve (R7)."""
            (case,) = cases([self.release])
            oracle = self.oracle
            expected = oracle.states()
            judged = {one.gate.code: one.state.value for one in case.standings} if expected else {}
            assert judged == expected
            assert case.release.revision == oracle.revision
            for code in expected.keys() - {"compatibility", "sql"}:
                found = oracle.gate(code)
                barred = {who for who in WHO if oracle.is_barred(who, found["rests"])}
                names = {world.people[who].pk: who for who in WHO}
                rests = frozenset(one for one in case.content.fingerprints if one.value in found["rests"])
                assert {names[who] for who in case.barred(rests) if who in names} == barred

        @rule()
        def submit(self):
            self.do(self.oracle.predict_submit(), lambda: submit(release=self.release, **by("ada")), self.oracle.submit)

        @rule(who=st.sampled_from(WHO), field=st.sampled_from(sorted(FIELDS)), n=st.integers(0, 2))
        def edit(self, who, field, n):
            value = FIELDS[field][n % len(FIELDS[field])]
            said = {**self.oracle.fields, field: value}
            facts = {"fields": world.fields(said), "revision": self.oracle.revision}
            verb = lambda: edit(release=self.release, **facts, **by(who))  # noqa: E731
            changes = self.oracle.fields[field] != value
            self.do(self.oracle.predict_edit(who), verb, lambda: self.oracle.edit(who, field, value), writes=changes)

        @rule(tab=st.sampled_from([(who, tab) for who in WHO for tab in (1, 2)]))
        def look(self, tab):
            self.tabs[tab] = self.oracle.revision

        @rule(
            tab=st.sampled_from([(who, tab) for who in WHO for tab in (1, 2)]),
            code=st.sampled_from(["team", "architecture"]),
            kind=st.sampled_from(["approve", "approve", "conditions", "needs-work", "reject"]),
            looks=st.booleans(),
        )
        def verdict(self, tab, code, kind, looks):
            who, _ = tab
            if looks:
                self.look(tab)
            facts = {
                "gate": code,
                "kind": Kind(kind),
                "revision": self.tabs[tab],
                "note": "So.",
                "conditions": ["Try."],
            }
            verb = lambda: give_verdict(release=self.release, **facts, **by(who))  # noqa: E731
            predicted = self.oracle.predict_verdict(who, code, kind, self.tabs[tab])
            self.do(predicted, verb, lambda: self.oracle.verdict(who, code, kind))

        @rule()
        def withdraw(self):
            verb = lambda: withdraw(release=self.release, reason="So.", **by("ada"))  # noqa: E731
            self.do(self.oracle.predict_withdraw(), verb, self.oracle.withdraw)

        @rule(n=st.integers(0, len(POLICIES) - 1))
        def policy(self, n):
            Policy.objects.create(rules=stored(POLICIES[n]), made_at=NOW)
            self.oracle.policy = n

        @rule(who=st.sampled_from(["ben", "ines"]), role=st.sampled_from(["architect", "qa-lead"]))
        def change_role(self, who, role):
            held = RoleHolder.objects.filter(role=Role(role).value, person=world.people[who])
            roles = self.oracle.people[who]["roles"]
            if held.exists():
                held.delete()
            else:
                RoleHolder.objects.create(role=role, person=world.people[who])
            roles ^= {role}
            self.behind = True
            self.check()

        @rule(who=st.sampled_from(["ben", "ines"]))
        def join_or_leave(self, who):
            mine = Membership.objects.filter(team=world.pay, person=world.people[who])
            if mine.exists():
                mine.delete()
            else:
                Membership.objects.create(team=world.pay, person=world.people[who])
            self.oracle.people[who]["teams"] ^= {"pay"}
            self.behind = True
            self.check()

        @rule(n=st.integers(0, 1))
        def move(self, n):
            if self.oracle.status != "submitted":
                return
            ask(release=self.release, slot=world.slots[n].pk, **by("ada"))
            moved, self.oracle.train = self.oracle.train != n, n
            self.behind = self.behind or (moved and not self.oracle.said)
            self.check()

    def by(who):
        return {"by": world.people[who], "clock": clock()}

    return Machine


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_people_do_the_product_and_the_oracle_agree(part):
    machine = seed(part)(machine_of(World()))

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=PROGRAMS // PARTS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_oracle_shares_no_code_with_the_product():
    with open(__file__.replace("test_machine", "oracle")) as source:
        assert "releasetrain" not in source.read()


@pytest.mark.django_db
def test_a_product_that_lets_editors_approve_is_found_out(monkeypatch):
    """The negative control: without the rule the machine fails."""
    from releasetrain.reviews.queries.cases import Case

    monkeypatch.setattr(Case, "barred", lambda self, rests_on: set())
    quick = settings(max_examples=300, stateful_step_count=8, deadline=None, database=None, phases=[Phase.generate])

    with pytest.raises(BaseException):  # noqa: B017, PT011  a difference, or the database's own no
        run_state_machine_as_test(seed(1)(machine_of(World())), settings=replace_health(quick))


def replace_health(known):
    return settings(known, suppress_health_check=list(HealthCheck))
