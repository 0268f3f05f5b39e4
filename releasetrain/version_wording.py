"""Classes of code, phases of a schema and gates, in words. One place for every page and answer that tells them."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.conflict_wording import listed, moment
from releasetrain.domain.versions import CodeClass, Gate, Life, Missing, Phase

CLASSES: Mapping[CodeClass, Promise] = {
    CodeClass.V0: gettext_lazy("old only"),
    CodeClass.V1: gettext_lazy("writes both, reads old"),
    CodeClass.V2: gettext_lazy("writes both, reads new"),
    CodeClass.V3: gettext_lazy("new only"),
}
UNKNOWN = gettext_lazy("not said: counts as old only")
PHASES: Mapping[Phase, Promise] = {
    Phase.BEFORE: gettext_lazy("before"),
    Phase.EXPANDED: gettext_lazy("expanded, new empty"),
    Phase.FILLING: gettext_lazy("filling"),
    Phase.BACKFILLED: gettext_lazy("filled and verified"),
    Phase.RELAXED: gettext_lazy("old may be empty"),
    Phase.CONTRACTED: gettext_lazy("contracted, old gone"),
}
GUARDED: Mapping[Gate, Promise] = {
    Gate.G1: gettext_lazy("start the backfill"),
    Gate.G2: gettext_lazy("ship code that reads the new (V2)"),
    Gate.G3: gettext_lazy("ship code without the old (V3)"),
    Gate.G4: gettext_lazy("drop the old"),
}
OPEN: Mapping[Gate, Promise] = {
    Gate.G1: gettext_lazy("old-only code is gone"),
    Gate.G2: gettext_lazy("filled, verified"),
    Gate.G3: gettext_lazy("nothing reads the old"),
    Gate.G4: gettext_lazy("nothing knows the old"),
}
MISSING: Mapping[Missing, Promise] = {
    Missing.EXPAND: gettext_lazy("expand has not departed"),
    Missing.VERIFIED: gettext_lazy("the backfill is not verified"),
    Missing.OPTIONAL: gettext_lazy("the old field is still required"),
    Missing.RELAX: gettext_lazy("relax has not departed"),
}


def class_words(code: CodeClass | None) -> str:
    """Return what code of a class does; None: nobody said."""
    return str(UNKNOWN if code is None else CLASSES[code])


def life_words(life: Life, services: Mapping[int, str]) -> str:
    """Return what a version is called, with its service."""
    words = {"service": services.get(life.service, life.service), "version": life.name}
    if not life.name:
        return _("%(service)s (not reported)") % words if not life.is_known else str(words["service"])
    if not life.is_known:
        return _("%(service)s %(version)s (class not said)") % words
    return _("%(service)s %(version)s") % words


def against(missing: Missing | None, versions: Iterable[Life], services: Mapping[int, str]) -> str:
    """Return why a gate is shut, empty where it is open: what is missing, and which versions are in the way."""
    reasons = [str(MISSING[missing])] if missing else []
    found = list(versions)
    runs = listed(life_words(one, services) for one in found if one.runs)
    back = listed(life_words(one, services) for one in found if not one.runs)
    reasons += [_("%(versions)s may run") % {"versions": runs}] if runs else []
    reasons += [_("%(versions)s can be rolled back to") % {"versions": back}] if back else []
    return "; ".join(reasons)


def until_words(life: Life, zone: ZoneInfo) -> str:
    """Return until when a version runs and can be rolled back to, as it is booked and reported."""
    ends = []
    if life.runs:
        until = life.runs_until
        ends += [_("runs until %(until)s") % {"until": moment(until, zone)} if until else _("runs on")]
    if life.gone_at is not None:
        ends += [_("can be rolled back to until %(until)s") % {"until": moment(life.gone_at, zone)}]
    elif not life.runs:
        ends += [_("can be rolled back to")]
    return ", ".join(ends)
