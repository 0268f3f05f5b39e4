"""The same ways through the JSON door: each is one request, half of them with a key of their own and asked twice."""

import json
import uuid
from types import SimpleNamespace
from typing import Any

from django.test import Client

from releasetrain.domain.errors import Refused
from tests.races.ways import Chooser

OURS = {403, 404, 409, 422}  # a refusal in words


class Torn(AssertionError):
    """The same key had two answers."""


def api_book(at: Chooser) -> None:
    _post(at, f"/releases/RT-{at.one('releases')}/book", slot=at.one("slots"))


def api_crowd(at: Chooser) -> None:
    """Everybody for the same slot, each with another release."""
    releases, slots = at.ids["releases"], at.ids["slots"]
    turn, at.turn = at.turn, at.turn + 1
    release = releases[(at.client + 8 * turn) % len(releases)]
    _post(at, f"/releases/RT-{release}/book", slot=slots[turn % len(slots)])


def api_move(at: Chooser) -> None:
    (release,) = at.riders(1)
    _post(at, f"/releases/RT-{release}/move", slot=at.one("slots"))


def api_swap(at: Chooser) -> None:
    one, other = at.riders(2)
    _post(at, f"/releases/RT-{one}/swap", **{"with": other})


def api_ask(at: Chooser) -> None:
    _post(at, f"/releases/RT-{at.one('releases')}/ask", slot=at.one("slots"))


def api_leave(at: Chooser) -> None:
    (release,) = at.riders(1)
    _post(at, f"/releases/RT-{release}/leave", reason="A race.")


def api_enlarge(at: Chooser) -> None:
    _send(at, "PATCH", f"/releases/RT-{at.one('releases')}", {"size": at.dice.choice("LLLM")})


def api_change(at: Chooser) -> None:
    facts = {"services": sorted(at.some("services")), "tables": sorted(at.some("tables"))}
    facts["ask_again"] = at.dice.random() < 0.2
    _send(at, "PATCH", f"/releases/RT-{at.one('releases')}", facts)


def api_submit(at: Chooser) -> None:
    """A new release, handed in within the same step."""
    facts = {"services": sorted(at.some("services")), "tables": sorted(at.some("tables"))}
    wants = {"slot": at.one("slots"), "wish": "this"}
    _post(at, "/releases", title="New", team="PAY", size="L", wants=wants, submit=True, **facts)


def api_withdraw(at: Chooser) -> None:
    release = at.one("releases")
    _post(at, f"/releases/RT-{release}/withdraw", reason="A race.")
    _post(at, f"/releases/RT-{release}/submit")


def _post(at: Chooser, path: str, **body: Any) -> Any:
    key = str(uuid.UUID(int=at.dice.getrandbits(128))) if at.dice.random() < 0.5 else ""
    said = _send(at, "POST", path, body, key)
    if key and _send(at, "POST", path, body, key) != said:
        raise Torn(path)
    return said


def _send(at: Chooser, method: str, path: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {at.ids['token']}"} | ({"Idempotency-Key": key} if key else {})
    sent = {"data": json.dumps(body), "content_type": "application/json", "headers": headers}
    answer = Client(SERVER_NAME="localhost").generic(method, f"/api/v1{path}", **sent)
    said = answer.json()
    if answer.status_code in OURS:
        raise _refused(said)
    assert answer.status_code in (200, 201), (path, answer.status_code, said)
    return said


def _refused(said: dict[str, Any]) -> Refused:
    """The refusal as its JSON tells it, so that the loser can be asked whether it names the winner."""
    refused = Refused(said["code"])
    refused.conflicts = tuple(
        SimpleNamespace(code=one["code"], a=SimpleNamespace(**one["sides"][0]), b=SimpleNamespace(**one["sides"][1]))
        for one in said["details"].get("conflicts", ())
    )
    return refused


API = (
    api_book,
    api_crowd,
    api_move,
    api_swap,
    api_ask,
    api_leave,
    api_enlarge,
    api_change,
    api_submit,
    api_withdraw,
)
