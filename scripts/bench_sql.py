"""Measure the SQL review: microseconds per statement, parsed and judged, warm.

Run with `make bench-sql`. The statements are those of the tests: thirty-one written to compare linters, and both
scripts of every rule's page. Each script is judged ``ROUNDS`` times; its best round counts, so that others who use the
machine do not.
"""

import statistics
import time

from releasetrain.domain.sql import Subject, judge
from releasetrain.domain.sql.examples import EXAMPLES
from releasetrain.domain.sql.parsing import parse
from releasetrain.domain.stages import Stage
from tests.data.statements import STATEMENTS

ROUNDS = 30
AIM = 200  # microseconds


def scripts() -> list[tuple[str, Subject]]:
    """Return every script with what is known around it."""
    alone = [(sql, Subject(stage=Stage.BACKFILL, old="old_code", new="new_code")) for _, sql in STATEMENTS]
    shown = [(sql, one.subject(one.stage)) for one in EXAMPLES for sql in (one.found, one.passes)]
    return alone + shown


def best(sql: str, subject: Subject, *, parse_only: bool = False) -> float:
    """Return the microseconds per statement of the best round."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        if parse_only:
            parse(sql)
        else:
            judge(sql, subject)
        took.append(time.perf_counter() - began)
    return min(took) * 1e6 / max(len(parse(sql)), 1)


def main() -> None:
    """Print the figures."""
    every = scripts()
    for name, parse_only in (("parsed", True), ("parsed and judged", False)):
        took = sorted(best(sql, subject, parse_only=parse_only) for sql, subject in every)
        middle, late = statistics.median(took), took[int(len(took) * 0.95)]
        print(f"{name:18} {len(took)} scripts: median {middle:.0f} us a statement, p95 {late:.0f} us")
    alone = sorted(best(sql, subject) for sql, subject in every[: len(STATEMENTS)])
    print(f"without history    {len(alone)} scripts: median {statistics.median(alone):.0f} us (aim {AIM})")


if __name__ == "__main__":
    main()
