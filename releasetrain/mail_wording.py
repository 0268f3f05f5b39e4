"""What a mail says: one sentence per event, and what it means for the reader. Values come in, words go out.

The reader's language and zone are active when these are called.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.conflict_wording import Named, Names, listed, moment, sentence
from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind
from releasetrain.domain.permissions import Role
from releasetrain.domain.telling import Capacity, Sort
from releasetrain.log_wording import FIELDS
from releasetrain.review_wording import KINDS as VERDICTS
from releasetrain.review_wording import gate_name

Facts = Mapping[str, Any]

SUBJECTS: Mapping[str, Promise] = {
    "booking.made": gettext_lazy("%(release)s boards %(slot)s"),
    "booking.moved": gettext_lazy("%(release)s moved to %(slot)s"),
    "booking.left": gettext_lazy("%(release)s left %(old)s"),
    "slot.closed": gettext_lazy("%(slot)s is closed: %(who)s"),
    "slot.skipped": gettext_lazy("%(slot)s is skipped: %(who)s"),
    "slot.reopened": gettext_lazy("%(slot)s of %(train)s goes after all"),
    "schema.abandoned": gettext_lazy("Schema change %(change)s is given up"),
    "train.held": gettext_lazy("Train %(train)s is held"),
    "train.restarted": gettext_lazy("Train %(train)s goes again"),
    "request.made": gettext_lazy("%(release)s asks for %(slot)s"),
    "release.edited": gettext_lazy("%(release)s edited: %(changed)s"),
    "release.submitted": gettext_lazy("%(release)s submitted"),
    "release.withdrawn": gettext_lazy("%(release)s withdrawn"),
    "waiver.made": gettext_lazy("%(release)s: %(codes)s waived"),
    "waiver.amended": gettext_lazy("%(release)s: waiver of %(codes)s changed"),
    "waiver.ended": gettext_lazy("%(release)s: waiver of %(codes)s taken back"),
    "rollout.departed": gettext_lazy("%(release)s departed"),
    "rollout.not-departed": gettext_lazy("%(release)s did not depart %(old)s"),
    "rollout.rolled-back": gettext_lazy("%(release)s was rolled back"),
    "review.asked": gettext_lazy("%(release)s: your turn, %(gates)s"),
    "review.answer": gettext_lazy("%(release)s: an answer, your turn, %(gates)s"),
    "review.reminder": gettext_lazy("%(release)s waits on you: %(gates)s"),
    "review.overdue": gettext_lazy("%(release)s is late: %(gates)s waits on you"),
    "review.question": gettext_lazy("%(release)s: a question about %(gates)s"),
    "verdict.given": gettext_lazy("%(release)s: %(gates)s %(verdict)s"),
    "result.recorded": gettext_lazy("%(release)s: clients were tried"),
    "condition.ticked": gettext_lazy("%(release)s: a condition of %(gates)s is ticked"),
    "grace.given": gettext_lazy("%(release)s has grace until %(until)s"),
    "release.cleared": gettext_lazy("%(release)s is cleared"),
    "policy.set": gettext_lazy("The policy of reviews changed"),
    "questionnaire.set": gettext_lazy("The risk questionnaire changed"),
    "train.added": gettext_lazy("New train: %(train)s"),
    "train.edited": gettext_lazy("Train %(train)s was edited"),
    "train.timetable-set": gettext_lazy("Train %(train)s has another timetable"),
}
FIRST: Mapping[str, Promise] = {
    "booking.made": gettext_lazy("%(by)s booked %(release)s on %(slot)s"),
    "booking.made-by-itself": gettext_lazy("%(by)s submitted %(release)s, and it boarded %(slot)s by itself"),
    "booking.made-served": gettext_lazy("%(release)s boarded %(slot)s: what stood in its way is gone"),
    "booking.made-planned": gettext_lazy("%(by)s applied a plan: %(release)s boards %(slot)s"),
    "booking.moved": gettext_lazy("%(by)s moved %(release)s from %(old)s to %(slot)s"),
    "booking.moved-planned": gettext_lazy("%(by)s applied a plan: %(release)s moves from %(old)s to %(slot)s"),
    "booking.moved-displaced": gettext_lazy(
        "%(by)s put %(large)s on %(old)s, which is large: %(release)s gave way and rides %(slot)s"
    ),
    "booking.left": gettext_lazy("%(by)s took %(release)s off %(old)s"),
    "booking.left-displaced": gettext_lazy(
        "%(by)s put %(large)s on %(old)s, which is large: %(release)s gave way and waits"
    ),
    "slot.closed": gettext_lazy("%(slot)s of %(train)s is closed: who is not cleared moves on"),
    "slot.closed-missed": gettext_lazy("%(slot)s of %(train)s went by, and nobody reported that these departed"),
    "slot.closed-unheard": gettext_lazy("%(slot)s of %(train)s is closed"),
    "slot.skipped": gettext_lazy("%(by)s skips the departure %(slot)s of %(train)s"),
    "slot.reopened": gettext_lazy("%(by)s lets the skipped departure %(slot)s of %(train)s go after all"),
    "schema.abandoned": gettext_lazy("%(by)s gave up the schema change %(change)s of the table %(table)s"),
    "train.held": gettext_lazy("%(by)s holds the train %(train)s"),
    "train.restarted": gettext_lazy("%(by)s lets the train %(train)s go again"),
    "request.made": gettext_lazy("%(by)s asked for %(slot)s for %(release)s, and it cannot ride there yet"),
    "release.edited": gettext_lazy("%(by)s edited %(changed)s of %(release)s"),
    "release.submitted": gettext_lazy("%(by)s submitted %(release)s"),
    "release.withdrawn": gettext_lazy("%(by)s withdrew %(release)s"),
    "waiver.made": gettext_lazy("%(by)s waived %(waived)s"),
    "waiver.amended": gettext_lazy("%(by)s changed the waiver of %(waived)s"),
    "waiver.ended": gettext_lazy("%(by)s took back the waiver of %(waived)s"),
    "rollout.departed": gettext_lazy("%(by)s reported that %(release)s departed at %(started)s"),
    "rollout.departed-and-finished": gettext_lazy(
        "%(by)s reported that %(release)s departed at %(started)s and was through at %(finished)s"
    ),
    "rollout.not-departed": gettext_lazy("%(by)s reported that %(release)s did not depart %(old)s"),
    "rollout.rolled-back": gettext_lazy("%(by)s reported that %(release)s of %(old)s was rolled back"),
    "review.asked": gettext_lazy("%(by)s handed in %(release)s: it is your turn, %(gates)s"),
    "review.asked-again": gettext_lazy("%(by)s changed %(release)s, and %(gates)s is asked again"),
    "review.answer": gettext_lazy("%(by)s answered on %(gates)s of %(release)s, and it is your turn"),
    "review.reminder": gettext_lazy("%(by)s reminds you of %(gates)s of %(release)s"),
    "review.overdue": gettext_lazy("%(gates)s of %(release)s waits on you, late by %(late)s"),
    "review.question": gettext_lazy("%(by)s asks about %(gates)s of %(release)s"),
    "verdict.given": gettext_lazy("%(by)s on %(gates)s of %(release)s: %(verdict)s"),
    "result.recorded": gettext_lazy("%(by)s tried %(tried)s with %(release)s"),
    "condition.ticked": gettext_lazy("%(by)s ticked a condition of %(gates)s of %(release)s"),
    "grace.given": gettext_lazy("%(by)s lets %(release)s keep its place uncleared until %(until)s"),
    "release.cleared": gettext_lazy("The last gate of %(release)s is clear"),
    "policy.set": gettext_lazy("%(by)s put version %(version)s of the policy of reviews in force"),
    "questionnaire.set": gettext_lazy("%(by)s put version %(version)s of the risk questionnaire in force"),
    "train.added": gettext_lazy("%(by)s added the train %(train)s"),
    "train.edited": gettext_lazy("%(by)s edited the train %(train)s"),
    "train.timetable-set": gettext_lazy("%(by)s changed the timetable of the train %(train)s"),
}
MANAGER = Capacity.role(Role.RELEASE_MANAGER)


def subject(event: str, facts: Facts, zone: ZoneInfo) -> str:
    """Return what happened, in one line."""
    line = str(SUBJECTS[event]) % _words(facts, zone)
    return " ".join(line.split())  # a title may hold a line end, and a subject must not


def first(event: str, facts: Facts, zone: ZoneInfo) -> str:
    """Return what happened, by whom and why, in one sentence."""
    line = str(FIRST[_sentence_of(event, facts)]) % _words(facts, zone)
    reason = facts.get("reason")
    return _("%(line)s: “%(reason)s”") % {"line": line, "reason": reason} if reason else f"{line}."


def _sentence_of(event: str, facts: Facts) -> str:
    if facts.get("because") == "planned" and f"{event}-planned" in FIRST:
        return f"{event}-planned"
    if event == "booking.made" and facts.get("by_itself"):
        return "booking.made-by-itself" if facts.get("by") else "booking.made-served"
    if event == "review.asked" and facts.get("again"):
        return "review.asked-again"
    if event.startswith("booking.") and facts.get("large"):
        return f"{event}-displaced"
    if event == "slot.closed" and not (facts["gone"] and not facts["missed"]):
        return "slot.closed-missed" if facts["gone"] else "slot.closed-unheard"
    if event == "rollout.departed" and facts.get("finished_at"):
        return "rollout.departed-and-finished"
    return event


def _words(facts: Facts, zone: ZoneInfo) -> dict[str, str]:
    """Return everything that a sentence may name, in words."""
    waived = facts.get("waived") or []
    return {
        "by": facts.get("by") or _("The product"),
        "release": called(facts),
        "slot": when(facts.get("slot"), zone),
        "old": when(facts.get("old"), zone),
        "started": when(facts.get("started_at"), zone),
        "finished": when(facts.get("finished_at"), zone),
        "changed": listed(str(FIELDS.get(name, name)) for name in facts.get("changed") or ()),
        "train": str(facts.get("train") or ""),
        "who": _who([one["code"] for one in facts.get("gone") or ()] or facts.get("unheard") or ()),
        "large": str(facts.get("large") or ""),
        "change": str(facts.get("change") or ""),
        "table": str(facts.get("table") or ""),
        "gates": _gates(facts.get("gates")),
        "verdict": str(VERDICTS.get(facts.get("kind") or "", "")),
        "tried": listed(facts.get("tried") or ()),
        "until": when(facts.get("until"), zone),
        "version": str(facts.get("version") or ""),
        "late": _late_days(facts.get("late_by")),
        "codes": listed(dict.fromkeys(one["code"] for one in waived)),
        "waived": listed(_one_waived(one, zone) for one in waived),
    }


def _who(named: Sequence[str]) -> str:
    """The first few of those whom it concerns, and how many more."""
    more = len(named) - 3
    if more < 1:
        return listed(named)
    return _("%(names)s and %(more)s more") % {"names": ", ".join(named[:3]), "more": more}


def _gates(named: Any) -> str:
    return listed(gate_name(code, name) for code, name in named or ())


def _late_days(days: int | None) -> str:
    return ngettext("%(n)s working day", "%(n)s working days", days or 0) % {"n": days or 0}


def called(facts: Facts) -> str:
    """Return "RT-31 QR payments"."""
    return f"RT-{facts['release']} {facts['title']}" if "release" in facts else ""


def when(instant: str | None, zone: ZoneInfo) -> str:
    """Return "Tue 2 Dec 22:00" where the reader is."""
    return moment(datetime.fromisoformat(instant), zone) if instant else ""


def _one_waived(one: Mapping[str, Any], zone: ZoneInfo) -> str:
    sides = [side.get("release") or when(side.get("slot"), zone) for side in (one["a"], one["b"])]
    return _("“%(code)s” between %(a)s and %(b)s") % {"code": one["code"], "a": sides[0], "b": sides[1]}


def meanings(event: str, facts: Facts, capacity: Capacity, zone: ZoneInfo) -> list[str]:
    """Return what it means for somebody who is told as ``capacity``: a sentence or a few."""
    found = [said for said in _MEANS[event](facts, capacity, zone) if said]
    if capacity.sort is Sort.NEEDS and (own := facts.get("needing", {}).get(capacity.of)):
        one = ngettext("%(own)s needs it.", "%(own)s need it.", len(own))
        some = ngettext("%(own)s needs one of them.", "%(own)s need one of them.", len(own))
        found.append((some if len(facts.get("gone") or ()) > 1 else one) % {"own": listed(own)})
    return found or [_("Nothing to do.")]


def _boards(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _late(facts)
    if facts.get("cut_off") and capacity.sort is Sort.TEAM:
        yield _("The door shuts %(at)s. Nothing to do.") % {"at": when(facts["cut_off"], zone)}


def _late(facts: Facts) -> str:
    if not (days := facts.get("days_late")):
        return ""
    due = formats.date_format(date.fromisoformat(facts["due"]), "j M")
    said = {"days": days, "due": due}
    return (
        ngettext(
            "That is %(days)s day after its due date, %(due)s.",
            "That is %(days)s days after its due date, %(due)s.",
            days,
        )
        % said
    )


def _where(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("rides"):
        yield _("It rides %(slot)s.") % {"slot": when(facts["rides"], zone)}
    elif facts.get("asks"):
        yield _("It asks for %(slot)s and holds no place yet.") % {"slot": when(facts["asks"], zone)}
    elif facts.get("waits"):
        yield f"{_('It waits for a place.')} {_ways(facts, zone)}"


def _waits_again(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("waits"):
        yield f"{_('It waits again.')} {_ways(facts, zone)}"
    else:
        yield from _where(facts, capacity, zone)


def _ways(facts: Facts, zone: ZoneInfo) -> str:
    ways = [when(way, zone) for way in facts.get("ways") or ()]
    if not ways:
        return _("No departure in sight would do.")
    said = ngettext(
        "The next departure that would do: %(ways)s.", "The next departures that would do: %(ways)s.", len(ways)
    )
    return said % {"ways": listed(ways)}


def _closed(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    for one in facts["gone"]:
        if one["rests_on"]:
            said = {"release": one["release"], "others": listed(one["rests_on"])}
            yield _("%(release)s goes with %(others)s, on which it rests.") % said
    waiting = [one["release"] for one in facts["gone"] if not one["slot"]]
    if waiting and not facts["missed"]:
        said = ngettext(
            "%(waiting)s waits, and boards by itself only once it is cleared, or when somebody asks.",
            "%(waiting)s wait, and board by themselves only once they are cleared, or when somebody asks.",
            len(waiting),
        )
        yield said % {"waiting": listed(waiting)}
    yield _unheard(facts)


def _skipped(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if waiting := [one["release"] for one in facts["gone"] if not one["slot"]]:
        said = ngettext("%(waiting)s waits for a place.", "%(waiting)s wait for a place.", len(waiting))
        yield said % {"waiting": listed(waiting)}
    yield _unheard(facts)


def _unheard(facts: Facts) -> str:
    if not (unheard := facts["unheard"]):
        return ""
    said = ngettext(
        "%(unheard)s asked for it in vain and waits.", "%(unheard)s asked for it in vain and wait.", len(unheard)
    )
    return said % {"unheard": listed(unheard)}


def _reopened(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("Nobody gets an old place back; who waits for the first that would do boards by itself.")


def _held(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("Nothing departs and no cut-off strikes before somebody restarts it. Hotfix departures go.")


def _restarted(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("since"):
        yield _("It stood since %(since)s.") % {"since": when(facts["since"], zone)}
    yield _("Cut-offs that waited strike now; departures that went by are not made up for.")


def _abandoned(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("The table %(table)s is free for other changes.") % {"table": facts["table"]}


def _asks(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield from conflicts(facts, zone)
    if not facts.get("is_waivable"):
        yield _("Nobody can waive that.")
    elif capacity == MANAGER:
        yield _("You can waive it, or move what stands in its way.")
    else:
        yield _("A release manager can waive it.")
    yield _ways(facts, zone)


def _withdrawn(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("old"):
        yield _("Its place on %(old)s is free again.") % {"old": when(facts["old"], zone)}


def _waiver(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    until = {one["until"] for one in facts["waived"]}
    if len(until) == 1:
        (end,) = until
        yield _("It holds until %(until)s.") % {"until": when(end, zone)} if end else _("It holds without an end.")
    yield from _where(facts, capacity, zone)


def _waiver_ended(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("What it covered stands again; nobody is moved for it.")
    yield from _where(facts, capacity, zone)


def _departed(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("soaks_until"):
        yield _("It soaks until %(until)s. Nothing to do.") % {"until": when(facts["soaks_until"], zone)}
    else:
        yield _("It is under way.")


def _rolled_back(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    is_own = capacity.sort is Sort.TEAM
    yield _("Submit it again when it is ready.") if is_own else _("It waits until its team submits it again.")


def _train(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("What is booked stays where it is.")


def _my_turn(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("cut_off"):
        known = {"slot": when(facts["rides"], zone), "at": when(facts["cut_off"], zone)}
        yield _("It rides %(slot)s; its door shuts %(at)s.") % known
    yield _("It stands on your page “Waiting on me”.")


def _author(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("The reviewers' clock stands still until there is an answer.")


def _verdict(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    if facts.get("kind") in ("needs-work", "reject"):
        yield _("It is asked again once what it rests on is changed, or somebody answers.")
    if facts.get("kind") == "conditions":
        yield _("Each condition is ticked before it departs.")
    yield _("Open still: %(gates)s.") % {"gates": _gates(facts["open"])} if facts.get("open") else ""


def _tried(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("Fails: %(clients)s.") % {"clients": listed(facts["fails"])} if facts.get("fails") else ""


def _cleared(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("It rides %(slot)s. Nothing to do.") % {"slot": when(facts["rides"], zone)} if facts.get("rides") else ""


def _under_review(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    yield _("What is under review keeps what it was handed in under.")


def _nothing(facts: Facts, capacity: Capacity, zone: ZoneInfo) -> Iterable[str]:
    return ()


_MEANS: Mapping[str, Callable[[Facts, Capacity, ZoneInfo], Iterable[str]]] = {
    "booking.made": _boards,
    "booking.moved": _boards,
    "booking.left": _waits_again,
    "slot.closed": _closed,
    "slot.skipped": _skipped,
    "slot.reopened": _reopened,
    "schema.abandoned": _abandoned,
    "train.held": _held,
    "train.restarted": _restarted,
    "request.made": _asks,
    "release.edited": _where,
    "release.submitted": _where,
    "release.withdrawn": _withdrawn,
    "waiver.made": _waiver,
    "waiver.amended": _waiver,
    "waiver.ended": _waiver_ended,
    "rollout.departed": _departed,
    "rollout.not-departed": _waits_again,
    "rollout.rolled-back": _rolled_back,
    "review.asked": _my_turn,
    "review.answer": _my_turn,
    "review.reminder": _my_turn,
    "review.overdue": _my_turn,
    "review.question": _author,
    "verdict.given": _verdict,
    "result.recorded": _tried,
    "condition.ticked": _nothing,
    "grace.given": _verdict,
    "release.cleared": _cleared,
    "policy.set": _under_review,
    "questionnaire.set": _under_review,
    "train.added": _nothing,
    "train.edited": _train,
    "train.timetable-set": _train,
}


def conflicts(facts: Facts, zone: ZoneInfo) -> list[str]:
    """Return what stands in the way, a sentence per conflict."""
    values = facts["conflicts"]
    known = {int(id): _named(*one) for id, one in values["releases"].items()}
    names = Names(zone=zone, releases=known, resources=values["resources"])
    return [sentence(_conflict(one), of=facts["release"], names=names) for one in values["found"]]


def _named(code: str, title: str, is_large: bool, holds_until: str | None) -> Named:
    until = datetime.fromisoformat(holds_until) if holds_until else None
    return Named(code=code, title=title, is_large=is_large, holds_until=until)


def _conflict(one: Mapping[str, Any]) -> Conflict:
    (a_kind, a), (b_kind, b) = one["a"], one["b"]
    return Conflict(
        one["code"],
        Side(SideKind(a_kind), a),
        Side(SideKind(b_kind), b),
        Basis(frozenset(one["facts"]), one["amounts"]),
        datetime.fromisoformat(one["departs_at"]),
    )
