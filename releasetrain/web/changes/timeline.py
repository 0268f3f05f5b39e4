"""The drawing of versions against schema over time, in the reader's days. The template draws it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from releasetrain.conflict_wording import days_and_hours, moment
from releasetrain.domain.overtime import Passage, Span, passages, phases
from releasetrain.domain.stages import LETTERS, ORDER, Stage
from releasetrain.domain.versions import Life, Phase, lives
from releasetrain.rollouts.versions import Whole
from releasetrain.version_wording import PHASES
from releasetrain.web.changes.axis import Axis, wide, x
from releasetrain.web.changes.drawn import Around, Bar, Drawing, GateMark, Stop, Text, place
from releasetrain.web.changes.gate_marks import gate_marks
from releasetrain.web.changes.rows import TOP, groups

DAY = timedelta(days=1)
BEFORE = 14 * DAY  # of what is far ahead, so much is shown before it begins
LONGEST = 150 * DAY  # what fits on a page; who plans further ahead sees the first of it
FOOT = 24  # from the top of the last row to the line under it
CSS = {
    Phase.BEFORE: "s0",
    Phase.EXPANDED: "s1",
    Phase.FILLING: "s2",
    Phase.BACKFILLED: "s3",
    Phase.RELAXED: "s5",
    Phase.CONTRACTED: "s4",
}


def drawing(whole: Whole, around: Around, *, now: datetime, zone: ZoneInfo) -> Drawing:
    """Return the drawing of a change and what runs beside it, in the reader's days."""
    found = lives(whole.change.code, whole.rides)
    axis = _axis(whole, found, now=now, zone=zone)
    first, last = axis.window.start, axis.window.end
    spans = phases(whole.course, first=first, last=last)
    gates = passages(whole.course, whole.change.code, whole.ground, whole.rides, now=now)
    by_service = tuple(groups(whole, found, spans, axis, zone))
    foot = by_service[-1].rows[-1].y + FOOT if by_service else TOP
    marks = tuple(gate_marks(gates, axis, around.services, foot=foot))
    return Drawing(
        ticks=tuple(axis.ticks({window.start.astimezone(zone).date() for window in whole.course.departs.values()})),
        stops=tuple(_stops(whole, gates, axis, zone)),
        soaks=tuple(_soaks(whole, axis)),
        spans=tuple(_span(span, axis) for span in spans),
        groups=by_service,
        gates=marks,
        frozen=tuple(_frozen(around, axis)),
        nights=tuple(Bar(*place(window, axis)) for window in around.nights if window.meets(axis.window)),
        track_ends=x(axis.at(max((one.start for one in whole.course.departs.values()), default=first))),
        now=x(axis.at(now)) if axis.window.start <= now < axis.window.end else "",
        foot=foot,
        height=max((mark.text.y for mark in marks), default=foot) + 10,
        rollback=days_and_hours(whole.change.code.rollback_hours),
        summary=tuple(_summary(whole, marks, zone)),
    )


def _axis(whole: Whole, found: Iterable[Life], *, now: datetime, zone: ZoneInfo) -> Axis:
    departs = whole.course.departs.values()
    gone = (life.gone_at for life in found if life.gone_at)
    start = min((one.start for one in departs), default=now)
    first = min(max(now, start - BEFORE), start) - DAY
    last = max([first + 8 * DAY, *(one.end + 5 * DAY for one in departs), *gone])
    return Axis(first=first, last=min(last, first + LONGEST), zone=zone)


def _stops(whole: Whole, gates: Sequence[Passage], axis: Axis, zone: ZoneInfo) -> Iterator[Stop]:
    shut = {one.at for one in gates if one.may is False}
    for stage, release in whole.change.steps:
        if (window := whole.course.departs.get(stage)) is not None:
            words = f"RT-{release} {window.start.astimezone(zone):%H:%M}"
            yield Stop(x(axis.at(window.start)), LETTERS[stage], words, window.start in shut)


def _soaks(whole: Whole, axis: Axis) -> Iterator[Text]:
    """The agreed soak after every stage that another follows."""
    known = [stage for stage in ORDER if stage in whole.course.departs]
    for stage in known[:-1]:
        end = whole.course.departs[stage].end
        left, right = axis.at(end), axis.at(end + whole.course.soak)
        words = _("soak, %(time)s") % {"time": days_and_hours(whole.change.soak_hours)}
        if right - left >= wide(words):
            yield Text(x((left + right) / 2), words, "mid halo")


def _span(span: Span, axis: Axis) -> Bar:
    left, width = place(span.window, axis)
    words = str(PHASES[span.phase])
    room = float(width) >= wide(words) + 4
    return Bar(left, width, CSS[span.phase], words if room else "", x(float(left) + float(width) / 2))


def _frozen(around: Around, axis: Axis) -> Iterator[Bar]:
    for name, window in around.freezes:
        if window.meets(axis.window):
            left, width = place(window, axis)
            words = _("frozen: %(name)s") % {"name": name}
            room = float(width) >= wide(words)
            yield Bar(left, width, "frozen", words if room else "", x(float(left) + float(width) / 2))


def _summary(whole: Whole, gates: Iterable[GateMark], zone: ZoneInfo) -> Iterator[str]:
    """The same for who cannot see it, sentence by sentence. What has no place may be a draft: it is not named."""
    for stage, release in whole.change.steps:
        if (window := whole.course.departs.get(stage)) is not None:
            yield f"{_stage_name(stage)}, RT-{release}: {moment(window.start, zone)}."
        else:
            yield _("%(stage)s: no departure yet.") % {"stage": _stage_name(stage)}
    for gate in gates:
        yield f"{gate.name}: {gate.words}."


def _stage_name(stage: Stage) -> str:
    return {
        Stage.EXPAND: _("Expand"),
        Stage.BACKFILL: _("Backfill"),
        Stage.RELAX: _("Relax"),
        Stage.DROP: _("Drop"),
    }[stage]
