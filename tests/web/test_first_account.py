"""A first start without anybody."""

from releasetrain.domain.permissions import Role
from releasetrain.teams import queries
from releasetrain.teams.models import User
from tests.factories import create_user

SAID = {"name": "Cleo", "email": "cleo@example.com", "password": "long enough for us", "zone": "Europe/Berlin"}


def test_a_visitor_of_an_empty_product_is_led_to_the_first_account(client, db):
    assert client.get("/sign-in/").headers["Location"] == "/first-account/"
    assert "You become the first release manager" in client.get("/first-account/").text


def test_the_first_one_is_in_at_once_as_release_manager(client, db):
    client.post("/first-account/", SAID)

    assert queries.person(User.objects.get()).roles == {Role.RELEASE_MANAGER}
    assert client.get("/setup/").status_code == 200


def test_the_next_one_signs_in_instead(client, db):
    create_user()

    assert client.get("/first-account/").headers["Location"] == "/sign-in/"
    assert client.post("/first-account/", SAID).headers["Location"] == "/sign-in/"
    assert User.objects.count() == 1


def test_what_is_wrong_stands_at_its_field(client, db):
    answer = client.post("/first-account/", {**SAID, "zone": "Mars", "password": "long enough for us"})

    assert answer.status_code == 422
    assert "Mars is not a time zone. Take one such as Europe/Berlin." in answer.text
    assert 'aria-describedby="id_zone-said"' in answer.text
    assert not User.objects.exists()
