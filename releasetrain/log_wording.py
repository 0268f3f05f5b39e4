"""One sentence per line of the log, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.audit.models import Entry
from releasetrain.conflict_wording import listed, moment
from releasetrain.review_wording import gate_name

DEEDS: Mapping[str, Promise] = {
    "release.drafted": gettext_lazy("wrote it down"),
    "release.edited": gettext_lazy("edited %(changed)s"),
    "release.submitted": gettext_lazy("submitted it"),
    "release.withdrawn": gettext_lazy("withdrew it: “%(reason)s”"),
    "release.imported": gettext_lazy("brought it in from a file"),
    "request.made": gettext_lazy("asked for %(slot)s"),
    "request.waits": gettext_lazy("let it wait in the queue"),
    "booking.made": gettext_lazy("boarded %(slot)s"),
    "booking.moved": gettext_lazy("moved it from %(old)s to %(slot)s"),
    "booking.left": gettext_lazy("took it off %(old)s"),
    "booking.moved-bumped": gettext_lazy("moved it on from %(old)s to %(slot)s at the cut-off: not cleared"),
    "booking.moved-bumped-with": gettext_lazy(
        "moved it on from %(old)s to %(slot)s at the cut-off with %(with)s, on which it rests"
    ),
    "booking.moved-displaced": gettext_lazy("moved it on from %(old)s to %(slot)s: it gave way to %(for)s"),
    "booking.made-planned": gettext_lazy("boarded %(slot)s by plan %(plan)s"),
    "booking.moved-planned": gettext_lazy("moved it from %(old)s to %(slot)s by plan %(plan)s"),
    "booking.left-bumped": gettext_lazy("took it off %(old)s at the cut-off: not cleared"),
    "booking.left-bumped-with": gettext_lazy("took it off %(old)s at the cut-off with %(with)s, on which it rests"),
    "booking.left-displaced": gettext_lazy("took it off %(old)s: it gave way to %(for)s"),
    "booking.left-missed": gettext_lazy("took it off %(old)s: nobody reported that it departed"),
    "booking.left-skipped": gettext_lazy("took it off %(old)s, which is skipped: “%(reason)s”"),
    "request.unheard": gettext_lazy("let it wait: %(slot)s, for which it asked, is closed"),
    "slot.closed": gettext_lazy("closed it"),
    "slot.skipped": gettext_lazy("skipped it: “%(reason)s”"),
    "slot.reopened": gettext_lazy("let it go after all: “%(reason)s”"),
    "train.held": gettext_lazy("held the train: “%(reason)s”"),
    "train.restarted": gettext_lazy("let the train go again: “%(reason)s”"),
    "schema.abandoned": gettext_lazy("gave it up: “%(reason)s”"),
    "schema.added": gettext_lazy("wrote it down"),
    "schema.edited": gettext_lazy("edited %(changed)s"),
    "table.known": gettext_lazy("said how it looks"),
    "finding.accepted": gettext_lazy("accepted what the review of its SQL warns of, %(rules)s: “%(reason)s”"),
    "finding.taken-back": gettext_lazy("accepts %(rules)s no more, of which the review of its SQL warns"),
    "plan.asked": gettext_lazy("asked for it"),
    "plan.cancelled": gettext_lazy("stopped the search: the best so far is kept"),
    "plan.thrown-away": gettext_lazy("threw it away"),
    "plan.applied": gettext_lazy("applied %(moves)s of its %(of)s moves"),
    "plan.chosen": gettext_lazy("chose how its backfill runs"),
    "table.measured": gettext_lazy("measured %(name)s"),
    "profile.set": gettext_lazy("set what the database %(database)s costs"),
    "booking.left-because": gettext_lazy("took it off %(old)s: “%(reason)s”"),
    "waiver.made": gettext_lazy("waived %(code)s: “%(reason)s”"),
    "waiver.amended": gettext_lazy("changed the waiver of %(code)s: “%(reason)s”"),
    "waiver.ended": gettext_lazy("took back the waiver of %(code)s"),
    "review.asked": gettext_lazy("made it the turn of: %(gates)s"),
    "review.question": gettext_lazy("asked for %(gate)s: “%(note)s”"),
    "review.answer": gettext_lazy("answered for %(gate)s: “%(note)s”"),
    "review.reminder": gettext_lazy("reminded the reviewers of %(gate)s"),
    "verdict.approve": gettext_lazy("approved %(gate)s"),
    "verdict.conditions": gettext_lazy("approved %(gate)s with conditions: “%(note)s”"),
    "verdict.needs-work": gettext_lazy("found that %(gate)s needs work: “%(note)s”"),
    "verdict.reject": gettext_lazy("rejected %(gate)s: “%(note)s”"),
    "result.recorded": gettext_lazy("recorded what came of trying clients"),
    "condition.ticked": gettext_lazy("saw to the condition “%(words)s”"),
    "release.cleared": gettext_lazy("cleared the last gate"),
    "grace.given": gettext_lazy("gave grace until %(until)s: “%(reason)s”"),
    "freeze.added": gettext_lazy("added the freeze “%(name)s”"),
    "freeze.edited": gettext_lazy("edited %(changed)s of the freeze “%(name)s”"),
    "freeze.ended": gettext_lazy("ended the freeze “%(name)s”: “%(reason)s”"),
    "freeze.suspended": gettext_lazy("suspended the freeze “%(name)s” until %(until)s: “%(reason)s”"),
    "freeze.counts-again": gettext_lazy("let the freeze “%(name)s” count again"),
    "low-load.set": gettext_lazy("set the hours of low load of %(database)s"),
    "schema.usage": gettext_lazy("said who uses its table"),
    "release.classed": gettext_lazy("said the class of its code for a schema change: %(code)s"),
    "version.classed": gettext_lazy("said the class of %(name)s for a schema change: %(code)s"),
    "versions.reported": gettext_lazy("reported which versions of %(service)s run"),
    "versions.attested": gettext_lazy("attested that of %(service)s nothing older than %(code)s runs: “%(reason)s”"),
    "backfill.verified": gettext_lazy("verified its backfill: %(differing)s rows differ"),
    "rollout.departed": gettext_lazy("reported that it departed"),
    "rollout.not-departed": gettext_lazy("reported that it did not depart: “%(reason)s”"),
    "rollout.rolled-back": gettext_lazy("reported that it was rolled back: “%(reason)s”"),
}
FIELDS: Mapping[str, Promise] = {
    "title": gettext_lazy("the title"),
    "description": gettext_lazy("the description"),
    "size": gettext_lazy("the size"),
    "services": gettext_lazy("the services"),
    "tables": gettext_lazy("the tables"),
    "initiative": gettext_lazy("the initiative"),
    "earliest": gettext_lazy("the earliest date"),
    "due": gettext_lazy("the due date"),
    "weight": gettext_lazy("the weight"),
    "links": gettext_lazy("the links"),
    "needs": gettext_lazy("what it needs"),
    "clients": gettext_lazy("the clients"),
    "steps": gettext_lazy("the stages and their SQL"),
    "name": gettext_lazy("the name"),
    "reason": gettext_lazy("the reason"),
    "is_hard": gettext_lazy("how hard it is"),
    "zone": gettext_lazy("the time zone"),
    "first_at": gettext_lazy("when it begins"),
    "last_at": gettext_lazy("when it ends"),
    "rule": gettext_lazy("how it recurs"),
    "holidays": gettext_lazy("the public holidays"),
    "trains": gettext_lazy("the trains"),
    "teams": gettext_lazy("the teams"),
    "old_field": gettext_lazy("the old field"),
    "new_field": gettext_lazy("the new field"),
    "soak_hours": gettext_lazy("the soak between stages"),
    "mapping": gettext_lazy("how the new field follows from the row"),
    "key_field": gettext_lazy("the field by which batches go"),
    "wrapped": gettext_lazy("whether a file is one transaction"),
    "has_sync_trigger": gettext_lazy("whether a trigger keeps old and new alike"),
}


def deed(entry: Entry, *, slots: Mapping[int, datetime], zone: ZoneInfo) -> str:
    """Return what was done, without who; ``slots``: the start of each slot that an entry may name."""
    facts = dict(entry.facts)
    verb = _verb(entry)
    if because := (facts.get("because") or {}).get("reason"):
        facts["reason"] = because
    if facts.get("slot_starts"):  # the slot may be gone since
        facts["slot"] = moment(datetime.fromisoformat(facts["slot_starts"]), zone)
    for name in ("slot", "old"):
        if facts.get(name) in slots:
            facts[name] = moment(slots[facts[name]], zone)
    because = facts.get("because") or {}
    facts["with"] = listed(f"RT-{release}" for release in because.get("with") or ())
    facts["for"] = f"RT-{because['for']}" if because.get("for") else ""
    facts["plan"] = because.get("plan", "")
    facts["changed"] = ", ".join(str(FIELDS.get(name, name)) for name in facts.get("changed") or ())
    facts["rules"] = ", ".join(facts.get("rules") or ())
    facts["gates"] = listed(gate_name(code) for code in facts.get("gates") or ())
    facts["gate"] = gate_name(facts.get("gate") or "")
    if facts.get("until"):
        facts["until"] = moment(datetime.fromisoformat(facts["until"]), zone)
    sentence = DEEDS.get(verb)
    if sentence is None:
        return _("did %(verb)s") % {"verb": verb}
    return str(sentence) % {"reason": "", "code": "", **facts}


def _verb(entry: Entry) -> str:
    """The verb as it is told: what was asked for without a slot waits, who left with a reason says it."""
    if entry.verb == "request.made" and not entry.facts.get("slot"):
        return "request.waits"
    if entry.verb == "verdict.given":
        return f"verdict.{entry.facts['kind']}"
    because = entry.facts.get("because") or {}
    told = f"{entry.verb}-{because.get('code')}" + ("-with" if because.get("with") else "")
    if told in DEEDS:
        return told
    said_why = because.get("reason")
    return "booking.left-because" if entry.verb == "booking.left" and said_why else entry.verb


def slots_in(entries: list[Entry]) -> set[int]:
    """Return the ids of the slots that the entries name."""
    return {id for entry in entries for name in ("slot", "old") if isinstance(id := entry.facts.get(name), int)}
