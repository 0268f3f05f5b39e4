"""The page of rules, made from the registry: what each wants, what it rests on, who may say yes all the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from releasetrain.domain.conflicts import RULES
from releasetrain.rule_wording import BASIS, GRADES, REMEDIES, SIDES, WORDS
from releasetrain.web.access import SIGNED_IN, access


@access(SIGNED_IN)
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule in the order in which conflicts are told."""
    lines = [
        {
            "code": rule.code,
            "says": WORDS[rule.code].says,
            "grade": GRADES[rule.grade],
            "sides": [SIDES[side] for side in rule.sides],
            "basis": [BASIS[one] for one in rule.basis],
            "remedies": [REMEDIES[one] for one in rule.remedies],
            "waivable": rule.waivable,
        }
        for rule in RULES.values()
    ]
    return render(request, "conflicts/rules.html", {"rules": lines})


urlpatterns = [path("rules/", rules, name="rules")]
