"""One translatable sentence per refusal. Values come in, words go out; conflicts have their own in conflict_wording."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.errors import Refused

NAMED = 8
REFUSALS: Mapping[str, Promise] = {
    # anything
    "forbidden": gettext_lazy("You may not do that. Ask a release manager for the role it needs."),
    "busy": gettext_lazy("Too many people change the calendar right now. Nothing was changed; try again."),
    "changed-meanwhile": gettext_lazy("Somebody else changed this meanwhile. What you typed is kept; look at both."),
    "reason-missing": gettext_lazy("Say why: the reason is kept and shown."),
    "missing": gettext_lazy("This is needed."),
    "too-long": gettext_lazy("This is too long: at most %(most)s characters."),
    "out-of-range": gettext_lazy("This must be from %(least)s to %(most)s."),
    "taken": gettext_lazy("%(value)s is there already."),
    "unknown-zone": gettext_lazy("%(zone)s is not a time zone. Take one such as Europe/Berlin."),
    # riding
    "conflict": gettext_lazy("This cannot ride there."),
    "wall": gettext_lazy(
        "%(pair)s would stand against each other, and one of them is large. Move one first, or waive it."
    ),
    "no-such-release": gettext_lazy("This release does not exist."),
    "no-such-slot": gettext_lazy("This slot does not exist."),
    "no-such-waiver": gettext_lazy("This waiver does not exist any more."),
    "slot-departed": gettext_lazy("This slot has departed."),
    "has-departed": gettext_lazy("It has departed: what happened can be reported, not changed."),
    "before-earliest": gettext_lazy("It may not ride before the day it is ready."),
    "withdrawn": gettext_lazy("It is withdrawn. Submit it again first."),
    "rolled-back": gettext_lazy("It was rolled back. Submit it again first."),
    "still-a-draft": gettext_lazy("It is a draft. Submit it first."),
    "already-submitted": gettext_lazy("It is submitted already."),
    "needs-a-word": gettext_lazy("Its departure has begun. A release manager says on the slot's page what happened."),
    "until-too-early": gettext_lazy("It departs on that day or later: take a later day, or none."),
    "needs-itself": gettext_lazy("A release cannot need itself."),
    "not-booked": gettext_lazy("It has no place to change."),
    "not-in-that-order": gettext_lazy("It must start before it finishes."),
    "not-yet": gettext_lazy("Its departure has not started."),
    "not-a-time": gettext_lazy("“%(typed)s” is not a time that can be read."),
    "departs-later": gettext_lazy("Its departure starts at %(at)s."),
    "window-over": gettext_lazy("Its departure ended at %(at)s and nobody reported that it started."),
    "no-slot-would-do": gettext_lazy("None of the coming slots would do."),
    "no-train-yet": gettext_lazy("There is no train yet. A release manager adds one in the set-up."),
    # waiving
    "nothing-ticked": gettext_lazy("Tick the rules that you waive."),
    "no-move-ticked": gettext_lazy("Tick the moves to make, or apply all."),
    "conflict-is-gone": gettext_lazy("This conflict does not stand any more."),
    "not-waivable": gettext_lazy("Nobody can waive this."),
    "edited-it-yourself": gettext_lazy("You edited RT-%(release)s: somebody else must waive for it."),
    # reviewing
    "not-your-gate": gettext_lazy("This gate is reviewed by others."),
    "not-under-review": gettext_lazy(
        "RT-%(release)s is not under review: it is a draft, was taken back or has departed."
    ),
    "no-such-gate": gettext_lazy("RT-%(release)s does not need this gate."),
    "edited-what-it-rests-on": gettext_lazy(
        "You edited what this gate rests on: somebody else must approve it. You may still say that it needs work."
    ),
    "sql-blocked": gettext_lazy(
        "The review of its SQL blocks RT-%(release)s: what is found must be changed before an architect approves."
    ),
    "blocks-cannot-be-accepted": gettext_lazy("“%(rule)s” blocks: it must be changed and cannot be accepted."),
    "nothing-accepted": gettext_lazy("Tick the warnings that you accept."),
    "finding-is-gone": gettext_lazy("“%(rule)s” is not found there any more. Look at what is."),
    "no-such-acceptance": gettext_lazy("This acceptance does not exist."),
    "verdict-missing": gettext_lazy("Choose one of the four."),
    "note-missing": gettext_lazy("Say it in a note."),
    "condition-missing": gettext_lazy("Name the conditions, one a line."),
    "no-such-condition": gettext_lazy("This condition does not exist."),
    "not-their-turn": gettext_lazy("It is not the reviewers' turn: there is nobody to remind."),
    "reminded-today": gettext_lazy("They were reminded within the last day."),
    "answers-are-fixed": gettext_lazy("The answers were fixed when it was submitted; withdraw it to answer anew."),
    "no-such-answer": gettext_lazy("That is not among the answers."),
    "no-such-client": gettext_lazy("This client does not exist."),
    "no-such-change": gettext_lazy("This schema change does not exist."),
    "sql-unanswered": gettext_lazy("The SQL could not be read in time; try again in a moment."),
    "team-missing": gettext_lazy("Say which team's drafts carry the stages that name no release."),
    "no-carrier": gettext_lazy("SQL is kept with the release that carries it: name one, or let a draft be made."),
    "no-name": gettext_lazy("“%(value)s” is no name of a field or table."),
    "same-field": gettext_lazy("The new field is the old one; a change moves data from one to another."),
    "no-type": gettext_lazy("“%(value)s” is no type that PostgreSQL knows how to read."),
    "no-expression": gettext_lazy("“%(value)s” is not one value that PostgreSQL can compute from the row."),
    "unsteady-expression": gettext_lazy("%(value)s() gives another value each time, so a batch may not run twice."),
    "stage-twice": gettext_lazy("A stage of a schema change is named twice."),
    "needs-in-a-circle": gettext_lazy("What it needs would need it in turn: %(way)s."),
    "held-already": gettext_lazy("%(train)s is held already."),
    "not-held": gettext_lazy("%(train)s is not held any more."),
    "slot-skipped": gettext_lazy("This departure is skipped."),
    "not-skipped": gettext_lazy("This departure is not skipped any more."),
    "abandoned-already": gettext_lazy("“%(change)s” has been given up already."),
    "stage-taken": gettext_lazy("RT-%(release)s carries this stage already."),
    "not-in-the-matrix": gettext_lazy("The release does not name this client, or this service."),
    "no-such-result": gettext_lazy("A result is a pass, a fail, or not needed."),
    "link-missing": gettext_lazy("Say where it was tried: a link that begins with https."),
    "policy-rules": gettext_lazy("A policy has 1 to %(most)s rules."),
    "rule-twice": gettext_lazy("Two rules are called “%(rule)s”."),
    "rule-unnamed": gettext_lazy("A rule has a name of at most %(most)s letters."),
    "last-rule-for-all": gettext_lazy("The last rule is for every other release: “%(rule)s” must name no condition."),
    "rule-for-all-too-early": gettext_lazy("“%(rule)s” names no condition: no rule after it would ever be asked."),
    "rule-without-gate": gettext_lazy("“%(rule)s” has 1 to %(most)s gates."),
    "gate-twice": gettext_lazy("“%(rule)s” has a gate twice."),
    "gate-code": gettext_lazy(
        "A gate's code is small letters, figures and dashes, and neither compatibility nor sql: "
        "“%(gate)s” of “%(rule)s”."
    ),
    "gate-role": gettext_lazy("The gate %(gate)s of “%(rule)s” has no role that people can hold."),
    "gate-quorum": gettext_lazy("The gate %(gate)s of “%(rule)s” takes 1 to %(most)s people."),
    "gate-days": gettext_lazy("The gate %(gate)s of “%(rule)s” answers within 1 to %(most)s working days."),
    "gate-rests-on-nothing": gettext_lazy("The gate %(gate)s of “%(rule)s” rests on nothing."),
    "nobody-could-review": gettext_lazy(
        "“%(rule)s” %(team)s: no distinct people for all its gates; %(gate)s would stay open."
    ),
    "nobody-could-review-it": gettext_lazy(
        "RT-%(release)s could not be cleared any more: no distinct people for all its gates; %(gate)s stays open."
    ),
    "grace-outside": gettext_lazy("Grace ends later than now, and no later than its departure."),
    "policy-unreadable": gettext_lazy("This policy cannot be read."),
    "scale-line": gettext_lazy("Line %(line)s cannot be read: “%(text)s”."),
    "scale-unreadable": gettext_lazy("These questions and weights cannot be read."),
    "condition-open": gettext_lazy("A condition of an approval is not ticked: “%(condition)s”"),
    # importing
    "bad-rows": gettext_lazy("Nothing was imported: some rows cannot be."),
    "file-too-large": gettext_lazy("The file is too large: at most %(most)s MB."),
    "too-many-rows": gettext_lazy(
        "The plan has %(found)s rows, and at most %(most)s are taken at once: cut the file into parts."
    ),
    "too-many-changes": gettext_lazy(
        "%(found)s rows say something new of releases that came in before, and at most %(most)s do at once: "
        "cut the file into parts."
    ),
    "too-many-judged": gettext_lazy(
        "%(found)s rows change the size, services, tables or earliest day of releases that came in before, and at most "
        "%(most)s do at once: cut the file into parts."
    ),
    "no-such-import": gettext_lazy("This import does not exist any more."),
    # planning
    "no-such-plan": gettext_lazy("This plan does not exist any more."),
    "plan-unreadable": gettext_lazy("What was asked of the planner cannot be read: “%(field)s”."),
    "plan-seconds": gettext_lazy("The planner looks from %(least)s to %(most)s seconds."),
    "plan-both": gettext_lazy("RT-%(release)s is named twice, in “%(one)s” and in “%(other)s”: only one can be."),
    "plan-not-a-what-if": gettext_lazy("Only a what-if tries other capacities, freezes and dates."),
    "plan-not-a-repair": gettext_lazy("Only a repair is asked for one release and its slot."),
    "plan-not-done": gettext_lazy("The planner has not found it yet."),
    "plan-only-tried": gettext_lazy(
        "It rests on capacities, freezes or dates that are only tried: set them for real, then plan again."
    ),
    "plan-applied-since": gettext_lazy("Somebody applied moves of this plan meanwhile. Look at what is left."),
    "plan-no-such-move": gettext_lazy("The plan does not move RT-%(release)s."),
    "plan-nothing-to-apply": gettext_lazy("None of its moves is left to make."),
    "plan-needs-others": gettext_lazy("Nothing was moved: what you chose needs these moves too: %(releases)s."),
    "plan-no-longer-holds": gettext_lazy(
        "Nothing was moved: the calendar changed, and these moves no longer hold: %(gone)s."
    ),
    # forecasting
    "no-backfill-stage": gettext_lazy("“%(change)s” has no backfill: no release carries that stage."),
    "facts-too-long": gettext_lazy("This is more than the query answers: at most %(most)s characters."),
    "facts-unreadable": gettext_lazy(
        "This is not what the query answers: “%(part)s” cannot be read. Run it with psql -XAt and paste all of it."
    ),
    "never-analyzed": gettext_lazy("PostgreSQL does not know how many rows there are. Run ANALYZE on it first."),
    "no-plain-table": gettext_lazy("This is no plain table. Of a partitioned one, measure the largest partition."),
    "unknown-coefficient": gettext_lazy("There is no coefficient “%(name)s”."),
    "coefficient-out-of-range": gettext_lazy("%(name)s must be from %(least)s to %(most)s."),
    # freezing
    "no-such-freeze": gettext_lazy("This freeze does not exist any more."),
    "no-such-suspension": gettext_lazy("This suspension does not exist any more."),
    "no-such-database": gettext_lazy("No data table names the database “%(database)s”."),
    "ends-before-it-begins": gettext_lazy("It must end after it begins."),
    "too-long-a-freeze": gettext_lazy("A freeze lasts at most %(most)s days; let it recur instead."),
    "suspension-is-over": gettext_lazy("A suspension ends later than now."),
    "weekday-missing": gettext_lazy("On which days?"),
    # people and teams
    "no-such-person": gettext_lazy("This person does not exist."),
    "no-such-team": gettext_lazy("This team does not exist."),
    "unknown-address": gettext_lazy("Nobody here has the address %(email)s."),
    "unknown-team": gettext_lazy("There is no team %(code)s."),
    "unreadable": gettext_lazy("This line cannot be read."),
    "bad-lines": gettext_lazy("Nothing was taken over: some lines cannot be."),
    "not-an-address": gettext_lazy("This is not an e-mail address."),
    "weak-password": gettext_lazy("Take a longer or less common password, of at least 8 characters."),
    "wrong-password": gettext_lazy("That is not your password."),
    "wrong-sign-in": gettext_lazy("E-mail and password do not belong together."),
    "wait-to-sign-in": gettext_lazy("Five wrong passwords within 5 minutes. Wait %(minutes)s min, then try again."),
    "somebody-is-here": gettext_lazy("Somebody has made the first account. Sign in."),
    "last-release-manager": gettext_lazy("Somebody must run the train: make another person release manager first."),
    "not-yourself": gettext_lazy("You cannot deactivate yourself. Another release manager can."),
    "deactivated": gettext_lazy("%(person)s is deactivated."),
    "unknown-calendar": gettext_lazy("There is no calendar of public holidays called “%(calendar)s”."),
    "no-such-choice": gettext_lazy("This cannot be chosen any more: you left a team or a role meanwhile."),
    # tokens
    "no-such-token": gettext_lazy("This token does not exist."),
    "unknown-scope": gettext_lazy("“%(scope)s” is not something a token can be good for."),
    "not-for-a-service": gettext_lazy("A team's service cannot have the scope “%(scope)s”: a person does that."),
    "more-than-own-token": gettext_lazy("A token cannot make one that is good for more than itself."),
    "token-made-already": gettext_lazy("%(name)s is made; its secret was shown once. Revoke it if it is lost."),
    "too-many-tokens": gettext_lazy("There are %(most)s tokens already. Revoke some first."),
    # the catalogue
    "not-a-number": gettext_lazy("A whole number is expected here."),
    "not-there": gettext_lazy("What is named here does not exist (any more)."),
    "version-twice": gettext_lazy("%(name)s is named twice: once is enough."),
    "no-such-service": gettext_lazy("This service does not exist."),
    "no-such-table": gettext_lazy("This table does not exist."),
    "no-such-initiative": gettext_lazy("This initiative does not exist."),
    "platform-missing": gettext_lazy("A client names its platform: desktop, Android, iOS."),
    "more-random-than-indexes": gettext_lazy("Of %(indexes)s indexes at most %(indexes)s can be in random order."),
    # trains
    "no-such-train": gettext_lazy("This train does not exist."),
    "departs-twice": gettext_lazy("The timetable names %(on)s %(at)s twice."),
    "rule-unreadable": gettext_lazy("“%(part)s” cannot be read. A rule is written like FREQ=MONTHLY;BYDAY=1TU."),
    "rule-too-fine": gettext_lazy("A rule says days: daily, weekly, monthly or yearly. The time stands beside it."),
    "rule-part-unfit": gettext_lazy("%(part)s does not go with %(freq)s."),
    "rule-never-departs": gettext_lazy("%(rule)s gives no day within %(years)s years of its first."),
    "too-many-departures": gettext_lazy("These are more departures than a train can have: at most %(most)s a year."),
    "departs-already": gettext_lazy("The train has such a departure at that time already."),
    "departs-in-the-past": gettext_lazy("That is past already."),
    "shuts-after-it-starts": gettext_lazy("The door shuts no later than the departure starts."),
    "door-is-shut-already": gettext_lazy("Its door would be shut already: say when it shuts."),
}


def refusal(error: Refused) -> str:
    """Return the one sentence for a refusal, in the reader's language."""
    sentence = REFUSALS.get(error.code)
    if sentence is None:
        return _("This was refused: %(code)s.") % {"code": error.code}
    return str(sentence) % _said(error)


def _said(error: Refused) -> dict[str, Any]:
    """Put the few facts that are codes into words: a day, the pair that the database found."""
    words = dict(error.details)
    if "on" in words:
        words["on"] = formats.date_format(date.fromisoformat(words["on"]), "D j M Y")
    if isinstance(words.get("releases"), list):
        words["releases"] = _named(words["releases"])
    if isinstance(words.get("gone"), list):
        words["gone"] = _named([one["release"] for one in words["gone"]])
    if error.code == "wall":
        words["pair"] = _("RT-%(one)s and RT-%(other)s") % _sides(error)
    return words


def _named(releases: Sequence[int]) -> str:
    """The first few releases, and how many more there are."""
    names = ", ".join(f"RT-{release}" for release in releases[:NAMED])
    more = len(releases) - NAMED
    return names if more < 1 else _("%(names)s and %(more)s more") % {"names": names, "more": more}


def _sides(error: Refused) -> dict[str, int]:
    (found,) = error.conflicts
    return {"one": found.a.id, "other": found.b.id}
