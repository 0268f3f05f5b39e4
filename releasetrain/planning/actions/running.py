"""What a worker does of a plan that was asked for: read the calendar, let the engine look, write what it found."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F, QuerySet

from releasetrain.domain.errors import Refused
from releasetrain.domain.picture import Picture
from releasetrain.domain.planner import from_calendar
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Contradiction, Effort, Outcome, Progress, Tell
from releasetrain.planning import asked as asking
from releasetrain.planning import queries, reading
from releasetrain.planning.actions import keeping
from releasetrain.planning.asked import Asked
from releasetrain.planning.models import PlanRun
from releasetrain.planning.trying import as_tried

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
AIMS = (Aim.FEWEST_MOVES, Aim.BALANCED, Aim.EARLIEST)
TELL_EVERY = timedelta(milliseconds=500)
TRIES = 3  # a run that kills its worker so often is given up
READS = 5  # of a calendar that changes while it is read


class Engine(Protocol):
    """Whatever can plan; only the worker has one."""

    def plan(self, problem: Problem, aims: Sequence[Aim], effort: Effort, *, tell: Tell | None = None) -> Outcome:
        """Return a plan for each aim."""

    def repair(self, problem: Problem, effort: Effort, *, tell: Tell | None = None) -> Outcome:
        """Return one plan, near to today's."""

    def contradiction(self, problem: Problem, *, seconds: float = 10.0) -> Contradiction | None:
        """Return why there is no plan; None: nothing was found."""


def run_plan(*, run: int, clock: Clock, engine: Engine) -> None:
    """Do a run that was asked for; one that is over stays as it is, so a message told twice does no harm.

    A worker that died at it left nothing but progress: the run starts anew, three times at most. Whatever goes wrong is
    kept as a failure and logged, and is not tried again. The calendar is read, never held: people go on working.
    """
    wanted = _begin(run, clock)
    if wanted is None:
        return
    try:
        _do(wanted, clock, engine)
    except Refused as refused:
        log.warning("plan %s cannot be made: %s %s", run, refused.code, refused.details)
        _end(run, clock, state=PlanRun.State.FAILED, failure=refused.code)
    except Exception:
        log.exception("plan %s failed", run)
        _end(run, clock, state=PlanRun.State.FAILED, failure="failed")


def _begin(run: int, clock: Clock) -> PlanRun | None:
    """The run, if there is something to do; a deed of its own, so that a worker that dies at it has been counted."""
    running = PlanRun.State.RUNNING
    begun = _open(run).filter(cancelled_at__isnull=True, tries__lt=TRIES)
    if begun.update(state=running, started_at=clock(), tries=F("tries") + 1, progress={}):
        return PlanRun.objects.get(pk=run)
    _end(run, clock, cancelled_at__isnull=False, state=PlanRun.State.DONE)
    _end(run, clock, state=PlanRun.State.FAILED, failure="lost")
    return None


def _open(run: int) -> QuerySet[PlanRun]:
    return PlanRun.objects.filter(pk=run, finished_at__isnull=True)


def _end(run: int, clock: Clock, *, state: str, failure: str = "", **only: bool) -> None:
    _open(run).filter(**only).update(state=state, failure=failure, finished_at=clock())


def _do(wanted: PlanRun, clock: Clock, engine: Engine) -> None:
    asked = asking.read(wanted.asked)
    revision, read = _read(wanted, asked, now=clock())
    problem = read.problem
    _open(wanted.pk).update(
        revision=revision, baseline=keeping.baseline(problem), left_out=keeping.left_out(read.left_out)
    )
    if not problem.free:
        _end(wanted.pk, clock, state=PlanRun.State.NONE, failure="nothing-to-plan")
        return
    watch = _Watch(wanted.pk, clock)
    outcome = _looked_for(wanted, asked, problem, engine, watch)
    contradiction = outcome.contradiction
    if not outcome.plans and contradiction is None and not watch.is_stopped:
        contradiction = engine.contradiction(problem)
    found = keeping.proposals(wanted, problem, outcome.plans.values())
    _keep(wanted, found, contradiction and keeping.contradiction(problem, contradiction), clock)


def _looked_for(wanted: PlanRun, asked: Asked, problem: Problem, engine: Engine, watch: "_Watch") -> Outcome:
    effort = Effort(seconds=asked.seconds, seed=asked.seed)
    if wanted.kind == PlanRun.Kind.REPAIR:
        return engine.repair(problem, effort, tell=watch)
    return engine.plan(problem, AIMS, effort, tell=watch)


def _read(wanted: PlanRun, asked: Asked, *, now: datetime) -> tuple[int, from_calendar.Asked]:
    """The problem, and the revision of the calendar that it was read from: it is read again where that moved on."""
    trains = list(wanted.trains.values_list("pk", flat=True))
    for _ in range(READS):
        revision = queries.revision()
        picture, waiting, reserve = reading.calendar(now, trains)
        if queries.revision() == revision:
            break
    return revision, from_calendar.problem_of(
        as_tried(picture, asked.tried) if asked.tried else picture,
        wanted=_concerned(wanted, asked, picture, waiting),
        reserve=reserve,
        leave_out=asked.leave_out,
        pinned=asked.pinned,
        must=asked.must,
        trains=trains or None,
    )


def _concerned(wanted: PlanRun, asked: Asked, picture: Picture, waiting: Mapping[int, int]) -> Mapping[int, int]:
    """Who gets a place. A repair is about one trouble: only whom it is for, and the waiting ones tied to those."""
    if wanted.kind != PlanRun.Kind.REPAIR:
        return waiting
    todo = [*asked.must, *([asked.about.release] if asked.about and asked.about.release else [])]
    found = set[int]()
    while todo:
        release = todo.pop()
        if release not in found:
            found.add(release)
            todo.extend(picture.world.partners(release) & waiting.keys())
    return {release: train for release, train in waiting.items() if release in found}


class _Watch:
    """Writes how far the search is, at most twice a second, and reads whether somebody wants it to stop."""

    def __init__(self, run: int, clock: Clock) -> None:
        self.row = PlanRun.objects.filter(pk=run, cancelled_at__isnull=True)
        self.clock = clock
        self.told_at: datetime | None = None
        self.is_stopped = False

    def __call__(self, progress: Progress) -> bool:
        """Return whether to go on; one short write, of its own."""
        now = self.clock()
        if not self.is_stopped and (self.told_at is None or now - self.told_at >= TELL_EVERY):
            self.told_at = now
            self.is_stopped = not self.row.update(progress=keeping.progress(progress))
        return not self.is_stopped


@transaction.atomic
def _keep(
    wanted: PlanRun, found: Sequence[keeping.Proposed], contradiction: Mapping[str, Any] | None, clock: Clock
) -> None:
    """Write what came of it in place of whatever an earlier try wrote, unless another worker ended the run already."""
    run = _open(wanted.pk).select_for_update().first()
    if run is None:
        return
    keeping.put_proposals(run, found)
    run.contradiction = contradiction
    run.finished_at = clock()
    run.state, run.failure = PlanRun.State.DONE, ""
    if not found and run.cancelled_at is None:
        run.state = PlanRun.State.NONE
        run.failure = "" if contradiction else "not-found-in-time"
    run.save(update_fields=["contradiction", "finished_at", "state", "failure"])
