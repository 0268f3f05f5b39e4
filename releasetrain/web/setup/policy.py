"""The policy of reviews: rules and gates as a form, what it would change before it is saved, and its versions.

The form is a list of plain values, read from what was posted and shown again: adding, removing and moving rules and
gates are buttons of the same form that write nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain import review_wording as words
from releasetrain import wording
from releasetrain.domain import policies, policy_checks
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.sizes import Size
from releasetrain.domain.stages import Stage
from releasetrain.releases.models import Service
from releasetrain.reviews.actions.policies import set_policy
from releasetrain.reviews.models import Policy
from releasetrain.reviews.queries.policies import effects
from releasetrain.reviews.queries.versions import policy_in_force
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.refusals import status_of

Rules = list[dict[str, Any]]
EMPTY_GATE = {"code": "", "role": "team", "quorum": 1, "days": 2, "rests_on": [], "names_kind": False, "name": ""}
EMPTY_RULE = {"name": "", "when": {"every": False}, "gates": [EMPTY_GATE]}
VERSIONS = 10
_DEED = re.compile(r"(add-rule|up|remove|add-gate|remove-gate)(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


@access(Permission.SET_UP_REVIEWS)
def policy(request: HttpRequest) -> HttpResponse:
    """Show the policy as a form; on a post change the form, preview it, or put it in force."""
    current = policy_in_force()
    if request.method != "POST":
        return render(request, "setup/policy.html", _page(current.rules, current, note="", seen=current.pk))
    rules, seen = read(request.POST), typed.key(request.POST.get("seen")) or 0
    context = _page(rules, current, note=request.POST.get("note", ""), seen=seen)
    deed = request.POST.get("do", "save")
    if deed not in ("save", "preview"):
        return render(request, "setup/policy.html", context | {"rules": changed(rules, deed)})
    try:
        if deed == "preview":
            return render(request, "setup/policy.html", context | _preview(rules))
        version = set_policy(
            rules=rules, note=request.POST.get("note", ""), seen=seen, by=request.user, clock=timezone.now
        )
    except Refused as refused:
        said = context | {"refusal": wording.refusal(refused)}
        return render(request, "setup/policy.html", said, status=status_of(refused))
    messages.success(request, _("Version %(version)s is in force.") % {"version": version})
    return redirect("web:setup-policy")


def _page(rules: Rules, current: Policy, *, note: str, seen: int) -> dict[str, Any]:
    return {
        "rules": rules,
        "current": current,
        "note": note,
        "seen": seen,
        "next_version": current.pk + 1,
        "sizes": [size.value for size in Size],
        "stages": [(stage.value, words.STAGES[stage.value]) for stage in Stage],
        "risks": list(words.LEVELS.items()),
        "services": list(Service.objects.values_list("pk", "name")),
        "roles": [(role, words.ROLES.get(role, role)) for role in sorted(policy_checks.ROLES)],
        "classes": list(words.CLASSES.items()),
        "versions": list(Policy.objects.select_related("made_by")[:VERSIONS]),
        "here_is": "policy",
    }


def _preview(rules: Rules) -> dict[str, Any]:
    """What it would do, in words; refused like saving it where it cannot be read."""
    wanted = policies.read(rules)
    policy_checks.refuse_misshapen(wanted)
    found = effects(wanted)
    shown = [(one.release, _names(one.before), _names(one.after), _codes(one.lacking)) for one in found.affected]
    impossible = [(rule.name, team.name if team else "", _codes(gates)) for team, rule, gates in found.impossible]
    return {"previewed": True, "affected": shown, "impossible": impossible}


def _names(gates: Any) -> str:
    return ", ".join(words.gate_name(gate.code, gate.name) for gate in gates)


def _codes(codes: Any) -> str:
    return ", ".join(words.gate_name(code) for code in codes)


def read(said: QueryDict) -> Rules:
    """Return the rules that a form holds, as plain values; nonsense stays nonsense, for the action to refuse."""
    return [_rule(said, n) for n in range(_count(said, "rules", policy_checks.MOST_RULES))]


def _count(said: Mapping[str, str], name: str, most: int) -> int:
    count = typed.key(said.get(name)) or 0
    return min(count, most + 1)


def _rule(said: QueryDict, n: int) -> dict[str, Any]:
    at = f"rule-{n}"
    services = [id for id in map(typed.key, said.getlist(f"{at}-services")) if id]
    named = {name: said.getlist(f"{at}-{name}") for name in ("sizes", "stages", "risks")}
    gates = [_gate(said, f"{at}-gate-{g}") for g in range(_count(said, f"{at}-gates", policy_checks.MOST_GATES))]
    when = {**named, "services": services, "every": f"{at}-every" in said}
    return {"name": said.get(f"{at}-name", "").strip(), "when": when, "gates": gates}


def _gate(said: QueryDict, at: str) -> dict[str, Any]:
    return {
        "code": said.get(f"{at}-code", "").strip(),
        "role": said.get(f"{at}-role", ""),
        "quorum": typed.key(said.get(f"{at}-quorum")) or 0,
        "days": typed.key(said.get(f"{at}-days")) or 0,
        "rests_on": said.getlist(f"{at}-rests_on"),
        "names_kind": f"{at}-names_kind" in said,
        "name": said.get(f"{at}-name", "").strip(),
    }


def changed(rules: Rules, deed: str) -> Rules:
    """Return the rules after a button that only changes the form: add, remove or move up."""
    found = _DEED.fullmatch(deed)
    if found is None:
        return rules
    what, rule, gate = found[1], int(found[2] or 0), int(found[3] or 0)
    if what == "add-rule":
        return [EMPTY_RULE, *rules]
    if rule >= len(rules):
        return rules
    if what == "remove":
        return [one for n, one in enumerate(rules) if n != rule]
    if what == "up" and rule:
        return [*rules[: rule - 1], rules[rule], rules[rule - 1], *rules[rule + 1 :]]
    gates = rules[rule]["gates"]
    gates = [*gates, EMPTY_GATE] if what == "add-gate" else [one for n, one in enumerate(gates) if n != gate]
    kept = rules[rule] if what == "up" else {**rules[rule], "gates": gates}
    return [kept if n == rule else one for n, one in enumerate(rules)]


urlpatterns = [path("setup/policy/", policy, name="setup-policy")]
