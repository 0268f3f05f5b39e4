"""Every way to a booking, or to a fact that the wall reads: each is one attempt with random facts."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from releasetrain.boarding import queries
from releasetrain.boarding.actions import asking, drafting, importing, riding, submitting, waiving
from releasetrain.domain.errors import Refused
from releasetrain.domain.sizes import Size
from releasetrain.planning import actions as planning
from releasetrain.planning import queries as plans
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release, Service
from releasetrain.teams.models import User
from releasetrain.trains.models import Booking, Slot, Waiver
from tests.factories import NOW, TUESDAY, clock
from tests.planning_rows import propose

HAND: dict[str, Any] = {"clock": clock()}


@dataclass
class Chooser:
    """One client's dice over the world's ids."""

    ids: dict[str, Any]
    dice: random.Random
    client: int
    turn: int = 0

    def one(self, of: str) -> Any:
        return self.dice.choice(self.ids[of])

    def some(self, of: str) -> frozenset[int]:
        return frozenset(self.dice.sample(self.ids[of], self.dice.randint(1, 2)))

    def hand(self, who: str = "by") -> dict[str, Any]:
        return {"by": User.objects.get(pk=self.ids[who]), **HAND}

    def riders(self, number: int) -> list[int]:
        """Releases that ride as far as one can see before the lock, else any."""
        seen = list(Booking.objects.filter(left_at=None).values_list("release", flat=True))
        return self.dice.sample(seen if len(seen) >= number else self.ids["releases"], number)

    def live_waiver(self) -> int | None:
        live = list(Waiver.objects.filter(ended_at=None).values_list("pk", flat=True))
        return self.dice.choice(live) if live else None


def book(at: Chooser) -> None:
    riding.book(release=at.one("releases"), slot=at.one("slots"), **at.hand())


def crowd(at: Chooser) -> None:
    """Everybody for the same slot, each with another release."""
    releases, slots = at.ids["releases"], at.ids["slots"]
    turn, at.turn = at.turn, at.turn + 1
    release, slot = releases[(at.client + 8 * turn) % len(releases)], slots[turn % len(slots)]
    riding.book(release=release, slot=slot, **at.hand())


def move(at: Chooser) -> None:
    (release,) = at.riders(1)
    riding.move(release=release, slot=at.one("slots"), **at.hand())


def swap(at: Chooser) -> None:
    one, other = at.riders(2)
    riding.swap(one=one, other=other, **at.hand())


def leave(at: Chooser) -> None:
    (release,) = at.riders(1)
    riding.leave(release=release, reason="A race.", **at.hand())


def enlarge(at: Chooser) -> None:
    _edit(at, size=at.dice.choice([Size.LARGE, Size.LARGE, Size.LARGE, Size.MEDIUM]))


def change_services(at: Chooser) -> None:
    _edit(at, services=at.some("services"))


def change_tables(at: Chooser) -> None:
    _edit(at, tables=at.some("tables"), ask_again=at.dice.random() < 0.2)


def _edit(at: Chooser, *, ask_again: bool = False, **facts: Any) -> None:
    release = Release.objects.get(pk=at.one("releases"))
    fields = replace(ReleaseFields.of(release), **facts)
    drafting.edit(release=release.pk, fields=fields, revision=release.revision, ask_again=ask_again, **at.hand())


def ask(at: Chooser) -> None:
    asking.ask(release=at.one("releases"), slot=at.one("slots"), **at.hand())


def submit(at: Chooser) -> None:
    """A new release, and one that was withdrawn before."""
    facts = {"size": Size.LARGE, "services": at.some("services"), "tables": at.some("tables")}
    wish = drafting.Wish(slot=at.one("slots"), kind="this")
    fields = ReleaseFields(title="New", **facts)
    new = drafting.draft(team=at.one("teams"), fields=fields, wish=wish, **at.hand())
    _tell(submitting.submit(release=new, **at.hand()))
    submitting.withdraw(release=new, reason="A race.", **at.hand())
    _tell(submitting.submit(release=new, **at.hand()))


def _tell(outcome: submitting.Submitted) -> None:
    if outcome.refusal:
        raise Refused(outcome.refusal, conflicts=outcome.conflicts)


def withdraw(at: Chooser) -> None:
    release = at.one("releases")
    submitting.withdraw(release=release, reason="A race.", **at.hand())
    _tell(submitting.submit(release=release, **at.hand()))


def waive(at: Chooser) -> None:
    for _ in range(10):
        release, slot = at.one("releases"), at.one("slots")
        if found := queries.standing_conflicts(release, slot=slot, now=NOW):
            break
    reasons = {waiving.key_of(one): "In a race." for one in found}
    waiving.waive(release=release, slot=slot, reasons=reasons, **at.hand("waives"))


def amend_waiver(at: Chooser) -> None:
    if waiver := at.live_waiver():
        until = datetime.fromisoformat(at.one("until"))
        waiving.amend_waiver(waiver=waiver, until=until, reason="Shorter.", **at.hand("waives"))


def end_waiver(at: Chooser) -> None:
    if waiver := at.live_waiver():
        waiving.end_waiver(waiver=waiver, **at.hand("waives"))


def bring_in(at: Chooser) -> None:
    """A file of two rows; a key that came before is brought up to date."""
    rows = ["key,title,team,size,services,train,slot"]
    for _ in range(2):
        (train, slot), key = at.one("occurrences"), at.dice.randint(1, 12)
        services = ";".join(_names(at.some("services")))
        rows.append(f"K-{key},From a file,PAY,{at.dice.choice('LLM')},{services},{train},{slot}")
    importing.import_releases(text="\n".join(rows), history=False, train=None, skip_bad=True, **at.hand())


def _names(services: frozenset[int]) -> list[str]:
    return sorted(Service.objects.filter(pk__in=services).values_list("name", flat=True))


def apply_plan(at: Chooser) -> None:
    """As much of a plan of three moves as holds as far as one can see before the lock."""
    releases = Release.objects.in_bulk(at.riders(3))
    slots = Slot.objects.in_bulk([at.one("slots") for _ in releases])
    by = at.hand()["by"]
    moves = {release: slots[at.dice.choice(list(slots))] for release in releases.values()}
    proposal = propose(moves, by=by)
    gone = {one.release for one in plans.no_longer_holds(proposal, now=NOW)}
    left = [release.pk for release in moves if release.pk not in gone]
    planning.apply(proposal=proposal.pk, chosen=left or None, **at.hand())


# -- raw SQL, as somebody in a shell would write it; half of it at REPEATABLE READ ---------------------------------


ASK_NO_MORE = "UPDATE trains_request SET ended_at = now() WHERE release_id = %s AND ended_at IS NULL"
BOARD = """INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself)
           SELECT id, %s, now(), false FROM releases_release WHERE id = %s AND withdrawn_at IS NULL"""
LEAVE = """UPDATE trains_booking SET left_at = now(), left_because = '{"code": "moved"}'
            WHERE release_id = %s AND left_at IS NULL"""
ADD_SERVICE = "INSERT INTO releases_releaseservice (release_id, service_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
CHANGE_TABLE = "UPDATE releases_releasetable SET table_id = %s WHERE release_id = %s AND table_id = %s"
CHANGE_TIME = "UPDATE trains_slot SET start_at = %s, end_at = %s, cut_off_at = %s WHERE id = %s"
CHANGE_TRAIN = "UPDATE trains_train SET soak_large_hours = %s, large_mode = %s WHERE id = %s"


def raw_book(at: Chooser) -> None:
    release, slot = at.one("releases"), at.one("slots")
    _raw(at, (ASK_NO_MORE, release), (BOARD, slot, release))


def raw_move(at: Chooser) -> None:
    release, slot = at.one("releases"), at.one("slots")
    _raw(at, (LEAVE, release), (ASK_NO_MORE, release), (BOARD, slot, release))


def raw_size(at: Chooser) -> None:
    _raw(at, ("UPDATE releases_release SET size = 'L' WHERE id = %s", at.one("releases")))


def raw_services(at: Chooser) -> None:
    _raw(at, (ADD_SERVICE, at.one("releases"), at.one("services")))


def raw_tables(at: Chooser) -> None:
    _raw(at, (CHANGE_TABLE, at.one("tables"), at.one("releases"), at.one("tables")))


def raw_waiver(at: Chooser) -> None:
    change = at.dice.choice(["ended_at = now()", "facts = '{}'", "until = '2031-11-26'"])
    _raw(at, (f"UPDATE trains_waiver SET {change} WHERE id = %s", at.live_waiver()))


def raw_slot(at: Chooser) -> None:
    start = TUESDAY + timedelta(hours=at.dice.randint(0, 72))
    _raw(at, (CHANGE_TIME, start, start + timedelta(hours=1), start, at.one("slots")))


def raw_train(at: Chooser) -> None:
    hours, mode = at.dice.choice([48, 72, 96]), at.dice.choice(["alone", "alone", "apart"])
    _raw(at, (CHANGE_TRAIN, hours, mode, at.one("trains")))


def _raw(at: Chooser, *statements: tuple[Any, ...]) -> None:
    level = at.dice.choice(["READ COMMITTED", "REPEATABLE READ"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        for sql, *facts in statements:
            cursor.execute(sql, facts)


Way = Callable[[Chooser], None]
VERBS: tuple[Way, ...] = (
    book,
    crowd,
    move,
    swap,
    leave,
    enlarge,
    change_services,
    change_tables,
    ask,
    submit,
    withdraw,
    waive,
    amend_waiver,
    end_waiver,
    bring_in,
    apply_plan,
)
RAW: tuple[Way, ...] = (raw_book, raw_move, raw_size, raw_services, raw_tables, raw_waiver, raw_slot, raw_train)


def names_the_winner(refused: Refused) -> bool:
    """Whether whoever lost against another large release is told which one it is."""
    pairs = [one for one in refused.conflicts if one.code in ("large-rides-alone", "large-overlap")]
    if refused.code in ("conflict", "wall") and not refused.conflicts:
        return False
    return all(Release.objects.filter(pk__in={one.a.id, one.b.id}).count() == 2 for one in pairs)
