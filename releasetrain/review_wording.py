"""What gates, roles, classes of fields and the states of a review are called. Values come in, words go out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Role
from releasetrain.domain.policies import COMPATIBILITY, OF_THE_TEAM

GATES: Mapping[str, Promise] = {
    "team": gettext_lazy("Team"),
    "architecture": gettext_lazy("Architecture"),
    "test-plan": gettext_lazy("Test plan"),
    "analytics": gettext_lazy("Analytics"),
    COMPATIBILITY: gettext_lazy("Compatibility"),
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
