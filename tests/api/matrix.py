"""Who may do what at the JSON door: for each operation the permission it takes, for a thing of which team, and a body
that means something, so that the answer depends on who asks alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from releasetrain.boarding.actions import importing
from releasetrain.boarding.actions.holding import hold_train
from releasetrain.boarding.actions.skipping import skip_slot
from releasetrain.domain.permissions import Permission as P
from releasetrain.domain.policies import Gate, Rule, as_json
from releasetrain.domain.verdicts import Kind
from releasetrain.notices import actions as notices
from releasetrain.outbox.models import Message
from releasetrain.releases.models import ReleaseClient
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.reviews.defaults import SCALE
from releasetrain.reviews.models import Condition
from releasetrain.reviews.queries import policy_in_force, scale_in_force
from releasetrain.schema.models import Acceptance, SchemaChange, SchemaStage
from tests.factories import NOW, Cast, create_initiative, create_service, create_table, create_train
from tests.freezes import create_freeze, create_suspension
from tests.planning_rows import create_run, propose
from tests.riding import aboard, create_waiver, judged, slot_on
from tests.web.conftest import Scene

Body = Callable[["World"], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the addresses lead to; ``ids`` by the name of the part, or of what stands before it."""

    cast: Cast
    scene: Scene
    ids: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One operation. ``team``: whose thing it is; ``anywhere``: having the permission in one team opens it."""

    needs: P
    team: str = ""
    anywhere: bool = False
    body: Body | None = None
    query: str = ""
    ids: Callable[["World"], Mapping[str, Any]] = field(default=lambda world: {})

    def path(self, template: str, world: "World") -> str:
        """Return the address with parts that lead somewhere."""
        words, found, known = template.split("/"), [], {**world.ids, **self.ids(world)}
        for place, word in enumerate(words):
            name = word.strip("{}")
            found.append(word if word == name else str(known.get(f"{words[place - 1]}/{name}", known.get(name))))
        query = self.query
        for name in ("rides", "proposal"):
            query = query.replace(f"{{{name}}}", str(world.ids[name]))
        return "/".join(found) + query

    def said(self, world: "World") -> Any:
        """Return the body."""
        return self.body(world) if self.body else None


def _slot(place: int) -> Body:
    return lambda world: {"slot": world.scene.slots[place].pk}


def _say(**said: Any) -> Body:
    return lambda world: said


REASON = _say(reason="Somebody must.")
A_DAY = {"name": "New", "reason": "So.", "first_at": "2031-12-20T00:00", "last_at": "2031-12-21T00:00"}
OWN = {"team": "pay"}  # RT of PAY, which rides in the first departure
OPEN: frozenset[str] = frozenset()
HELD = "held"  # a train that is
ONE_RULE = (Rule(name="Every release", gates=(Gate(code="team", role="team", days=3),)),)


def _tried(world: "World") -> dict[str, Any]:
    """A pass of the client that RT of PAY must work with."""
    link = "https://ci.example/runs/1"
    return {"service": world.scene.service.pk, "client": world.ids["client"], "kind": "pass", "link": link}


def _in_a_week(world: "World") -> dict[str, Any]:
    """A departure that nobody has yet."""
    return {"local": f"{timezone.now() + timedelta(days=7):%Y-%m-%dT%H:%M}"}


TABLE: dict[str, Cell] = {
    # the calendar
    "GET /api/v1/gate": Cell(needs=P.ASK_GATE, query="?release=RT-{rides}"),
    "GET /api/v1/releases": Cell(needs=P.SEE),
    "POST /api/v1/releases": Cell(needs=P.DRAFT, **OWN, body=_say(team="PAY", title="New")),
    "GET /api/v1/releases/{number}": Cell(needs=P.SEE),
    "PATCH /api/v1/releases/{number}": Cell(needs=P.EDIT, **OWN, body=_say(title="Other")),
    "GET /api/v1/releases/{number}/history": Cell(needs=P.SEE),
    "POST /api/v1/releases/{number}/submit": Cell(needs=P.SUBMIT, **OWN, body=_say()),
    "POST /api/v1/releases/{number}/withdraw": Cell(needs=P.WITHDRAW, **OWN, body=REASON),
    "POST /api/v1/releases/{number}/leave": Cell(needs=P.BOOK, **OWN, body=REASON),
    "POST /api/v1/releases/{number}/ask": Cell(needs=P.BOOK, **OWN, body=_slot(1)),
    "POST /api/v1/releases/{number}/book": Cell(needs=P.BOOK, **OWN, body=_slot(1)),
    "POST /api/v1/releases/{number}/move": Cell(needs=P.BOOK, **OWN, body=_slot(1)),
    "POST /api/v1/releases/{number}/swap": Cell(
        needs=P.BOOK, **OWN, body=lambda world: {"with": world.ids["also_of_pay"]}
    ),
    "GET /api/v1/releases/{number}/chances": Cell(needs=P.SEE),
    "GET /api/v1/releases/{number}/waivers": Cell(needs=P.SEE),
    "GET /api/v1/releases/{number}/slots/{slot}/conflicts": Cell(needs=P.SEE),
    "GET /api/v1/releases/{number}/conflicts/{slot}": Cell(needs=P.SEE),
    "GET /api/v1/waivers": Cell(needs=P.SEE),
    "GET /api/v1/rules": Cell(needs=P.SEE),
    "POST /api/v1/releases/{number}/slots/{slot}/waive": Cell(needs=P.WAIVE, body=_say(reasons={"capacity": "So."})),
    # reviews; who holds the gate's role is asked beside the permission, and tested where verdicts are
    "GET /api/v1/releases/{number}/gates": Cell(needs=P.SEE),
    "POST /api/v1/releases/{number}/gates/{gate}/verdict": Cell(
        needs=P.REVIEW, body=_say(kind="needs-work", revision=1, note="Why?")
    ),
    "POST /api/v1/releases/{number}/gates/{gate}/question": Cell(needs=P.REVIEW, body=_say(note="Why?")),
    "POST /api/v1/releases/{number}/gates/{gate}/answer": Cell(needs=P.EDIT, **OWN, body=_say(note="So.")),
    "POST /api/v1/releases/{number}/gates/{gate}/remind": Cell(needs=P.EDIT, **OWN, body=_say()),
    "POST /api/v1/conditions/{condition}/tick": Cell(needs=P.EDIT, **OWN, body=_say()),
    "POST /api/v1/releases/{number}/grace": Cell(
        needs=P.WAIVE, body=lambda world: {"until": str(world.scene.slots[0].start_at), "reason": "So."}
    ),
    "GET /api/v1/releases/{number}/results": Cell(needs=P.SEE),
    "POST /api/v1/releases/{number}/results": Cell(
        needs=P.RECORD_RESULT, **OWN, body=lambda world: {"results": [_tried(world)]}
    ),
    "GET /api/v1/policy": Cell(needs=P.SEE),
    "GET /api/v1/policy/versions": Cell(needs=P.SEE),
    "PUT /api/v1/policy": Cell(
        needs=P.SET_UP_REVIEWS, body=lambda world: {"rules": as_json(ONE_RULE), "seen": policy_in_force().pk}
    ),
    "POST /api/v1/policy/preview": Cell(needs=P.SET_UP_REVIEWS, body=lambda world: {"rules": as_json(ONE_RULE)}),
    "GET /api/v1/questionnaire": Cell(needs=P.SEE),
    "PUT /api/v1/questionnaire": Cell(
        needs=P.SET_UP_REVIEWS, body=lambda world: {"scale": SCALE, "seen": scale_in_force().pk}
    ),
    "GET /api/v1/me/waiting": Cell(needs=P.SEE),
    "PUT /api/v1/waivers/{waiver}": Cell(needs=P.WAIVE, body=REASON),
    "DELETE /api/v1/waivers/{waiver}": Cell(needs=P.WAIVE),
    "GET /api/v1/trains": Cell(needs=P.SEE),
    "GET /api/v1/trains/{slug}": Cell(needs=P.SEE),
    "GET /api/v1/trains/{slug}/slots": Cell(needs=P.SEE),
    "GET /api/v1/trains/{slug}/queue": Cell(needs=P.SEE),
    "GET /api/v1/calendar": Cell(needs=P.SEE),
    "GET /api/v1/slots/{slot}": Cell(needs=P.SEE),
    "POST /api/v1/slots/{slot}/releases/{number}/report": Cell(needs=P.DEPART, **OWN, body=_say(said="departed")),
    "GET /api/v1/standing": Cell(needs=P.SEE),
    # freezes and low load
    "GET /api/v1/freezes": Cell(needs=P.SEE),
    "POST /api/v1/freezes": Cell(needs=P.FREEZE, body=_say(**A_DAY)),
    "POST /api/v1/freezes/holidays": Cell(needs=P.FREEZE, body=_say(country="DE")),
    "POST /api/v1/freezes/preview": Cell(needs=P.FREEZE, body=_say(**A_DAY)),
    "GET /api/v1/freezes/{freeze}": Cell(needs=P.SEE),
    "PATCH /api/v1/freezes/{freeze}": Cell(needs=P.FREEZE, body=_say(name="Sale", revision=1)),
    "POST /api/v1/freezes/{freeze}/end": Cell(needs=P.FREEZE, body=REASON),
    "GET /api/v1/freezes/{freeze}/end/preview": Cell(needs=P.FREEZE),
    "POST /api/v1/freezes/{freeze}/suspensions": Cell(
        needs=P.FREEZE, body=_say(until="2032-01-01T00:00:00Z", reason="A repair.")
    ),
    "POST /api/v1/freezes/{freeze}/suspensions/preview": Cell(needs=P.FREEZE, body=_say(until="2032-01-01T00:00:00Z")),
    "DELETE /api/v1/suspensions/{suspension}": Cell(needs=P.FREEZE),
    "GET /api/v1/low-load": Cell(needs=P.SEE),
    "PUT /api/v1/low-load": Cell(needs=P.SET_UP_CATALOGUE, body=_say(database="main", hours=[])),
    "POST /api/v1/low-load/preview": Cell(needs=P.SET_UP_CATALOGUE, body=_say(database="main", hours=[])),
    "POST /api/v1/trains/{slug}/hold": Cell(needs=P.HOLD, body=REASON),
    "POST /api/v1/trains/{slug}/restart": Cell(needs=P.HOLD, body=REASON, ids=lambda world: {"slug": HELD}),
    "POST /api/v1/slots/{slot}/skip": Cell(needs=P.SET_UP_TRAINS, body=REASON),
    "POST /api/v1/slots/{slot}/reopen": Cell(
        needs=P.SET_UP_TRAINS, body=REASON, ids=lambda world: {"slot": world.ids["skipped"]}
    ),
    "GET /api/v1/changes": Cell(needs=P.SEE),
    "POST /api/v1/changes": Cell(
        needs=P.EDIT,
        **OWN,
        body=lambda world: {
            "name": "Purpose",
            "table": world.ids["tables/id"],
            "stages": [{"stage": "expand", "release": world.ids["rides"]}],
        },
    ),
    "POST /api/v1/changes/proposal": Cell(
        needs=P.SEE, body=_say(table="orders", old="old_code", new="new_code", type="bigint")
    ),
    "GET /api/v1/changes/{change}": Cell(needs=P.SEE),
    "PATCH /api/v1/changes/{change}": Cell(needs=P.EDIT, **OWN, body=_say(name="Purpose")),
    # the review of SQL; that only architects accept is asked beside the permission, and tested where they do
    "POST /api/v1/sql/review": Cell(needs=P.ASK_GATE, body=_say(sql="SELECT 1")),
    "POST /api/v1/releases/{number}/accept": Cell(
        needs=P.REVIEW,
        body=lambda world: {
            "findings": [{"change": world.ids["change"], "stage": "expand", "rule": "x", "mark": "y"}],
            "reason": "So.",
        },
    ),
    "DELETE /api/v1/acceptances/{acceptance}": Cell(needs=P.REVIEW),
    "GET /api/v1/tables/{id}/schema": Cell(needs=P.SEE),
    "PUT /api/v1/tables/{id}/schema": Cell(needs=P.SET_UP_CATALOGUE, body=_say(sql="CREATE TABLE a ();")),
    "GET /api/v1/changes/{change}/forecast": Cell(needs=P.SEE),
    "PUT /api/v1/changes/{change}/plan": Cell(needs=P.EDIT, **OWN, body=_say(kind="one-pass")),
    "GET /api/v1/tables/{id}/facts": Cell(needs=P.SEE),
    "PUT /api/v1/tables/{id}/facts": Cell(needs=P.SET_UP_CATALOGUE, body=_say(rows=9, heap_bytes=8192)),
    "GET /api/v1/profiles": Cell(needs=P.SEE),
    "PUT /api/v1/profiles": Cell(needs=P.SET_UP_CATALOGUE, body=_say(database="main", coefficients={})),
    "POST /api/v1/changes/{change}/abandon": Cell(needs=P.EDIT, **OWN, body=REASON),
    # versions beside a schema change
    "GET /api/v1/services/{service}/versions": Cell(needs=P.SEE),
    "POST /api/v1/services/{service}/versions": Cell(
        needs=P.REPORT_VERSIONS, **OWN, body=_say(versions=[{"name": "5.118"}])
    ),
    "GET /api/v1/changes/{change}/gates": Cell(needs=P.ASK_GATE),
    "GET /api/v1/changes/{change}/versions": Cell(needs=P.SEE),
    "PUT /api/v1/changes/{change}/versions": Cell(needs=P.EDIT, **OWN, body=_say(rollback_hours=24)),
    "POST /api/v1/changes/{change}/attestations": Cell(
        needs=P.ATTEST,
        **OWN,
        body=lambda world: {"service": world.scene.service.pk, "code_class": "V1", "reason": "Counted."},
    ),
    "POST /api/v1/changes/{change}/verifications": Cell(needs=P.REPORT_VERSIONS, **OWN, body=_say(differing=0)),
    "POST /api/v1/changes/{change}/release-classes": Cell(
        needs=P.EDIT, **OWN, body=lambda world: {"release": world.ids["rides"], "code_class": "V1"}
    ),
    "POST /api/v1/changes/{change}/version-classes": Cell(
        needs=P.REPORT_VERSIONS,
        **OWN,
        body=lambda world: {"service": world.scene.service.pk, "name": "5.118", "code_class": "V1"},
    ),
    # the set-up
    "POST /api/v1/trains": Cell(needs=P.SET_UP_TRAINS, body=_say(name="Night")),
    "PATCH /api/v1/trains/{slug}": Cell(needs=P.SET_UP_TRAINS, body=_say(capacity=12)),
    "PUT /api/v1/trains/{slug}/timetable": Cell(needs=P.SET_UP_TRAINS, body=_say(timetable=[])),
    "POST /api/v1/trains/{slug}/timetable/preview": Cell(needs=P.SET_UP_TRAINS, body=_say(timetable=[])),
    "POST /api/v1/trains/{slug}/slots": Cell(needs=P.SET_UP_TRAINS, body=_in_a_week),
    "POST /api/v1/slots/{slot}/capacity/preview": Cell(needs=P.SET_UP_TRAINS, body=_say(capacity=4)),
    "PUT /api/v1/slots/{slot}/capacity": Cell(needs=P.SET_UP_TRAINS, body=_say(capacity=4, reason="So.")),
    "POST /api/v1/trains/lines": Cell(needs=P.SET_UP_TRAINS, body=lambda world: [{"name": "Night"}]),
    "GET /api/v1/people": Cell(needs=P.SET_UP_PEOPLE),
    "POST /api/v1/people": Cell(needs=P.SET_UP_PEOPLE, body=_say(name="New", email="new@example.com")),
    "GET /api/v1/people/{id}": Cell(needs=P.SET_UP_PEOPLE),
    "PATCH /api/v1/people/{id}": Cell(needs=P.SET_UP_PEOPLE, body=_say(name="Benny")),
    "POST /api/v1/people/{id}/deactivate": Cell(needs=P.SET_UP_PEOPLE, body=_say()),
    "POST /api/v1/people/{id}/reactivate": Cell(needs=P.SET_UP_PEOPLE, body=_say()),
    "PUT /api/v1/people/{id}/roles/{role}": Cell(needs=P.SET_UP_PEOPLE),
    "DELETE /api/v1/people/{id}/roles/{role}": Cell(needs=P.SET_UP_PEOPLE),
    "POST /api/v1/people/lines": Cell(
        needs=P.SET_UP_PEOPLE, body=lambda world: [{"name": "New", "email": "new@example.com"}]
    ),
    "GET /api/v1/roles": Cell(needs=P.SET_UP_PEOPLE),
    "POST /api/v1/roles/lines": Cell(
        needs=P.SET_UP_PEOPLE, body=lambda world: [{"email": "ben@example.com", "role": "architect"}]
    ),
    "GET /api/v1/teams": Cell(needs=P.SET_UP_TEAM, anywhere=True),
    "POST /api/v1/teams": Cell(needs=P.SET_UP_TEAMS, body=_say(code="NEW", name="New")),
    "GET /api/v1/teams/{id}": Cell(needs=P.SET_UP_TEAM, **OWN),
    "PATCH /api/v1/teams/{id}": Cell(needs=P.SET_UP_TEAM, **OWN, body=_say(slot_limit=3)),
    "PUT /api/v1/teams/{id}/default-train": Cell(needs=P.SET_UP_TEAM, **OWN, body=_say(train=None)),
    "PUT /api/v1/teams/{id}/members/{person}": Cell(needs=P.SET_UP_TEAM, **OWN, body=_say(standing="lead")),
    "DELETE /api/v1/teams/{id}/members/{person}": Cell(needs=P.SET_UP_TEAM, **OWN),
    "POST /api/v1/teams/lines": Cell(needs=P.SET_UP_TEAMS, body=lambda world: [{"code": "NEW", "name": "New"}]),
    "POST /api/v1/memberships/lines": Cell(
        needs=P.SET_UP_TEAM,
        **OWN,
        body=lambda world: [{"email": "dov@example.com", "team": "PAY", "standing": "member"}],
    ),
    "GET /api/v1/services": Cell(needs=P.SEE),
    "POST /api/v1/services": Cell(needs=P.SET_UP_CATALOGUE, body=_say(name="new", team="PAY")),
    "GET /api/v1/services/{id}": Cell(needs=P.SEE),
    "PATCH /api/v1/services/{id}": Cell(needs=P.SET_UP_CATALOGUE, body=_say(name="till")),
    "POST /api/v1/services/lines": Cell(
        needs=P.SET_UP_CATALOGUE, body=lambda world: [{"name": "new", "kind": "server", "team": "PAY"}]
    ),
    "GET /api/v1/tables": Cell(needs=P.SEE),
    "POST /api/v1/tables": Cell(needs=P.SET_UP_CATALOGUE, body=_say(name="new", database="main")),
    "GET /api/v1/tables/{id}": Cell(needs=P.SEE),
    "PATCH /api/v1/tables/{id}": Cell(needs=P.SET_UP_CATALOGUE, body=_say(rows=7)),
    "POST /api/v1/tables/lines": Cell(
        needs=P.SET_UP_CATALOGUE, body=lambda world: [{"name": "new", "database": "main"}]
    ),
    "GET /api/v1/initiatives": Cell(needs=P.SEE),
    "POST /api/v1/initiatives": Cell(needs=P.SET_UP_CATALOGUE, body=_say(name="new")),
    "GET /api/v1/initiatives/{id}": Cell(needs=P.SEE),
    "PATCH /api/v1/initiatives/{id}": Cell(needs=P.SET_UP_CATALOGUE, body=_say(name="newer")),
    "POST /api/v1/initiatives/lines": Cell(needs=P.SET_UP_CATALOGUE, body=lambda world: [{"name": "new"}]),
    # files, work in the background
    "GET /api/v1/imports": Cell(needs=P.IMPORT),
    "POST /api/v1/imports": Cell(needs=P.IMPORT, body=_say(text="key,title,team\nA,B,PAY")),
    "GET /api/v1/imports/{id}": Cell(needs=P.IMPORT),
    "POST /api/v1/imports/{id}/cancel": Cell(needs=P.IMPORT, body=_say()),
    "POST /api/v1/imports/{id}/repeat": Cell(needs=P.IMPORT, body=_say()),
    # plans
    "GET /api/v1/plans": Cell(needs=P.SEE),
    "POST /api/v1/plans": Cell(needs=P.PLAN, body=_say()),
    "POST /api/v1/plans/repair": Cell(needs=P.PLAN, body=_say()),
    "GET /api/v1/plans/compare": Cell(needs=P.SEE, query="?one={proposal}&other={proposal}"),
    "GET /api/v1/plans/{plan}": Cell(needs=P.SEE),
    "DELETE /api/v1/plans/{plan}": Cell(needs=P.PLAN),
    "POST /api/v1/plans/{plan}/cancel": Cell(
        needs=P.PLAN, body=_say(), ids=lambda world: {"plan": world.ids["running"]}
    ),
    "GET /api/v1/proposals/{proposal}": Cell(needs=P.SEE),
    "POST /api/v1/proposals/{proposal}/apply": Cell(needs=P.PLAN, body=_say()),
    "GET /api/v1/status": Cell(needs=P.SEE),
    "GET /api/v1/dead-letters": Cell(needs=P.OPERATE),
    "POST /api/v1/dead-letters/{id}/send-again": Cell(needs=P.OPERATE, body=_say()),
    "POST /api/v1/dead-letters/send-again": Cell(needs=P.OPERATE, body=_say(event="mail.send")),
    # one's own
    "GET /api/v1/me": Cell(needs=P.ASK_GATE),
    "PATCH /api/v1/me": Cell(needs=P.OWN, body=_say(zone="Europe/Berlin")),
    "POST /api/v1/me/password": Cell(needs=P.OWN, body=_say(old="correct horse", new="battery staple 77")),
    "GET /api/v1/me/notices": Cell(needs=P.OWN),
    "PATCH /api/v1/me/notices": Cell(needs=P.OWN, body=_say(hour=9)),
    "POST /api/v1/me/notices/daily": Cell(needs=P.OWN, body=_say()),
    "GET /api/v1/tokens": Cell(needs=P.ASK_GATE),
    "POST /api/v1/tokens": Cell(needs=P.OWN, body=_say(name="new", scopes=["gate"], days=3)),
    "DELETE /api/v1/tokens/{id}": Cell(needs=P.SET_UP_TEAM, **OWN),
}


def world_of(cast: Cast, scene: Scene) -> World:
    """Return the scene with one of everything that an address can lead to."""
    waiver = create_waiver("large-overlap", scene.rides, scene.waits, by=cast.cleo, facts=[])
    said = {"name": "old", "days": 9, "by": cast.cleo, "clock": timezone.now}
    token, _secret = notices.make_service_token(team=cast.pay.pk, scopes=["gate"], **said)
    run = importing.start_import(content=b"key,title,team", history=False, by=cast.cleo, clock=timezone.now)
    dead = Message.objects.create(event="mail.send", lane="mail.send", dead_at=timezone.now(), last_error="gone")
    client = create_service(name="till", team=cast.pay, kind="client", platform="iOS")
    ReleaseClient.objects.create(release=scene.rides, client=client)
    judged(scene.rides)
    verdict = give_verdict(
        release=scene.rides.pk,
        gate="team",
        kind=Kind.CONDITIONS,
        conditions=["Tried by hand."],
        revision=1,
        by=cast.ben,
        clock=timezone.now,
    )
    freeze = create_freeze()
    paused = create_suspension(freeze, by=cast.cleo, since=NOW, until=NOW + timedelta(days=1))
    why = {"reason": "So.", "by": cast.cleo, "clock": timezone.now}
    held = create_train(slug=HELD)
    hold_train(train=held.pk, **why)
    skipped = slot_on(held, day=3)
    skip_slot(slot=skipped.pk, **why)
    change = SchemaChange.objects.create(name="Old one", table=create_table())
    for stage in ("expand", "backfill"):
        SchemaStage.objects.create(change=change, stage=stage, release=scene.rides)
    said = {"rule": "x", "mark": "y", "reason": "So.", "at": NOW, "by": cast.ines}
    accepted = Acceptance.objects.create(change=change, stage="expand", release=scene.rides, **said)
    proposal = propose({scene.rides: scene.slots[1]}, by=cast.cleo)
    ids = {
        "plan": proposal.run_id,
        "proposal": proposal.pk,
        "running": create_run(by=cast.cleo, state="waiting").pk,
        "freeze": freeze.pk,
        "suspension": paused.pk,
        "skipped": skipped.pk,
        "change": change.pk,
        "acceptance": accepted.pk,
        "gate": "architecture",
        "client": client.pk,
        "condition": Condition.objects.get(verdict=verdict).pk,
        "number": scene.rides.code,
        "rides": scene.rides.pk,
        "also_of_pay": aboard(scene.slots[2], team=cast.pay, at=NOW).pk,
        "slot": scene.slots[0].pk,
        "slug": scene.train.slug,
        "waiver": waiver.pk,
        "person": cast.ben.pk,
        "role": "qa-lead",
        "people/id": cast.ben.pk,
        "teams/id": cast.pay.pk,
        "services/id": scene.service.pk,
        "services/service": scene.service.pk,
        "tables/id": create_table().pk,
        "initiatives/id": create_initiative().pk,
        "imports/id": run.pk,
        "dead-letters/id": dead.pk,
        "tokens/id": token.pk,
    }
    return World(cast=cast, scene=scene, ids=ids)
