"""Whatever is typed into an address or sent in a form, nobody gets an error of ours."""

import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, converters, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROUTES = {
    pattern.name: pattern.pattern.converters
    for pattern in next(one for one in get_resolver().url_patterns if one.namespace == "web").url_patterns
    if isinstance(pattern, URLPattern)
}
# What is sent where no page shows a form.
FIELDS = ["since", "team", "chosen", "slot", "train", "before", "q", "show", "all", "next", "release", "other", "with"]
FIELDS += ["key", "reason", "said", "started_at", "finished_at", "until", "theme", "submit", "ask_again", "person"]
FIELDS += ["role", "standing", "weekday", "at", "minutes", "remove"]
NASTY = ["", " ", "0", "-1", "1e9", "1.5", "²", "٣", "9" * 25, "9" * 5000, "2147483648", "-2147483649", "a\x00", "\r\n"]
NASTY += ["2031-11-25", "2031-02-30", "0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59", "24:00"]
NASTY += ["RT-1", "RT-1+1h", "RT-" + "9" * 30, "javascript:x", "//elsewhere.example/", "%00", "ä\u202e", "a,b\nc;d\te"]
NASTY += [
    "now",
    "S",
    "L",
    "wait",
    "this",
    "departed",
    "Europe/Berlin",
    "../etc",
    "name,email\nx,y@z.example",
    "mon 22:00",
]
NAME = re.compile(r'name="([^"]+)"')
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?a=%00"}

files = st.sampled_from([b"", b"\xff\xfe\x00", b"key,title\n1,x\n", b"{", b"PK\x03\x04", b"\x00" * 99])


@pytest.fixture
def numbers(scene, cast) -> list[int]:
    """Numbers of rows that are there, and of some that are not."""
    there = [scene.rides.pk, scene.waits.pk, scene.slots[0].pk, scene.slots[1].pk, scene.train.pk, scene.service.pk]
    return [*there, cast.cleo.pk, cast.ada.pk, cast.pay.pk, 0, 2**31, 2**63, 10**25]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), who=st.sampled_from(["nobody", "ada", "cleo"]), name=st.sampled_from(sorted(ROUTES)))
def test_no_request_ends_in_an_error(cast, scene, numbers, data, who, name):
    where = {one: data.draw(fits(known, numbers)) for one, known in ROUTES[name].items()}
    address = reverse(f"web:{name}", kwargs=where)

    with undone():
        browser = Client(headers=data.draw(st.sampled_from([{}, HTMX])))
        if who != "nobody":
            browser.force_login(getattr(cast, who))
        seen = browser.get(address, data.draw(sent(FIELDS, numbers)))
        fields = sorted({*NAME.findall(seen.text)}) if seen.status_code == 200 else FIELDS
        form = data.draw(sent(fields, numbers)) | data.draw(st.fixed_dictionaries({}, optional={"file": upload}))
        answer = browser.post(address, form)

    assert seen.status_code < 500
    assert answer.status_code < 500


upload = files.map(lambda content: SimpleUploadedFile("file.csv", content))


def sent(fields: list[str], numbers: list[int]) -> st.SearchStrategy[dict[str, str]]:
    """Some of the fields, with what a hand, a slip or an attacker puts into them."""
    text = st.text(max_size=12).map(lambda typed: typed.encode("utf-8", "replace").decode())
    values = st.sampled_from(NASTY) | text | st.sampled_from(numbers).map(str)
    return st.dictionaries(st.sampled_from(fields or FIELDS), values, max_size=12)


def fits(converter: object, numbers: list[int]) -> st.SearchStrategy[object]:
    """Something that an address may hold there."""
    if isinstance(converter, converters.IntConverter):
        return st.sampled_from(numbers)
    if isinstance(converter, converters.UUIDConverter):
        return st.just(UUID(int=7))
    return st.sampled_from(["main", "nowhere", "architect", "release-manager"])


class undone:
    """A transaction of which nothing is left; the product's own may be opened in it as in a test's."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True
        self.atomic.__enter__()

    def __exit__(self, *failed: object) -> None:
        if failed == (None, None, None):
            transaction.set_rollback(True)
        self.atomic.__exit__(*failed)
