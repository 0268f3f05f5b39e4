"""What everybody sets for themselves."""

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.teams.actions import change_password, set_own
from tests.factories import PASSWORD, clock, create_user


@pytest.fixture
def ada(db):
    return create_user(name="Ada")


def test_name_zone_and_keys_are_kept(ada):
    set_own(name="Ada L", zone="Asia/Tokyo", keys_on=False, by=ada, clock=clock())

    ada.refresh_from_db()
    assert (ada.name, ada.zone, ada.keys_on) == ("Ada L", "Asia/Tokyo", False)


def test_a_zone_that_is_none_is_refused(ada):
    with pytest.raises(Refused) as refused:
        set_own(name="Ada", zone="Tokyo", keys_on=True, by=ada, clock=clock())

    assert refused.value.code == "unknown-zone"


def test_the_password_changes_for_whoever_knows_the_old_one(ada):
    change_password(old=PASSWORD, new="another long one", by=ada, clock=clock())

    ada.refresh_from_db()
    assert ada.check_password("another long one")


@pytest.mark.parametrize(
    ("old", "new", "code"), [("wrong", "another long one", "wrong-password"), (PASSWORD, "short", "weak-password")]
)
def test_a_wrong_old_or_a_weak_new_one_changes_nothing(ada, old, new, code):
    with pytest.raises(Refused) as refused:
        change_password(old=old, new=new, by=ada, clock=clock())

    ada.refresh_from_db()
    assert refused.value.code == code
    assert ada.check_password(PASSWORD)
