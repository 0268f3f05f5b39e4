"""Ask the JSON door everything its description allows and forbids, as everybody: no error, nothing undocumented.

`make test-api` asks a hundred times as much.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from releasetrain.domain.scopes import OF_A_SERVICE, Scope
from releasetrain.notices import actions as notices
from tests.api.conftest import token_of
from tests.factories import create_initiative, create_table
from tests.riding import create_waiver

EXAMPLES = int(os.environ.get("API_EXAMPLES", "6"))
WHO = ["nobody", "ben", "cleo", "ines", "dov", "a pipeline", "a token for the gate"]
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
DESCRIPTION = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = {
    found.ok().label: found.ok() for found in schemathesis.openapi.from_dict(DESCRIPTION).get_all_operations()
}


@pytest.fixture
def secrets(cast) -> dict[str, str]:
    """A token for everybody."""
    said = {"name": "deploy", "days": 9, "by": cast.cleo, "clock": timezone.now}
    _token, pipeline = notices.make_service_token(team=cast.pay.pk, scopes=tuple(OF_A_SERVICE), **said)
    people = {who: token_of(getattr(cast, who)).secret for who in ("ben", "cleo", "ines", "dov")}
    gate = token_of(cast.ada, Scope.GATE).secret
    return {"nobody": "", **people, "a pipeline": pipeline, "a token for the gate": gate}


@pytest.fixture
def real(cast, scene) -> dict[str, Any]:
    """A value that leads somewhere for the parts of addresses, by the name of the part, or of what stands before it."""
    waiver = create_waiver("large-overlap", scene.rides, scene.waits, by=cast.cleo, facts=[])
    return {
        "number": f"RT-{scene.rides.pk}",
        "slot": scene.slots[1].pk,
        "slots": scene.slots[0].pk,
        "slug": scene.train.slug,
        "trains": scene.train.slug,
        "waivers": waiver.pk,
        "people": cast.ben.pk,
        "person": cast.ben.pk,
        "members": cast.ben.pk,
        "teams": cast.pay.pk,
        "services": scene.service.pk,
        "tables": create_table().pk,
        "initiatives": create_initiative().pk,
        "role": "architect",
        "roles": "architect",
        "code": "PAY",
    }


def test_there_is_something_to_ask():
    assert len(OPERATIONS) > 20


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_it_answers_as_described(label, mode, secrets, real):
    operation = OPERATIONS[label]

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=HealthCheck)
    @given(case=operation.as_strategy(generation_mode=mode), who=st.sampled_from(WHO), leads=st.booleans())
    def ask(case: Any, who: str, leads: bool) -> None:
        path = _path(case, real if leads else {})
        with _undone():
            answer = _answer(case, path, secrets[who])
        assert answer.status_code < 500, (who, path, case.body, answer.content)
        case.validate_response(_as_they_read_it(case, answer), checks=CHECKS)

    ask()


@contextmanager
def _undone() -> Iterator[None]:
    """Each example finds what the first one found; a verb takes this transaction for the test's own."""
    around = transaction.atomic()
    around._from_testcase = True
    with around:
        yield
        transaction.set_rollback(True)


def _path(case: Any, real: dict[str, Any]) -> str:
    """The address, with parts that lead somewhere in the place of made up ones."""
    words, found = case.path.split("/"), dict(case.path_parameters or {})
    for before, word in pairwise(words):
        name = word.strip("{}")
        if word != name and (value := real.get(name, real.get(before))) is not None:
            found[name] = value
    case.path_parameters = found
    return case.formatted_path


def _answer(case: Any, path: str, secret: str) -> Any:
    headers = {name: str(value) for name, value in (case.headers or {}).items() if _can_be_sent(str(value))}
    headers |= {"Authorization": f"Bearer {secret}"} if secret else {}
    headers.pop("Content-Type", None)
    sent: dict[str, Any] = {}
    if isinstance(case.body, schemathesis.core.NotSet) is False:
        sent = {"data": _body(case.body), "content_type": case.media_type or "application/json"}
    query = dict(case.query or {})
    address = f"{path}?{urlencode(query, doseq=True)}" if query else path
    return Client(raise_request_exception=False).generic(case.method, address, headers=headers, **sent)


def _body(said: Any) -> bytes:
    return said if isinstance(said, bytes) else json.dumps(said).encode("utf-8", "surrogatepass")


def _can_be_sent(value: str) -> bool:
    return value.isprintable() and value.isascii()


def _as_they_read_it(case: Any, answer: Any) -> Response:
    request = requests.Request(case.method, "http://localhost" + case.path.replace("{", "").replace("}", "")).prepare()
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, answer.content, request, elapsed=0.1, verify=False)
