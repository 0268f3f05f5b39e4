"""What gates, roles, classes of fields and the states of a review are called. Values come in, words go out."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Role
from releasetrain.domain.policies import COMPATIBILITY, OF_THE_TEAM, SQL, Level
from releasetrain.domain.risk import Source
from releasetrain.domain.verdicts import Kind, State

GATES: Mapping[str, Promise] = {
    "team": gettext_lazy("Team"),
    "architecture": gettext_lazy("Architecture"),
    "test-plan": gettext_lazy("Test plan"),
    "analytics": gettext_lazy("Analytics"),
    COMPATIBILITY: gettext_lazy("Compatibility"),
    SQL: gettext_lazy("SQL review"),
    "review": gettext_lazy("Review"),  # nobody judged yet which gates it needs
}
ROLES: Mapping[str, Promise] = {
    OF_THE_TEAM: gettext_lazy("its team"),
    Role.ARCHITECT.value: gettext_lazy("an architect"),
    Role.QA_LEAD.value: gettext_lazy("the QA lead"),
    Role.ANALYTICS_LEAD.value: gettext_lazy("the analytics lead"),
    Role.RELEASE_MANAGER.value: gettext_lazy("a release manager"),
}
CLASSES: Mapping[str, Promise] = {
    FieldClass.CODE.value: gettext_lazy("code and services"),
    FieldClass.DATA.value: gettext_lazy("data and SQL"),
    FieldClass.CLIENTS.value: gettext_lazy("clients"),
    FieldClass.SIZE.value: gettext_lazy("size"),
}


def gate_name(code: str, name: str = "") -> str:
    """Return what a gate is called: as its policy names it, else by the word for its code."""
    return name or str(GATES.get(code, code))


STATES: Mapping[str, Promise] = {
    State.WAITING.value: gettext_lazy("waiting"),
    State.STALE.value: gettext_lazy("stale, asked again"),
    State.NEEDS_WORK.value: gettext_lazy("needs work"),
    State.REJECTED.value: gettext_lazy("rejected"),
    State.CONDITIONS.value: gettext_lazy("approved with a condition"),
    State.APPROVED.value: gettext_lazy("approved"),
}
SHAPES: Mapping[str, tuple[str, str]] = {  # of a gate's dot, and what it means
    State.WAITING.value: ("gate-open", "waiting"),
    State.STALE.value: ("gate-stale", "waiting"),
    State.NEEDS_WORK.value: ("gate-no", "blocked"),
    State.REJECTED.value: ("gate-no", "blocked"),
    State.CONDITIONS.value: ("gate-cond", "clear"),
    State.APPROVED.value: ("gate-yes", "clear"),
}
KINDS: Mapping[str, Promise] = {
    Kind.APPROVE.value: gettext_lazy("approved"),
    Kind.CONDITIONS.value: gettext_lazy("approved with conditions"),
    Kind.NEEDS_WORK.value: gettext_lazy("said that it needs work"),
    Kind.REJECT.value: gettext_lazy("rejected it"),
}
LEVELS: Mapping[str, Promise] = {
    Level.LOW.value: gettext_lazy("low"),
    Level.MEDIUM.value: gettext_lazy("medium"),
    Level.HIGH.value: gettext_lazy("high"),
}
SOURCES: Mapping[str, Promise] = {
    Source.FACTS.value: gettext_lazy("facts"),
    Source.ANSWERS.value: gettext_lazy("the answers"),
    Source.RECORD.value: gettext_lazy("the team's record"),
}
STAGES: Mapping[str, Promise] = {
    "expand": gettext_lazy("expand"),
    "backfill": gettext_lazy("backfill"),
    "relax": gettext_lazy("contract, relax"),
    "drop": gettext_lazy("contract, drop"),
}
SIZES: Mapping[str, Promise] = {
    "S": gettext_lazy("small release"),
    "M": gettext_lazy("medium release"),
    "L": gettext_lazy("large release"),
}


def words_of(gate: Any) -> str:
    """Return a gate with its state, as a dot says it: "Architecture: stale, asked again"."""
    return f"{gate_name(gate.code, gate.name)}: {STATES[gate.state]}"


def rests_on(classes: Iterable[str]) -> str:
    """Return what a verdict rests on: "code and services, clients"."""
    return ", ".join(str(words) for one, words in CLASSES.items() if one in set(classes))


def amount(number: int) -> str:
    """Return a number of rows as people say it: 1.0 bn, 250 M, 12,000."""
    if number >= 1_000_000_000:
        return _("%(n)s bn") % {"n": formats.number_format(number / 1_000_000_000, 1)}
    if number >= 1_000_000:
        return _("%(n)s M") % {"n": formats.number_format(round(number / 1_000_000))}
    return str(formats.number_format(number, use_l10n=True, force_grouping=True))


def reason(one: Mapping[str, Any], questions: Mapping[str, str]) -> str:
    """Return why there are points, without how many; ``questions``: the words of each question by its code."""
    n, about = one["amount"], one["about"]
    match one["code"]:
        case "stage":
            return _("stage %(stage)s") % {"stage": STAGES.get(about, about)}
        case "rows":
            return _("%(rows)s rows") % {"rows": amount(n)}
        case "services":
            return ngettext("%(n)s service", "%(n)s services", n) % {"n": n}
        case "clients":
            return ngettext("%(n)s client", "%(n)s clients", n) % {"n": n}
        case "blocked":
            return ngettext("%(n)s finding blocks", "%(n)s findings block", n) % {"n": n}
        case "warned":
            return ngettext("%(n)s finding warns", "%(n)s findings warn", n) % {"n": n}
        case "answer":
            return questions.get(about, about)
        case "rolled-back":
            return ngettext(
                "%(n)s of the last departures rolled back", "%(n)s of the last departures rolled back", n
            ) % {"n": n}
        case "not-departed":
            return ngettext("%(n)s did not depart", "%(n)s did not depart", n) % {"n": n}
    return str(one["code"])


def risk(known: Mapping[str, Any] | None) -> str:
    """Return a risk in words: "72 high, from facts"."""
    if not known:
        return ""
    said = {"score": known["score"], "level": LEVELS[known["level"]], "source": SOURCES[known["source"]]}
    return (_("%(score)s %(level)s, from %(source)s") if known["score"] else _("%(score)s %(level)s")) % said


def reasons(
    known: Mapping[str, Any] | None, questions: Mapping[str, str], *, source: str = ""
) -> list[tuple[str, int]]:
    """Return the reasons of a risk with their points, heaviest first; ``source``: of that one only."""
    found = [one for one in (known or {}).get("reasons", ()) if not source or one["source"] == source]
    return [(reason(one, questions), one["points"]) for one in found]


def because(why: Mapping[str, Any], *, gate: str, size: str, stages: Iterable[str] = ()) -> str:
    """Return in a few words why a gate waits: "SQL changed after you approved", "Architecture, large release"."""
    changed = [name for name in why.get("changed") or () if name in FIELDS_IN_SHORT]
    if why.get("again") and changed:
        return _("%(what)s changed after it was approved") % {
            "what": ", ".join(str(FIELDS_IN_SHORT[one]) for one in changed)
        }
    if why.get("again") and why.get("code") in ("moved", "train"):
        return _("%(gate)s again: it rides otherwise than promised") % {"gate": gate}
    if why.get("again"):
        return _("%(gate)s, asked again") % {"gate": gate}
    named = [STAGES.get(stage, stage) for stage in stages]
    return f"{gate}, {', '.join(map(str, named)) if named else SIZES.get(size, size)}"


FIELDS_IN_SHORT: Mapping[str, Promise] = {
    "steps": gettext_lazy("SQL"),
    "tables": gettext_lazy("tables"),
    "services": gettext_lazy("services"),
    "needs": gettext_lazy("what it needs"),
    "links": gettext_lazy("links"),
    "clients": gettext_lazy("clients"),
    "size": gettext_lazy("size"),
}
