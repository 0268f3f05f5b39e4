"""What each rule of the SQL review says, in words: a headline, one sentence about a finding, what would do instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from releasetrain.domain.sql import Finding


@dataclass(frozen=True, slots=True)
class SqlWords:
    """``title``: the rule in a few words; ``says``: a finding in one sentence; ``remedy``: what to do, if anything."""

    title: Any
    says: Any
    remedy: Any = ""


class _Facts(dict[str, str]):
    """A fact that is missing or empty leaves a mark, never an error."""

    def __missing__(self, name: str) -> str:
        return "…"


def title(rule: str) -> str:
    """Return a rule in a few words."""
    return str(WORDS[rule].title)


def sentence(finding: Finding) -> str:
    """Return what was found, in one sentence."""
    return str(WORDS[finding.rule].says) % _facts(finding)


def remedy(finding: Finding) -> str:
    """Return what would do instead; empty where nothing needs to."""
    return str(WORDS[finding.rule].remedy) % _facts(finding) if WORDS[finding.rule].remedy else ""


def _facts(finding: Finding) -> _Facts:
    return _Facts({name: value for name, value in finding.facts.items() if value})


WORDS: Mapping[str, SqlWords] = {
    "unreadable": SqlWords(
        gettext_lazy("PostgreSQL could not read it"),
        gettext_lazy("PostgreSQL's own grammar cannot read this: %(why)s."),
        gettext_lazy("Correct it; commands of psql and of template engines are no SQL."),
    ),
    "unlisted": SqlWords(
        gettext_lazy("A statement that no rule knows"),
        gettext_lazy("No rule of this review knows what %(what)s does to running code."),
        gettext_lazy("Write it another way, or have an architect add a rule; what is not understood is not passed."),
    ),
    "opaque-code": SqlWords(
        gettext_lazy("Code that cannot be seen through"),
        gettext_lazy("What %(name)s runs is made or kept elsewhere, so nobody can judge it here."),
        gettext_lazy("Write the statements out; a constant string in EXECUTE is read, too."),
    ),
    "too-slow": SqlWords(
        gettext_lazy("It takes too long to read"),
        gettext_lazy("Reading this script takes more than two seconds."),
        gettext_lazy("Cut it into several, one for each stage."),
    ),
    "too-long": SqlWords(
        gettext_lazy("It is too long"),
        gettext_lazy("This script is longer than a megabyte."),
        gettext_lazy("Load data beside the migration, and cut the rest into stages."),
    ),
    "parser-died": SqlWords(
        gettext_lazy("The parser gave up"),
        gettext_lazy("The parser broke down over this script."),
        gettext_lazy("Cut it into smaller ones to find the statement that breaks it."),
    ),
    "required-column": SqlWords(
        gettext_lazy("A column that old code does not fill"),
        gettext_lazy(
            "%(column)s is NOT NULL without a default: rows that are there lack it, and running code inserts rows "
            "without it."
        ),
        gettext_lazy("Add it nullable; SET NOT NULL comes after the backfill, over a validated check."),
    ),
    "volatile-default": SqlWords(
        gettext_lazy("A default that differs by row"),
        gettext_lazy(
            "%(function)s() gives each row another value, so all of %(table)s is written anew while nobody can "
            "read or write it."
        ),
        gettext_lazy(
            "Add %(column)s without a default, set the default in a statement of its own, and fill what is there "
            "in batches."
        ),
    ),
    "stored-generated": SqlWords(
        gettext_lazy("A stored generated column"),
        gettext_lazy("%(column)s is computed and stored for every row: all of %(table)s is written anew under a lock."),
        gettext_lazy(
            "Add a plain column that a trigger keeps, and fill it in batches; from PostgreSQL 18 on, VIRTUAL "
            "stores nothing."
        ),
    ),
    "auto-increment": SqlWords(
        gettext_lazy("A column that counts by itself"),
        gettext_lazy("%(column)s numbers every row that is there: all of %(table)s is written anew under a lock."),
        gettext_lazy("Add a nullable bigint, set its default to a sequence, and number what is there in batches."),
    ),
    "default-on-target": SqlWords(
        gettext_lazy("A default on the column to be filled"),
        gettext_lazy(
            "With a default no row of %(column)s is null, so a backfill guarded by “%(column)s IS NULL” moves "
            "nothing and says nothing."
        ),
        gettext_lazy("Add %(column)s without a default, and set one after the backfill."),
    ),
    "name-reused": SqlWords(
        gettext_lazy("A name that means something else now"),
        gettext_lazy(
            "%(column)s was dropped or renamed in %(table)s just before: running code reads and writes the new "
            "column as the old one."
        ),
        gettext_lazy("Give the new column a name of its own."),
    ),
    "constraint-scans": SqlWords(
        gettext_lazy("A constraint that is checked at once"),
        gettext_lazy(
            "%(name)s is checked against every row of %(table)s while nobody can write it; a CHECK keeps readers out, "
            "too."
        ),
        gettext_lazy(
            "Add it NOT VALID, and VALIDATE it in a transaction of its own; what a domain should check, check in its "
            "tables."
        ),
    ),
    "unique-builds-index": SqlWords(
        gettext_lazy("An index built under a lock"),
        gettext_lazy("%(name)s builds its index while nobody can read or write %(table)s."),
        gettext_lazy(
            "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... USING INDEX; for EXCLUDE there is no "
            "such way: make a table beside."
        ),
    ),
    "check-binds-old-writers": SqlWords(
        gettext_lazy("A check that old code does not keep"),
        gettext_lazy(
            "NOT VALID spares the rows that are there, but %(name)s is enforced at once on whatever running code "
            "inserts or updates in %(table)s."
        ),
        gettext_lazy(
            "Add it once no version that leaves %(column)s empty is running: in the backfill's script, or later."
        ),
    ),
    "validate-before-data": SqlWords(
        gettext_lazy("A check before there are data"),
        gettext_lazy("%(name)s cannot hold before the backfill has filled the column."),
        gettext_lazy("Validate it in the backfill's script, after the last batch."),
    ),
    "validate-in-same-transaction": SqlWords(
        gettext_lazy("Checked under the lock that adds it"),
        gettext_lazy(
            "%(name)s was added in this same transaction, whose lock on %(table)s lasts until VALIDATE has read "
            "every row."
        ),
        gettext_lazy("Put VALIDATE into a script or transaction of its own."),
    ),
    "constraint-altered": SqlWords(
        gettext_lazy("A constraint that is checked at another moment"),
        gettext_lazy("Running code meets %(name)s of %(table)s at another moment than it expects."),
        gettext_lazy("Make sure that no running code relies on the moment, and say so when you accept it."),
    ),
    "set-not-null-scans": SqlWords(
        gettext_lazy("NOT NULL is checked under a lock"),
        gettext_lazy(
            "NOT NULL, which a primary key brings too, has every row of %(table)s read while nobody can read or write "
            "it."
        ),
        gettext_lazy(
            "Add CHECK (%(column)s IS NOT NULL) NOT VALID, validate it, and then say NOT NULL, which looks no more."
        ),
    ),
    "type-change-rewrites": SqlWords(
        gettext_lazy("A type that writes the table anew"),
        gettext_lazy(
            "%(column)s cannot become %(new)s from %(old)s without writing all of %(table)s anew while nobody can "
            "read or write it."
        ),
        gettext_lazy("Expand: a new column of the new type, filled in batches."),
    ),
    "type-change-unknown": SqlWords(
        gettext_lazy("A type that may write the table anew"),
        gettext_lazy(
            "Nobody said which type %(column)s has: becoming %(new)s may write all of %(table)s anew under a lock."
        ),
        gettext_lazy(
            "Paste the table's schema into what is known of it; widening a varchar passes, most changes do not."
        ),
    ),
    "rewrites-table": SqlWords(
        gettext_lazy("The table is written anew"),
        gettext_lazy("%(what)s writes all of %(table)s anew while nobody can read or write it."),
        gettext_lazy(
            "Make a table or a column beside, and move the rows in batches; for a domain, take its plain type and add "
            "a CHECK NOT VALID."
        ),
    ),
    "readers-meet-null": SqlWords(
        gettext_lazy("Readers meet NULL"),
        gettext_lazy("Code that never met NULL in %(column)s of %(table)s will."),
        gettext_lazy("Ship code that reads NULL first; in the relax stage the change's old field may do this."),
    ),
    "drops-default": SqlWords(
        gettext_lazy("A default that old code leans on"),
        gettext_lazy("Running code that leaves %(column)s out of its INSERT gets NULL, or an error."),
        gettext_lazy("Drop the default once every running version names the column."),
    ),
    "disables-trigger": SqlWords(
        gettext_lazy("Triggers are switched off"),
        gettext_lazy(
            "%(name)s no longer fires: what keeps old and new alike is off for a while, and with ALL or replica every "
            "foreign key."
        ),
        gettext_lazy("Leave triggers on; a backfill that they slow down takes smaller batches."),
    ),
    "enables-trigger": SqlWords(
        gettext_lazy("A trigger is switched on"),
        gettext_lazy("%(name)s of %(table)s fires for running code that did not meet it."),
        gettext_lazy("Make sure that running code does not do the same work, and say so when you accept it."),
    ),
    "row-security": SqlWords(
        gettext_lazy("Other rows are seen"),
        gettext_lazy("Running code may see other rows of %(table)s than before, or none."),
        gettext_lazy("Make sure that the roles of running code have their policies first."),
    ),
    "changes-rights": SqlWords(
        gettext_lazy("Rights change"),
        gettext_lazy("Running code may no longer be allowed what it does: %(name)s."),
        gettext_lazy("Make sure that its role keeps what it needs, and say so when you accept it."),
    ),
    "partition-locks": SqlWords(
        gettext_lazy("A partition is joined or taken off under a lock"),
        gettext_lazy(
            "Attaching reads all of %(name)s while nobody can read or write it; detaching waits for whoever reads "
            "%(table)s, and everybody waits behind it."
        ),
        gettext_lazy(
            "Validate a CHECK on %(name)s first that says what the bounds do, NOT NULL included, or DETACH ... "
            "CONCURRENTLY."
        ),
    ),
    "inheritance": SqlWords(
        gettext_lazy("A table becomes part of another"),
        gettext_lazy("Who reads %(table)s reads other rows from now on."),
        gettext_lazy("Make sure that running code expects them, and say so when you accept it."),
    ),
    "no-lock-timeout": SqlWords(
        gettext_lazy("No limit to waiting for a lock"),
        gettext_lazy("If somebody holds %(table)s, this waits, and everybody who comes later waits behind it."),
        gettext_lazy("SET lock_timeout = '2s' first, and try again when it fails."),
    ),
    "index-not-concurrent": SqlWords(
        gettext_lazy("An index built under a lock"),
        gettext_lazy("%(name)s is built while nobody can write %(table)s; REINDEX keeps readers out, too."),
        gettext_lazy("CREATE INDEX CONCURRENTLY, outside a transaction; REINDEX ... CONCURRENTLY likewise."),
    ),
    "drop-index-not-concurrent": SqlWords(
        gettext_lazy("An index dropped under a lock"),
        gettext_lazy("Dropping %(name)s waits for everybody who reads its table, and everybody waits behind it."),
        gettext_lazy("DROP INDEX CONCURRENTLY, outside a transaction."),
    ),
    "concurrently-in-transaction": SqlWords(
        gettext_lazy("It cannot run in a transaction"),
        gettext_lazy("%(name)s fails inside a transaction."),
        gettext_lazy("Take it out of BEGIN ... COMMIT, and tell the runner not to wrap this script."),
    ),
    "index-before-data": SqlWords(
        gettext_lazy("An index on the column being filled"),
        gettext_lazy(
            "With %(name)s every update of %(column)s touches all indexes: about a thirtieth of the rows per "
            "second, and all of them grow."
        ),
        gettext_lazy("Create it after the last batch."),
    ),
    "drops-column": SqlWords(
        gettext_lazy("A column that code may know"),
        gettext_lazy("Running code that names %(column)s of %(table)s fails: an ORM names every column it knows."),
        gettext_lazy("Drop it in the drop stage of a schema change, when no running version knows it."),
    ),
    "drops-table": SqlWords(
        gettext_lazy("A table that code may know"),
        gettext_lazy("Running code that names %(table)s fails."),
        gettext_lazy("Drop it when no running version knows it, in the drop stage."),
    ),
    "drops-object": SqlWords(
        gettext_lazy("Something that code may use"),
        gettext_lazy("Running code that uses the %(what)s %(name)s fails or does less."),
        gettext_lazy(
            "Take it away in the drop stage, when no running version uses it; if it comes back changed, give it a "
            "new name."
        ),
    ),
    "drops-undeclared": SqlWords(
        gettext_lazy("Not what the change gives up"),
        gettext_lazy(
            "%(column)s of %(table)s is not the old field of this change, so no gate watches who still uses it."
        ),
        gettext_lazy("Drop the declared old field, or correct the change."),
    ),
    "drops-new-field": SqlWords(
        gettext_lazy("The new field is dropped"),
        gettext_lazy("%(column)s of %(table)s is the field that this change fills."),
        gettext_lazy("Drop the old field."),
    ),
    "cascade": SqlWords(
        gettext_lazy("CASCADE takes along what nobody named"),
        gettext_lazy("CASCADE drops whatever depends on %(name)s, views and foreign keys of others among it."),
        gettext_lazy("Drop each thing by its name."),
    ),
    "renames": SqlWords(
        gettext_lazy("A name that old code calls"),
        gettext_lazy("Running code that calls %(old)s fails once it is %(new)s."),
        gettext_lazy("Expand: add the new name beside, move the data, and drop the old name at the end."),
    ),
    "rename-in-disguise": SqlWords(
        gettext_lazy("A rename that loses its data"),
        gettext_lazy("%(old)s is dropped and %(new)s added: the same words, without the data."),
        gettext_lazy("Fill %(new)s from %(old)s in a backfill before %(old)s is dropped."),
    ),
    "data-in-wrong-stage": SqlWords(
        gettext_lazy("Rows are changed outside the backfill"),
        gettext_lazy(
            "%(what)s of %(table)s belongs in the backfill: here it runs in one go while the service is being updated."
        ),
        gettext_lazy("Move it into the backfill stage, in bounded batches."),
    ),
    "changes-every-row": SqlWords(
        gettext_lazy("Every row in one statement"),
        gettext_lazy("Without WHERE every row of %(table)s stays locked until the last one is written."),
        gettext_lazy("Go by ranges of %(key)s: WHERE %(key)s > … AND %(key)s <= …."),
    ),
    "unbounded-batch": SqlWords(
        gettext_lazy("A batch without bounds"),
        gettext_lazy("WHERE bounds no range of %(key)s, so as many rows of %(table)s stay locked as happen to match."),
        gettext_lazy("Add WHERE %(key)s > … AND %(key)s <= …, or IN (SELECT … LIMIT n)."),
    ),
    "wide-batch": SqlWords(
        gettext_lazy("A wide batch"),
        gettext_lazy("One batch spans %(rows)s keys, more than the %(most)s agreed; its rows stay locked that long."),
        gettext_lazy("Choose the batch from the lock time it may take; speed hardly depends on it."),
    ),
    "not-idempotent": SqlWords(
        gettext_lazy("It may not run twice"),
        gettext_lazy("Run again, it overwrites what new code wrote to %(column)s meanwhile."),
        gettext_lazy("Add AND %(column)s IS NULL (or IS DISTINCT FROM the value)."),
    ),
    "writes-old-field": SqlWords(
        gettext_lazy("The old field is written"),
        gettext_lazy("%(column)s of %(table)s is what running code reads; the backfill writes the new field."),
        gettext_lazy("Write the new field from the old one."),
    ),
    "misses-new-field": SqlWords(
        gettext_lazy("It does not fill the new field"),
        gettext_lazy("None of the fields that this change adds is written: %(column)s."),
        gettext_lazy("Set the new field from the old one."),
    ),
    "joins-in-batch": SqlWords(
        gettext_lazy("A batch that joins"),
        gettext_lazy(
            "A join inside a batch of %(table)s reads as much as it likes of another table, while the rows of "
            "its range stay locked."
        ),
        gettext_lazy("Look the value up in a sub-select by key, or fill a helper table first."),
    ),
    "volatile-in-batch": SqlWords(
        gettext_lazy("Another value each time"),
        gettext_lazy("%(function)s() gives another value when the batch is run again, and none that can be verified."),
        gettext_lazy(
            "Compute the value from the row; where there is nothing to compute it from, fill only what IS NULL."
        ),
    ),
    "copies-rows": SqlWords(
        gettext_lazy("Rows are copied in one go"),
        gettext_lazy(
            "All of %(table)s is read and written into %(into)s by one statement, which holds back vacuum and "
            "fills the disk."
        ),
        gettext_lazy("Copy in bounded batches, in the backfill."),
    ),
    "writes-catalogue": SqlWords(
        gettext_lazy("The catalogue is written by hand"),
        gettext_lazy("%(table)s is PostgreSQL's own: what is wrong there breaks the database."),
        gettext_lazy("Use the statement that PostgreSQL has for it."),
    ),
    "truncates": SqlWords(
        gettext_lazy("A table is emptied"),
        gettext_lazy("Running code finds %(table)s empty, and waits for the lock."),
        gettext_lazy("Empty it once nobody uses it; for good, drop it in the drop stage."),
    ),
    "batches-in-one-transaction": SqlWords(
        gettext_lazy("Batches that share a transaction"),
        gettext_lazy("Rows of %(table)s stay locked until the last batch commits."),
        gettext_lazy("Commit after every batch, in a loop too, and tell the runner not to wrap this script."),
    ),
    "slow-under-lock": SqlWords(
        gettext_lazy("Slow work under a lock"),
        gettext_lazy(
            "%(locked)s was locked before in the same transaction, and stays so until this is done with %(table)s."
        ),
        gettext_lazy("Commit between them, or put them into scripts of their own."),
    ),
    "locks-table": SqlWords(
        gettext_lazy("A lock by name"),
        gettext_lazy(
            "%(mode)s keeps writers, and in its strongest mode readers, from %(table)s until the transaction ends."
        ),
        gettext_lazy("Lock the rows that you change, a few at a time."),
    ),
    "rewrites-under-lock": SqlWords(
        gettext_lazy("The table is written anew"),
        gettext_lazy("%(what)s keeps everybody from %(table)s for as long as it takes to write all of it."),
        gettext_lazy("VACUUM (ANALYZE), or plan a repack as a release of its own."),
    ),
    "refresh-blocks-readers": SqlWords(
        gettext_lazy("Readers wait for a refresh"),
        gettext_lazy("Nobody can read %(name)s until it is filled again."),
        gettext_lazy("REFRESH MATERIALIZED VIEW CONCURRENTLY; it wants a unique index."),
    ),
    "replaces-code": SqlWords(
        gettext_lazy("Code that is used gets another body"),
        gettext_lazy("Running code calls the %(what)s %(name)s and gets what it was not written for."),
        gettext_lazy("Make it under a new name, and drop the old one when nobody calls it."),
    ),
    "trigger-writes-elsewhere": SqlWords(
        gettext_lazy("A trigger that does what old code does too"),
        gettext_lazy(
            "%(name)s of %(table)s writes %(other)s for running code as well: what that code counts itself is "
            "counted twice."
        ),
        gettext_lazy("Make sure that no running version does the same, and say so when you accept it."),
    ),
    "trigger-refuses": SqlWords(
        gettext_lazy("A trigger that refuses"),
        gettext_lazy(
            "%(name)s of %(table)s raises an error: what running code writes there as it always did may be refused."
        ),
        gettext_lazy("Let it warn first; let it refuse when no running version writes what it refuses."),
    ),
    "trigger-unread": SqlWords(
        gettext_lazy("A trigger whose code is not here"),
        gettext_lazy("What %(function)s() does for each row of %(table)s stands elsewhere, and was not read."),
        gettext_lazy("Write the function in the same script, or paste it into what is known of the table."),
    ),
    "enum-value-added": SqlWords(
        gettext_lazy("A value that old code cannot read"),
        gettext_lazy("Once new code writes “%(value)s”, running code that reads %(name)s cannot decode it."),
        gettext_lazy("Ship code that reads it first; write it one train later."),
    ),
    "type-changed": SqlWords(
        gettext_lazy("A type that is used changes"),
        gettext_lazy("Running code that uses %(name)s meets another shape."),
        gettext_lazy("Make a new type, and move to it as to a new field."),
    ),
    "setting-for-everybody": SqlWords(
        gettext_lazy("A setting for everybody"),
        gettext_lazy("%(name)s concerns every session from now on, running code among them."),
        gettext_lazy("Set it for the session or the role that needs it."),
    ),
    "wrong-stage": SqlWords(
        gettext_lazy("Not in this stage"),
        gettext_lazy("%(what)s does not belong in the stage %(stage)s."),
        gettext_lazy(
            "Move it to the stage where it cannot harm: new fields in expand, NOT NULL and drops in contract."
        ),
    ),
    "mixes-stages": SqlWords(
        gettext_lazy("Two stages in one script"),
        gettext_lazy(
            "This script adds for new code and takes from old code at once, so one of them fails while both run."
        ),
        gettext_lazy("Cut it into expand, backfill and contract, each in a release."),
    ),
    "new-field-not-added": SqlWords(
        gettext_lazy("The new field is not added"),
        gettext_lazy(
            "%(column)s is the new field of this change, and nothing here adds it to %(table)s: the backfill will fail."
        ),
        gettext_lazy("Add it, or correct the change."),
    ),
    "never-filled": SqlWords(
        gettext_lazy("A new field is never filled"),
        gettext_lazy("%(column)s of %(table)s is added and read, but no batch fills it."),
        gettext_lazy("Set it in the backfill."),
    ),
    "old-not-relaxed": SqlWords(
        gettext_lazy("The old field stays required"),
        gettext_lazy(
            "Code that no longer knows %(column)s cannot insert into %(table)s while it is NOT NULL without a default."
        ),
        gettext_lazy("ALTER COLUMN %(column)s DROP NOT NULL, unless it is nullable or has a default already."),
    ),
    "bounded-batch": SqlWords(
        gettext_lazy("Bounded, and safe to run twice"),
        gettext_lazy("Bounded by %(key)s and safe to run twice."),
    ),
    "watched-by-gate": SqlWords(
        gettext_lazy("Watched by its gate"),
        gettext_lazy(
            "%(column)s goes once no version that knows it is running or can be rolled back to: gate G4 watches."
        ),
    ),
}
