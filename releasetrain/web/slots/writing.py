"""Write to the people behind a section: a link that opens the reader's own mail program."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.utils.translation import ngettext

from releasetrain.domain.permissions import Permission
from releasetrain.teams.models import Membership, User
from releasetrain.web.access import may_anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The address of a link, and its words."""

    href: str
    words: str


def letters_to(request: HttpRequest, **sections: list[dict[str, Any]]) -> dict[str, Letter]:
    """Return a link per section that writes to the leads and authors of its releases.

    Addresses are for release managers and leads alone; nobody else gets one. Two queries, however many there are.
    """
    if not may_anywhere(request.person, Permission.SET_UP_TEAM):
        return {}
    releases = [line["release"] for lines in sections.values() for line in lines]
    leads, authors = _leads({one.team_id for one in releases}), _authors({one.created_by_id for one in releases})
    found = {}
    for name, lines in sections.items():
        people = {person.pk: person for line in lines for person in leads.get(line["release"].team_id, ())}
        people |= {id: authors[id] for line in lines if (id := line["release"].created_by_id) in authors}
        people.pop(request.user.pk, None)
        if people:
            found[name] = _letter(sorted(people.values(), key=lambda one: one.name))
    return found


def _leads(teams: set[int]) -> dict[int, list[User]]:
    rows = Membership.objects.filter(team__in=teams, standing=Membership.Standing.LEAD, person__is_active=True)
    found: dict[int, list[User]] = {}
    for row in rows.select_related("person"):
        found.setdefault(row.team_id, []).append(row.person)
    return found


def _authors(ids: set[int]) -> dict[int, User]:
    return User.objects.filter(is_active=True, service_of=None).in_bulk([id for id in ids if id])


def _letter(people: list[User]) -> Letter:
    addresses = ",".join(quote(one.email, safe="@") for one in people)
    words = ngettext("Write to %(name)s", "Write to these %(n)s", len(people))
    return Letter(href=f"mailto:{addresses}", words=words % {"name": people[0].name, "n": len(people)})
