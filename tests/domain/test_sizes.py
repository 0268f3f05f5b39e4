"""What a version says about the size of its release."""

import pytest

from releasetrain.domain.sizes import Size, size_from_version, version_key


@pytest.mark.parametrize(
    ("version", "size"),
    [
        ("2.0.0", Size.LARGE),
        ("v2.0.0", Size.LARGE),
        (" 2.0.0 ", Size.LARGE),
        ("2.1.0", Size.MEDIUM),
        ("10.20.0", Size.MEDIUM),
        ("2.1.1", Size.SMALL),
        ("2.0.1", Size.SMALL),
        ("2.0.0rc1", Size.SMALL),
        ("2.0.0-beta.2", Size.SMALL),
        ("spring", Size.SMALL),
        ("2.0", Size.SMALL),
        ("", Size.SMALL),
    ],
)
def test_a_step_of_the_version_says_the_size(version, size):
    assert size_from_version(version) is size


def test_a_final_whose_candidate_shipped_before_is_small():
    """The step was made by the candidate; the final changes nothing more."""
    shipped = frozenset({"2.0.0rc1", "2.0.0-rc.2"})
    fourth_place = frozenset({"2.0.0.0rc1"})

    assert size_from_version("2.0.0", candidates=shipped) is Size.SMALL
    assert size_from_version("2.0.0", candidates=fourth_place) is Size.SMALL


@pytest.mark.parametrize("candidate", ["1.0.0rc1", "2.0.0b1", "2.0.1rc1", "spring"])
def test_somebody_elses_candidate_does_not_count(candidate):
    assert size_from_version("2.0.0", candidates=frozenset({candidate})) is Size.LARGE


def test_a_version_is_read_into_numbers():
    assert version_key("v2.10.3-rc.1") == (2, 10, 3, "rc.1")
    assert version_key("spring") is None
