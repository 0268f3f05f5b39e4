"""What is malformed or too large is answered in words."""

from tests.factories import create_cast


def test_more_than_may_be_pasted_is_said_in_words(db, client):
    client.force_login(create_cast().cleo)

    answer = client.post("/imports/", {"text": "x" * 6_500_000, "mode": "plan"})

    assert answer.status_code == 400
    assert "larger than 6 MB" in answer.text
