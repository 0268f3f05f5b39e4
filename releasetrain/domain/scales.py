"""A risk scale as it is stored and as scripts say it."""

from collections.abc import Mapping
from typing import Any

from releasetrain.domain.errors import Refused
from releasetrain.domain.risk import MOST, Choice, Question, Scale
from releasetrain.domain.stages import Stage

_NUMBERS = ("per_service", "per_client", "per_blocked", "per_warned", "medium", "high", "record_least")
_AMOUNTS = ("record_rolled_back", "record_not_departed")
MOST_AMOUNT = 1000


def as_json(scale: Scale) -> dict[str, Any]:
    """Return the scale as plain values."""
    questions = [
        {
            "code": one.code,
            "words": one.words,
            "choices": [{"code": of.code, "points": of.points, "words": of.words} for of in one.choices],
        }
        for one in scale.questions
    ]
    return {
        "stages": {stage.value: points for stage, points in scale.stages.items()},
        "rows": [list(one) for one in scale.rows],
        **{name: getattr(scale, name) for name in (*_NUMBERS, *_AMOUNTS)},
        "questions": questions,
    }


def read(said: Mapping[str, Any]) -> Scale:
    """Return the scale that ``as_json`` wrote; ``Refused("scale-unreadable")`` for anything else."""
    try:
        return _read(said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("scale-unreadable", details={"field": "scale"}) from error


def _read(said: Mapping[str, Any]) -> Scale:
    scale = Scale(
        stages={Stage(stage): _points(points) for stage, points in said["stages"].items()},
        rows=tuple(sorted((int(least), _points(points)) for least, points in said["rows"])),
        **{name: _points(said[name]) for name in _NUMBERS},
        **{name: _points(said[name], most=MOST_AMOUNT) for name in _AMOUNTS},
        questions=tuple(_question(one) for one in said["questions"]),
    )
    if not 0 < scale.medium < scale.high or scale.record_least < 1:
        raise ValueError("levels rise, and a record needs a departure")
    if len({one.code for one in scale.questions}) < len(scale.questions):
        raise ValueError("a code names one question")
    return scale


def _question(said: Mapping[str, Any]) -> Question:
    choices = tuple(
        Choice(code=str(one["code"]), points=_points(one["points"]), words=str(one["words"])) for one in said["choices"]
    )
    if len(choices) < 2 or len({one.code for one in choices}) < len(choices):
        raise ValueError("a question has two answers at least")
    return Question(code=str(said["code"]), words=str(said["words"]), choices=choices)


def _points(said: Any, *, most: int = MOST) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= most:
        raise ValueError(f"points are 0 to {most}")
    return said
