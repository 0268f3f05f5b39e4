"""Every page says who may open it, and answers everybody without breaking."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from releasetrain.domain.permissions import Permission
from releasetrain.schema.models import Acceptance, SchemaChange
from releasetrain.web.access import PUBLIC, UNASKED
from tests.factories import NOW, create_initiative, create_table
from tests.freezes import create_freeze
from tests.planning_rows import create_run
from tests.riding import create_waiver

NO_RUN = UUID(int=1)


def patterns(resolver=None) -> Iterator[URLPattern]:
    """Every page there is; the JSON door has a walk of its own."""
    for found in (resolver or get_resolver()).url_patterns:
        if hasattr(found, "url_patterns"):
            yield from patterns(found) if found.namespace != "api" else ()
        else:
            yield found


PAGES = {found.name: found for found in patterns()}
OPEN = [name for name, page in PAGES.items() if getattr(page.callback, "access", None) in (PUBLIC, UNASKED)]
CLOSED = [name for name in PAGES if name not in OPEN]
GUARDED = [name for name in CLOSED if isinstance(getattr(PAGES[name].callback, "access", None), Permission)]
IN_A_TEAM = {Permission.DRAFT, Permission.EDIT, Permission.SET_UP_TEAM}
MAY_BE_UNWELL = {"status": 503}  # it says so when a part of the product is down


@pytest.fixture
def samples(cast, scene):
    """A value for each part of an address; where ``id`` means something else on a page, by the page's name."""
    table, initiative = create_table(), create_initiative()
    waiver = create_waiver("large-overlap", scene.rides, scene.waits, by=cast.cleo, facts=[])
    change = SchemaChange.objects.create(name="Payment purpose", table=table)
    change.stages.create(stage="drop", release=scene.waits)
    said = {"rule": "x", "mark": "y", "reason": "So.", "at": NOW, "by": cast.ines}
    accepted = Acceptance.objects.create(change=change, stage="drop", release=scene.waits, **said)
    known = {
        "slug": scene.train.slug,
        "slot": scene.slots[1].pk,
        "number": scene.waits.pk,
        "waiver": waiver.pk,
        "person": cast.ben.pk,
        "role": "architect",
        "run": NO_RUN,
        "plan": create_run(by=cast.cleo).pk,
        "token": 1,
        "gate": "team",
        "condition": 1,
        "suspension": 1,
        "database": table.database,
        "change": change.pk,
        "acceptance": accepted.pk,
        "code": "renames",
        "service": scene.service.pk,
    }
    ids = {
        "people": cast.ben.pk,
        "teams": cast.pay.pk,
        "services": scene.service.pk,
        "tables": table.pk,
        "initiatives": initiative.pk,
        "trains": scene.train.pk,
        "freeze": create_freeze().pk,
    }
    return known, ids


def address_of(page, samples):
    known, ids = samples
    parts = {name: ids[page.name.split("-")[1]] if name == "id" else known[name] for name in page.pattern.converters}
    return reverse(f"web:{page.name}", kwargs=parts)


def answers(address, person):
    """What a fresh browser is answered: a question, a fragment, and an empty form sent."""
    for method, headers in (("get", {}), ("get", {"HX-Request": "true"}), ("post", {})):
        client = Client()
        if person:
            client.force_login(person)
        yield method, getattr(client, method)(address, headers=headers)


def test_there_are_pages_to_walk():
    assert {"home", "board", "releases", "sign-in", "setup-people"} <= PAGES.keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_who_may_open_it(name):
    assert hasattr(PAGES[name].callback, "access"), f"{name} carries no @access"


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_signed_in_is_sent_to_sign_in(name, samples):
    for method, answer in answers(address_of(PAGES[name], samples), None):
        where = answer.headers.get("Location") or answer.headers.get("HX-Redirect", "")
        assert answer.status_code == 405 or where.startswith("/sign-in/"), (method, answer.status_code)


@pytest.mark.parametrize("name", OPEN)
def test_an_open_page_answers_nobody_in_particular(name, samples):
    for method, answer in answers(address_of(PAGES[name], samples), None):
        assert is_well(name, answer), (method, answer.status_code)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_a_page_answers_members_and_release_managers_and_is_kept_by_no_cache(name, who, cast, samples):
    for method, answer in answers(address_of(PAGES[name], samples), getattr(cast, who)):
        assert is_well(name, answer), (method, answer.status_code)
        if answer.status_code == 200 and PAGES[name].callback.access is not UNASKED:
            assert answer.headers["Cache-Control"] == "no-store", method


@pytest.mark.parametrize("name", GUARDED)
def test_who_lacks_the_permission_finds_nothing_there(name, cast, samples):
    if PAGES[name].callback.access in IN_A_TEAM:
        cast.ben.memberships.all().delete()

    for method, answer in answers(address_of(PAGES[name], samples), cast.ben):
        assert answer.status_code in (404, 405), (method, answer.status_code)


def is_well(name, answer):
    return answer.status_code < 500 or answer.status_code == MAY_BE_UNWELL.get(name)
