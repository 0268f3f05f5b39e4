"""C: two large releases with a common service or table never hold at the same time, on any trains."""

from releasetrain.domain.conflicts.rules.large import large_overlaps
from tests.domain.claims import DAY, FIRST, claim, slot


def test_one_large_release_soaks_while_the_next_departs():
    """The article's QR payments: expand soaks for five days, another large change of the main service waits."""
    expand, other = claim(1, slot(1), size="L", services="1"), claim(2, slot(2, day=3), size="L", services="1")

    (found,) = large_overlaps(other, booked=[expand])

    assert found.basis.facts == {"service:1"}
    assert found.departs_at == FIRST + 3 * DAY


def test_once_it_has_soaked_the_next_may_go():
    expand = claim(1, slot(1), size="L", services="1", soak=71)

    assert large_overlaps(claim(2, slot(2, day=3), size="L", services="1"), booked=[expand]) == []


def test_the_soak_ends_where_the_next_begins():
    """Half-open: an hour of departure and 71 of soak are three days to the minute; one hour more is too many."""
    following = claim(2, slot(2, day=3), size="L", services="1")

    assert not large_overlaps(following, booked=[claim(1, slot(1), size="L", services="1", soak=71)])
    assert large_overlaps(following, booked=[claim(1, slot(1), size="L", services="1", soak=72)])


def test_all_that_is_shared_is_the_basis():
    one = claim(1, size="L", services="12", tables="34")
    other = claim(2, size="L", services="23", tables="45")

    (found,) = large_overlaps(one, booked=[other])

    assert found.basis.facts == {"service:2", "table:4"}


def test_a_table_alone_is_enough():
    """The two may be built by different services: the rows are the same 15 TB."""
    assert large_overlaps(claim(1, size="L", tables="1"), booked=[claim(2, size="L", tables="1")])


def test_with_nothing_in_common_they_may_overlap():
    one, other = claim(1, size="L", services="1", tables="1"), claim(2, size="L", services="2", tables="2")

    assert large_overlaps(one, booked=[other]) == []


def test_both_must_be_large():
    medium, large = claim(1, size="M", services="1"), claim(2, size="L", services="1")

    assert large_overlaps(medium, booked=[large]) == []
    assert large_overlaps(large, booked=[medium]) == []


def test_the_trains_do_not_matter():
    """The checkout's train and the server's change the same service."""
    server, checkout = slot(1, train=1), slot(2, day=1, train=2)

    assert large_overlaps(claim(1, server, size="L", services="1"), booked=[claim(2, checkout, size="L", services="1")])


def test_the_other_is_told_the_same():
    one = claim(1, slot(1), size="L", services="1")
    other = claim(2, slot(2, day=3), size="L", services="1")

    assert large_overlaps(one, booked=[other]) == large_overlaps(other, booked=[one])
