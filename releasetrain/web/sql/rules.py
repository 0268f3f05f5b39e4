"""The pages of the rules of the SQL review: what each is about, with a script it finds and one that it lets pass."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.sql.examples import EXAMPLES, Example
from releasetrain.domain.sql.registry import RULES, Harm, SqlRule
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.stages import Stage
from releasetrain.review_wording import STAGES
from releasetrain.schema.reviewer import judge
from releasetrain.sql_wording import title
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.sql.reading import MEANINGS, Shown, script

HARMS: Mapping[Harm, Promise] = {
    Harm.UNKNOWN: _("Nobody can say what it does"),
    Harm.LOCKS: _("Others wait"),
    Harm.BREAKS: _("Running old code fails, or reads what is wrong"),
    Harm.LOSES: _("Data are lost, or silently not moved"),
    Harm.FAILS: _("The statement itself fails"),
    Harm.NONE: _("What is done well"),
}
SEVERITIES: Mapping[Severity, Promise] = {
    Severity.BLOCKS: _("blocks"),
    Severity.WARNS: _("warns"),
    Severity.CLEAR: _("allows"),
}


@access(SIGNED_IN)
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule by the harm that it keeps off."""
    groups = [(HARMS[harm], [_line(one) for one in RULES.values() if one.harm is harm]) for harm in Harm]
    return render(request, "sql/rules.html", {"groups": groups, "count": len(RULES)})


def _line(rule: SqlRule) -> dict[str, Any]:
    meaning, shape = MEANINGS[rule.severity]
    return {
        "code": rule.code,
        "title": title(rule.code),
        "severity": SEVERITIES[rule.severity],
        "meaning": meaning,
        "shape": shape,
        "harm": HARMS[rule.harm],
    }


@access(SIGNED_IN)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show a rule with its examples, as the review judges them."""
    if code not in RULES:
        raise Http404
    examples = [_shown(one) for one in EXAMPLES if one.rule == code]
    return render(request, "sql/rule.html", {"rule": _line(RULES[code]), "examples": examples})


def _shown(one: Example) -> dict[str, Any]:
    passing = one.passes_in or one.stage
    found = _judged(one, one.found, one.stage, of=one.rule)
    return {
        "stage": STAGES[one.stage.value],
        "found": found,
        "says": next(iter(found.found), None),
        "passes_in": STAGES[passing.value],
        "passes": _judged(one, one.passes, passing, of=""),
        "others": [(STAGES[other.stage.value], other.sql) for other in one.others],
        "history": one.history,
    }


def _judged(one: Example, sql: str, stage: Stage, *, of: str) -> Shown:
    """A script with what is found in it; ``of``: by this rule alone."""
    found = judge(sql, one.subject(stage))
    return script(sql, [each for each in found if not of or each.rule == of])


urlpatterns = [
    path("rules/sql/", rules, name="sql-rules"),
    path("rules/sql/<slug:code>/", rule, name="sql-rule"),
]
