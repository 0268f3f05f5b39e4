"""The rows of the drawing: each version of each service, when it runs, can be rolled back to, and breaks."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from releasetrain.conflict_wording import moment
from releasetrain.domain.overtime import Line, Span, line, passed
from releasetrain.domain.versions import CodeClass, Life, Phase
from releasetrain.rollouts.versions import Whole
from releasetrain.version_wording import class_words
from releasetrain.web.changes.axis import LEFT, RIGHT, Axis, wide, x
from releasetrain.web.changes.drawn import Bar, Group, Row, Text, place

ROW, HEADING, TOP = 24, 24, 134
LONGEST_NAME = 12
NARROW_LETTER = 6.0


def groups(whole: Whole, found: Sequence[Life], spans: Sequence[Span], axis: Axis, zone: ZoneInfo) -> Iterator[Group]:
    """Yield the services by name, each with the versions that were, are and will be there."""
    y = TOP
    for told in whole.told:
        own = sorted((life for life in found if life.service == told.service.pk), key=_order)
        now_there = {life.name for life in own}
        past = [
            passed(service, name, seen)
            for (service, name), seen in whole.seen.items()
            if service == told.service.pk and name not in now_there and seen.last > axis.window.start
        ]
        rows = tuple(_rows([*past, *own], whole, spans, axis, y=y, zone=zone))
        yield Group(y=y + 8, name=told.service.name, rows=rows)
        y += HEADING + ROW * len(rows)


def _order(life: Life) -> tuple[bool, bool, float]:
    """What can only be rolled back to, what runs, what is to come."""
    return life.since is not None, life.runs, life.since.timestamp() if life.since else 0.0


def _rows(
    own: Sequence[Life], whole: Whole, spans: Sequence[Span], axis: Axis, *, y: int, zone: ZoneInfo
) -> Iterator[Row]:
    indent = max((round(wide(_short(life)) * 1.1) for life in own), default=0) + 8
    for number, life in enumerate(own, 1):
        known = {"first": axis.window.start, "last": axis.window.end, "seen": whole.seen.get((life.service, life.name))}
        drawn = line(life, spans, code=whole.change.code, **known)
        yield _row(drawn, spans, axis, y=y + ROW * number, indent=indent, zone=zone)


def _short(life: Life) -> str:
    name = life.name or ("–" if life.is_known else _("unreported"))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _row(drawn: Line, spans: Sequence[Span], axis: Axis, *, y: int, indent: int, zone: ZoneInfo) -> Row:
    life = drawn.life
    words = class_words(life.code if life.is_known else None)
    may_be_anything = not life.name and not life.is_known
    return Row(
        y=y,
        name=_short(life),
        words=_fit(_("may be anything") if may_be_anything else words, LEFT - indent),
        full=life.name or _("not reported"),
        class_words=words,
        indent=indent,
        bars=tuple(_bars(drawn, axis, is_reported=not may_be_anything)),
        note=_note(drawn, spans, axis),
        runs=_runs(life, drawn, zone),
        back=moment(life.gone_at, zone) if life.gone_at else "",
        breaks=_breaks(drawn, spans),
    )


def _runs(life: Life, drawn: Line, zone: ZoneInfo) -> str:
    if not life.runs:
        return ""
    ends = moment(life.runs_until, zone) if life.runs_until else _("further on")
    if life.since is None:
        return _("until %(until)s") % {"until": ends}
    return _("%(since)s – %(until)s") % {"since": moment(life.since, zone), "until": ends}


def _fit(words: str, room: float) -> str:
    most = int(room / NARROW_LETTER)
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _bars(drawn: Line, axis: Axis, *, is_reported: bool) -> Iterator[Bar]:
    """What can be rolled back to lies under what runs, and what breaks over both."""
    if drawn.back:
        yield Bar(*place(drawn.back, axis), "back")
    if drawn.runs:
        yield Bar(*place(drawn.runs, axis), "runs" if is_reported else "back")
    for window in drawn.breaks:
        yield Bar(*place(window, axis), "bare")
        yield Bar(*place(window, axis), "broken")


def _breaks(drawn: Line, spans: Sequence[Span]) -> str:
    if not drawn.breaks:
        return ""
    start = drawn.breaks[0].start
    phase = next(span.phase for span in spans if span.window.start <= start < span.window.end)
    return _why(drawn.life, phase)


def _why(life: Life, phase: Phase) -> str:
    if phase is Phase.CONTRACTED:
        return _("breaks: uses the dropped")
    if phase is Phase.RELAXED:
        return _("breaks: reads the old, which may be empty")
    if phase in (Phase.FILLING, Phase.BACKFILLED) and life.code <= CodeClass.V1:
        return _("breaks: does not write the new")
    return _("breaks: wants what is not there yet")


def _note(drawn: Line, spans: Sequence[Span], axis: Axis) -> Text | None:
    """Why it breaks, beside its last bar; where there is no room the gate says it, and the table."""
    words = _breaks(drawn, spans)
    if not words:
        return None
    end = axis.at(drawn.breaks[-1].end)
    return Text(x(end + 8), words, "red halo") if end + 8 + wide(words) <= RIGHT else None
