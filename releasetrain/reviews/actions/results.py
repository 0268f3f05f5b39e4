"""What came of trying a release with the clients it must work with (R9). Recording it is no edit (R7)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Service
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.actions.saying import case_under_review
from releasetrain.reviews.models import Result
from releasetrain.reviews.queries.cases import Case
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
LONGEST_LINK, LONGEST_NOTE, LONGEST_VERSION = 500, 300, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A service (None: the release names none) tried with a client. Pass and fail link, not-needed says why."""

    client: int
    kind: str
    service: int | None = None
    link: str = ""
    note: str = ""
    version: str = ""


@retried
def record_results(*, release: int, results: Sequence[Tried], by: User, clock: Clock, key: UUID | None = None) -> None:
    """Record results, all or none, once per ``key``; the latest of a service with a client counts.

    Open to the release's team, to the team that owns the client, pipelines of both, and the QA lead.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, case = clock(), case_under_review(release)
        if not results:
            raise Refused("missing", details={"field": "results"})
        owners = dict(Service.objects.filter(pk__in=[one.client for one in results]).values_list("pk", "team"))
        for row, one in enumerate(results):
            _refuse(one, case, row=row)
            _require(person(by), case, owners[one.client])
        _put(case, results, by=by, at=now)
        refresh([release], at=now, by=by.pk, code="results")
        audit.keep_result(key, by=by.pk, result=True)


def _require(who: Person | None, case: Case, owner: int) -> None:
    if not any(may(who, Permission.RECORD_RESULT, team=team) for team in (case.release.team_id, owner)):
        raise Refused("forbidden", details={"permission": str(Permission.RECORD_RESULT)})


def _refuse(one: Tried, case: Case, *, row: int) -> None:
    """Refuse what belongs nowhere in the matrix, or says too little; the row is named."""
    at = {"row": row}
    if (one.service, one.client) not in case.cells:
        raise Refused("not-in-the-matrix", details={**at, "field": "client"})
    if one.kind not in Result.Kind.values:
        raise Refused("no-such-result", details={**at, "field": "kind"})
    if one.kind == Result.Kind.NOT_NEEDED and not one.note.strip():
        raise Refused("note-missing", details={**at, "field": "note"})
    if one.kind != Result.Kind.NOT_NEEDED and not one.link.strip().lower().startswith(("http://", "https://")):
        raise Refused("link-missing", details={**at, "field": "link"})
    for name, most in (("link", LONGEST_LINK), ("note", LONGEST_NOTE), ("version", LONGEST_VERSION)):
        if len(getattr(one, name)) > most:
            raise Refused("too-long", details={**at, "field": name, "most": most})


def _put(case: Case, results: Sequence[Tried], *, by: User, at: datetime) -> None:
    release, code = case.release.pk, case.content.fingerprints[FieldClass.CODE]
    Result.objects.bulk_create(
        Result(
            release_id=release,
            service_id=one.service,
            client_id=one.client,
            kind=one.kind,
            link=one.link.strip(),
            note=one.note.strip(),
            version=one.version.strip(),
            code=code,
            at=at,
            by=by,
        )
        for one in results
    )
    facts = {"results": [asdict(one) for one in results]}
    audit.record("result.recorded", subject=f"release:{release}", by=by.pk, at=at, **facts)
    deed = {"by": by.pk, "at": at.isoformat(), "because": None, "by_itself": False}
    outbox.post("result.recorded", release=release, **facts, **deed)
