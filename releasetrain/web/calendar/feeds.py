"""The feed: an address with a token of its own, for calendar programs that cannot sign in; and the page that makes one.

The token is good for the feed alone, is shown once, kept as a digest, ends, can be revoked, and dies with its person.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.http import parse_etags, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from releasetrain.boarding.agenda import agenda
from releasetrain.domain.errors import Refused
from releasetrain.domain.scopes import Scope
from releasetrain.domain.windows import Window
from releasetrain.live.queries import stamp
from releasetrain.notices import actions, queries
from releasetrain.notices.models import Token
from releasetrain.teams.models import Team
from releasetrain.trains.between import changes_of
from releasetrain.trains.models import Train
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, UNASKED, access
from releasetrain.web.calendar.asked import filters, narrowed
from releasetrain.web.calendar.ical import feed as as_ical
from releasetrain.web.fields import posted
from releasetrain.web.refusals import put_on

BEHIND, AHEAD = timedelta(days=60), timedelta(days=400)
LASTS = 366  # days
SHOWN = 50
# No cache but the reader's own keeps it, no search engine lists it, and no page that it leads to learns the address.
HEADERS = {"Cache-Control": "private,no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class FeedForm(forms.Form):
    """A new address to follow."""

    name = forms.CharField(
        label=_("Name"), max_length=60, initial=_("My calendar"), help_text=_("Which program will follow it.")
    )
    train = forms.ModelChoiceField(
        label=_("Train"),
        queryset=Train.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("All trains"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("All teams"),
        help_text=_("With a team: the departures on which it rides."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["train"].queryset, self.fields["team"].queryset = Train.objects.order_by("pk"), Team.objects.all()


@access(SIGNED_IN)
@sensitive_variables("address")
def own(request: HttpRequest) -> HttpResponse:
    """Show who follows the calendar in one's name, and make an address: it is in the answer of that POST alone."""
    said = {name: request.GET.get(name, "") for name in ("train", "team")}
    form, address = FeedForm(posted(request), initial=said), ""
    if form.is_valid():
        address = _made(request, form)
    context = {"form": FeedForm() if address else form, "address": address, "tokens": _own(request)}
    context |= {"now": timezone.now(), "days": LASTS}
    return render(request, "calendar/feed.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest) -> list[Token]:
    """The ones that could still be used, first."""
    mine = queries.seen_by(request.person).filter(user=request.user, scopes=[Scope.FEED])[:SHOWN]
    return sorted(mine, key=lambda one: (one.revoked_at is not None, -one.pk))


@sensitive_variables("secret")
def _made(request: HttpRequest, form: FeedForm) -> str:
    """Return the address with the secret of the token made, "" where it was refused."""
    known = form.cleaned_data
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    said = {"name": known["name"], "scopes": [Scope.FEED], "days": LASTS, "key": key}
    try:
        _token, secret = actions.make_token(**said, by=request.user, clock=timezone.now)
    except Refused as error:
        put_on(form, error)
        return ""
    words = {"token": secret, **filters(known["train"], known["team"])}
    query = urlencode({name: word for name, word in words.items() if word})
    return request.build_absolute_uri(f"{reverse('web:calendar-feed-ics')}?{query}")


@access(UNASKED)
@require_safe
@sensitive_variables("found")
def ics(request: HttpRequest) -> HttpResponse:
    """Answer a calendar program that shows a feed's token; anybody else finds nothing."""
    now = timezone.now()
    found = queries.let_in(request.GET.get("token", ""), now=now)
    if found is None or not found[0].is_feed:
        return HttpResponse(status=404, content_type="text/plain; charset=utf-8", headers=HEADERS)
    actions.note_use(found[0], now=now)
    tag = _tag(request, found[0], now)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={**HEADERS, "ETag": tag})
    return _answer(request, tag, now)


def _tag(request: HttpRequest, token: Token, now: datetime) -> str:
    """What was committed, the hour, and what is asked for in which language: a program that asks often costs little."""
    facts = token.pk, request.GET.get("train"), request.GET.get("team"), translation.get_language()
    return f'W/"{stamp()}-{int(now.timestamp()) // 3600}-{sha256(repr(facts).encode()).hexdigest()[:16]}"'


def _answer(request: HttpRequest, tag: str, now: datetime) -> HttpResponse:
    train, team = narrowed(request.GET)
    seen = agenda(Window(now - BEHIND, now + AHEAD), now=now, train=train, team=team)
    changes = changes_of(stop.slot for stop in seen.stops)
    headers = {**HEADERS, "ETag": tag, "Content-Disposition": 'inline; filename="release-train.ics"'}
    body = as_ical(seen, changes, now=now, train=train, team=team)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


urlpatterns = [
    path("calendar/feed/", own, name="calendar-feed"),
    path("calendar/feed.ics", ics, name="calendar-feed-ics"),
]
